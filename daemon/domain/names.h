// SPDX-License-Identifier: Apache-2.0
// Names that become file, interface and service names (spec domain 2.2, 2.3; mqtt 1).
#pragma once

#include <string>
#include <string_view>

namespace loomgate::domain {

// 1..32 of A-Z a-z 0-9 _ = + . - and no device name that Windows reserves, neither whole nor before the first dot.
bool is_config_name(std::string_view name);

// ASCII letters, digits and - _ . stay; every other code point becomes "u" and its hex number (at least four digits);
// - _ . are cut from both ends. The fallback when nothing is left.
std::string segment(std::string_view text, std::string_view fallback);

// segment(config name)-segment(node name): the stem of file names. Two nodes may share a stem.
std::string artifact_stem(std::string_view config_name, std::string_view node_name);

// The stem while wg-quick accepts it (at most 15 characters), otherwise its first 8 legal characters, "-" and 6 hex
// digits of sha256(node id). Chosen at bind and kept for that binding. Never holds / \ : or control characters, never
// starts with
// "-" or ".".
std::string interface_name(std::string_view stem, std::string_view node_id);

}  // namespace loomgate::domain
