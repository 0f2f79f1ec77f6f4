// SPDX-License-Identifier: Apache-2.0
// What values AmneziaWG parameters may have, spec domain 6.5 and http-api 8.2, 8.3. Every violation is an Error with
// code INVALID_AWG_PARAMETER, INVALID_AWG_H_RANGE or INVALID_AWG_J_RANGE, a sentence that names the field, and
// detail.field. No sentence quotes a value: the header protection key is a secret.
#pragma once

#include <optional>
#include <string_view>

#include "daemon/domain/awg_version.h"
#include "daemon/domain/entities.h"

namespace loomgate::domain {

// The parameters in the form in which they are stored: texts trimmed, blank texts null, H as "n" or "n-m" without
// blanks and leading zeros, itime as a number. Values of dormant options (of other versions) must be well-formed too;
// rules that relate parameters to each other look only at what the version knows. The `version` member plays no part.
AwgShared checked_awg_shared(AwgShared shared, const AwgVersion& version);
AwgNode checked_awg_node(AwgNode node, const AwgVersion& version);

// What a node must agree about with its config; both already checked. Call it for every node that a write of the config
// or of the node touches.
void check_awg_together(const AwgShared& shared, const AwgNode& node, const AwgVersion& version);

// An H parameter: one number (low == high) or a range.
struct AwgHRange {
  std::uint32_t low = 0;
  std::uint32_t high = 0;
};
std::optional<AwgHRange> parse_h(std::string_view text);

}  // namespace loomgate::domain
