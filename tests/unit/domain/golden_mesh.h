// SPDX-License-Identifier: Apache-2.0
// Small fixed meshes of three nodes whose texts stand in golden/. Every value is written out, so that a text changes
// only when the renderer does.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "daemon/domain/entities.h"

namespace loomgate::domain {

inline constexpr const char* kGoldenTopologies[] = {"hub_spoke", "full_mesh", "free_mesh"};
// "wireguard", or a version of AmneziaWG.
inline constexpr const char* kGoldenProtocols[] = {"wireguard", "1.5", "2.0", "3.1"};

struct GoldenMesh {
  Config config;
  std::vector<Node> nodes;
  std::vector<PeerLink> links;

  std::string text_of(const Node& node) const;
};

GoldenMesh golden_mesh(std::string_view topology, std::string_view protocol);

}  // namespace loomgate::domain
