// SPDX-License-Identifier: Apache-2.0
// The text of every node for every topology, protocol and version, byte for byte as in golden/<topology>-<protocol>/.
// LOOMGATE_WRITE_GOLDEN=1 writes the files anew; read the difference before you commit it.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "tests/unit/domain/golden_mesh.h"

namespace loomgate::domain {
namespace {

std::string read_file(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

void expect_file(const std::filesystem::path& path, const std::string& text) {
  if (std::getenv("LOOMGATE_WRITE_GOLDEN") != nullptr) {
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary) << text;
  }
  EXPECT_EQ(read_file(path), text) << path;
}

TEST(Golden, EveryTopologyProtocolAndVersion) {
  for (const std::string topology : kGoldenTopologies) {
    for (const std::string protocol : kGoldenProtocols) {
      const auto folder = std::filesystem::path(LOOMGATE_GOLDEN) / (topology + "-" + protocol);
      const GoldenMesh mesh = golden_mesh(topology, protocol);
      for (const Node& node : mesh.nodes) expect_file(folder / (node.name + ".conf"), mesh.text_of(node));
    }
  }
}

}  // namespace
}  // namespace loomgate::domain
