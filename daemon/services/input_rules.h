// SPDX-License-Identifier: Apache-2.0
// Rules that several request shapes share (spec domain 2.5).
#pragma once

#include <cstddef>
#include <string_view>

#include "daemon/json/rule.h"

namespace loomgate::services {

// A line break in a name, host or command would start a line of its own in a config that runs as root.
json::Rule plain_text(json::Rule text);
// The same for every item of a list; an item longer than `most` code points is refused as well.
json::Rule plain_list(json::Rule list, std::size_t most = json::Rule::kUnlimited);
// An IPv4 or IPv6 network; host bits may be set.
json::Rule network_text();

}  // namespace loomgate::services
