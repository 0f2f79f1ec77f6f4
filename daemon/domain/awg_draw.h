// SPDX-License-Identifier: Apache-2.0
// Single draws of spec domain 6.7 that filling (awg_random.h) and drafts (awg_draft.h) share.
#pragma once

#include <array>
#include <optional>
#include <string>

#include "daemon/domain/awg_strategy.h"
#include "daemon/domain/awg_version.h"
#include "daemon/domain/entities.h"
#include "daemon/domain/random.h"

namespace loomgate::domain {

// Sets the H values that are null, disjoint from each other and from those that are set.
void draw_missing_h(AwgShared& shared, const AwgVersion& version, Random& random);
// Sets the S values that are null within the bounds; keeps the rule of distinct handshake sizes.
void draw_missing_s(AwgShared& shared, const AwgVersion& version, const std::array<AwgBounds, 4>& bounds,
                    Random& random);

struct AwgJunk {
  int count, smallest, largest;  // Jc, Jmin, Jmax
};
AwgJunk draw_junk(AwgIntensity intensity, Random& random);

// The options that a version draws for a node: padding and timing, or J1..J3 and Itime. Switches are not among them.
AwgOptions draw_node_options(const AwgVersion& version, AwgIntensity intensity, Random& random);

}  // namespace loomgate::domain
