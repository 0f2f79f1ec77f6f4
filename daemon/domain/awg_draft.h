// SPDX-License-Identifier: Apache-2.0
// Drafts of random parameters for a whole config or one node (spec domain 6.10, http-api 8.4). Nothing is stored.
#pragma once

#include <string>
#include <vector>

#include "daemon/domain/awg_strategy.h"
#include "daemon/domain/awg_version.h"
#include "daemon/domain/entities.h"
#include "daemon/domain/random.h"
#include "daemon/json/json.h"

namespace loomgate::domain {

enum class AwgScope {
  kAll,   // new shared parameters, and new values for every node
  kNode,  // shared parameters are checked and echoed; new values for exactly one node
};

struct AwgDraftNode {
  std::string id;  // an opaque label
  AwgNode params;
};

struct AwgDraft {
  AwgShared config;
  std::vector<AwgDraftNode> nodes;  // in the given order
};

// J and I of the given nodes play no part. INVALID_AWG_PARAMETER when scope is kNode without exactly one node, when
// nodes differ in random_trailers and the config leaves it open, or when a value that is kept is invalid.
AwgDraft generate_awg_draft(AwgDraft current, const AwgVersion& version, const AwgStrategy& strategy, AwgScope scope,
                            Random& random);

// Reads a node as a client sends it for a draft. Values that the draft replaces are not looked at, whatever their type;
// INVALID_AWG_PARAMETER when it is no object, awg_options is neither object nor null, or a key of awg_options is
// unknown.
AwgNode awg_draft_node_from_json(json::View object);

}  // namespace loomgate::domain
