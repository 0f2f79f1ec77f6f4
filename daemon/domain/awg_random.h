// SPDX-License-Identifier: Apache-2.0
// Random AmneziaWG parameters and the filling of what a request left out (spec domain 6.7). Ordinary saves never fill.
#pragma once

#include "daemon/domain/awg_strategy.h"
#include "daemon/domain/awg_version.h"
#include "daemon/domain/entities.h"
#include "daemon/domain/random.h"

namespace loomgate::domain {

// A new config, or one that changes its version or protocol: values that are set win over random ones, then everything
// is checked (errors of awg_validate.h). A version with a header protection key gets one unless the key is in the
// options, even as null. Where one S serves all four, the set one is taken over by the missing ones.
AwgShared fill_awg_shared(AwgShared sent, const AwgVersion& version, Random& random);

// A new node, or one whose config changes its version or protocol. `shared` is the checked config; its stored strategy
// is the usual `strategy`. I values that the drawn chain does not have stay null, and so do options that are there as
// null. A lone Jmin or Jmax gets a fitting partner; INVALID_AWG_J_RANGE when there is none.
AwgNode fill_awg_node(AwgNode sent, const AwgShared& shared, const AwgVersion& version, const AwgStrategy& strategy,
                      Random& random);

// S and H of a new config, nothing else set.
AwgShared random_awg_shared(const AwgVersion& version, Random& random);
// A whole random node of a config without shared options.
AwgNode random_awg_node(const AwgVersion& version, const AwgStrategy& strategy, Random& random);
// base64 of 32 random bytes.
std::string random_header_key(Random& random);

}  // namespace loomgate::domain
