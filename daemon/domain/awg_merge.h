// SPDX-License-Identifier: Apache-2.0
// Partial writes of AmneziaWG parameters (spec domain 6.4 "Merging options", 6.10 "Save"; http-api 8.3). Merging looks
// at keys and shapes; the values of the result still need awg_validate.h.
#pragma once

#include "daemon/domain/awg_version.h"
#include "daemon/domain/entities.h"
#include "daemon/json/json.h"

namespace loomgate::domain {

// `stored` overlaid with what was sent. A key that the version does not know at this level is dormant: it is accepted
// only with its stored value. INVALID_AWG_PARAMETER for other such keys and for keys that no version knows.
AwgOptions merge_awg_options(const AwgOptions& stored, const AwgOptions& sent, const AwgVersion& version,
                             AwgLevel level);

// Drops dormant options: those that other versions know at this level. Unknown keys stay, for the check to refuse.
void keep_supported_options(AwgOptions& options, const AwgVersion& version, AwgLevel level);

// One value of `awg_node_updates`: an object limited to the AmneziaWG fields of a node. An absent key keeps, null
// clears (awg_options: null keeps, an object is merged). INVALID_AWG_PARAMETER for anything else, also for a value of a
// wrong type.
AwgNode merge_awg_node_update(AwgNode stored, json::View update, const AwgVersion& version);

// Copies a set shared random_trailers into the options of a node, when the version knows it at both levels. True when
// the node changed.
bool align_random_trailers(const AwgShared& shared, AwgNode& node, const AwgVersion& version);

}  // namespace loomgate::domain
