// SPDX-License-Identifier: Apache-2.0
// Shared AmneziaWG parameters from one version to another (spec domain 6.9, http-api 8.5).
#pragma once

#include "daemon/domain/awg_version.h"
#include "daemon/domain/entities.h"
#include "daemon/domain/random.h"

namespace loomgate::domain {

// The draft that /configs/awg/convert answers: converted, then filled and checked like a new config of the target, with
// only those options that the target knows (and the strategy). `source` is nullptr when the parameters have no version.
// The same version is only filled and checked. The `version` member of the result is the target.
AwgShared convert_awg_shared(AwgShared current, const AwgVersion* source, const AwgVersion& target, Random& random);

// What is stored when a config switches: the converted options over the old ones, of which those that the target does
// not know stay as dormant keys.
AwgOptions keep_dormant_options(const AwgOptions& stored, const AwgOptions& converted);

}  // namespace loomgate::domain
