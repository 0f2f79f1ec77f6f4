// SPDX-License-Identifier: Apache-2.0
// Which tunnel protocol a write of a config ends up with, and the AmneziaWG values that the config then has (spec http-api
// 6.2, domain 2.4, 6.4). Pure but for the random values. Errors: INVALID_TUNNEL_PROTOCOL and INVALID_AWG_*.
#pragma once

#include <vector>

#include "daemon/domain/awg_version.h"
#include "daemon/domain/entities.h"
#include "daemon/domain/random.h"
#include "daemon/projections/config_view.h"
#include "daemon/services/config_write.h"

namespace loomgate::services {

// nullptr is WireGuard. `stored` of a new config is a default one.
const domain::AwgVersion* wanted_version(const ConfigWrite& write, const domain::Config& stored);
// The version that a config has now; nullptr is WireGuard.
const domain::AwgVersion* version_of(const domain::Config& config);

// The values of a new config: what was sent wins, the rest is drawn.
domain::AwgShared new_shared_awg(const AwgSharedWrite& write, const domain::AwgVersion& version, domain::Random& random);

struct SharedAwgChange {
  domain::AwgShared shared;
  // What this version made of values that the request did not set.
  std::vector<projections::Adjustment> adjustments;
};
// The values of a stored config, its header protection key opened, after a write. The same version: merged and checked,
// never filled. Another version, or WireGuard before: converted and filled; S and H that the request changes are taken as
// values of the new version, those that it only repeats are converted.
SharedAwgChange changed_shared_awg(const AwgSharedWrite& write, const domain::Config& before,
                                   const domain::AwgVersion& version, domain::Random& random);

}  // namespace loomgate::services
