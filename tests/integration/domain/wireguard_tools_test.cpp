// SPDX-License-Identifier: Apache-2.0
// What the real WireGuard tools say to our texts, names and keys.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "daemon/crypto/keys.h"
#include "daemon/domain/names.h"
#include "daemon/domain/tunnel_text.h"
#include "tests/harness/process.h"
#include "tests/harness/temp_dir.h"

namespace loomgate::domain {
namespace {

// wg-quick calls sudo by itself when it is not root.
bool may_run_wg_quick() {
  if (harness::running_as_root()) return true;
  try {
    harness::run_program(
        {.argv = {"sudo", "-n", "true"}, .env = {}, .output = {}, .working_directory = {}, .user = {}});
    return true;
  } catch (const std::runtime_error&) {
    return false;
  }
}

std::filesystem::path write_private(const std::filesystem::path& path, const std::string& text) {
  std::ofstream(path) << text;
  std::filesystem::permissions(path, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
  return path;
}

std::string run(const std::vector<std::string>& argv) {
  return harness::run_program({.argv = argv, .env = {}, .output = {}, .working_directory = {}, .user = {}});
}

struct Mesh {
  Config config;
  Node node;
  PeerNode peer;
  PeerLink link;
  ManagedHooks managed;

  Mesh() {
    const auto own = crypto::generate_key_pair();
    node.private_key = own.private_key;
    node.virtual_ip = "10.66.0.2/32";
    node.dns = "1.1.1.1";
    node.mtu = 1400;
    node.post_up = {"echo up on %i"};
    peer.name = "gateway # 1 [x] \u4e2d";
    peer.public_key = crypto::generate_key_pair().public_key;
    peer.entry.ipv6_address = "2001:db8::1";
    link.allowed_ips = "10.66.0.0/24,fd00::/64";
    link.preshared_key = crypto::generate_preshared_key();
    link.endpoint_ref_family = "ipv6";
    link.persistent_keepalive = 25;
  }

  std::string text() const {
    return render_tunnel_text({.config = config, .node = node, .peers = {{&link, &peer}}, .managed = managed});
  }
};

TEST(WgQuick, StripLeavesExactlyWhatTheKernelGets) {
  if (!may_run_wg_quick()) GTEST_SKIP() << "wg-quick needs root, or sudo without a password";
  const harness::TempDir folder;
  const Mesh mesh;
  const std::string name = interface_name(artifact_stem("laboratory", "gateway number one"), "node_0123456789ab");
  const auto path = write_private(folder.path() / (name + ".conf"), mesh.text());

  const std::string expected = "[Interface]\nPrivateKey = " + mesh.node.private_key +
                               "\nListenPort = 51820\n\n# Peer: " + mesh.peer.name +
                               "\n[Peer]\nPublicKey = " + mesh.peer.public_key +
                               "\nAllowedIPs = 10.66.0.0/24,fd00::/64\nPresharedKey = " + *mesh.link.preshared_key +
                               "\nEndpoint = [2001:db8::1]:51820\nPersistentKeepalive = 25\n\n";
  EXPECT_EQ(run({"wg-quick", "strip", path.string()}), expected);
}

// wg-quick acts on these itself and hands the rest to the kernel.
bool is_for_wg_quick(const std::string& line) {
  for (const char* key : {"Address =", "DNS =", "MTU =", "PreUp =", "PostUp =", "PreDown =", "PostDown ="}) {
    if (line.starts_with(key)) return true;
  }
  return false;
}

std::string for_the_kernel(const std::filesystem::path& path) {
  std::ifstream file(path);
  std::string kept;
  for (std::string line; std::getline(file, line);) {
    if (!is_for_wg_quick(line)) kept += line + "\n";
  }
  return kept + "\n";
}

TEST(WgQuick, AcceptsEveryGoldenTextOfWireGuard) {
  if (!may_run_wg_quick()) GTEST_SKIP() << "wg-quick needs root, or sudo without a password";
  const harness::TempDir folder;
  int seen = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(LOOMGATE_GOLDEN)) {
    if (entry.path().extension() != ".conf" || !entry.path().parent_path().string().ends_with("-wireguard")) continue;
    std::filesystem::copy_file(entry.path(), folder.path() / "wg0.conf",
                               std::filesystem::copy_options::overwrite_existing);
    EXPECT_EQ(run({"wg-quick", "strip", (folder.path() / "wg0.conf").string()}), for_the_kernel(entry.path()))
        << entry.path();
    ++seen;
  }
  EXPECT_EQ(seen, 9) << "three nodes of three topologies";
}

TEST(WgTool, DerivesTheSamePublicKey) {
  const harness::TempDir folder;
  for (int i = 0; i < 5; ++i) {
    const auto pair = crypto::generate_key_pair();
    const auto path = write_private(folder.path() / "key", pair.private_key + "\n");
    EXPECT_EQ(run({"sh", "-c", "wg pubkey < \"$0\"", path.string()}), pair.public_key + "\n");
  }
}

}  // namespace
}  // namespace loomgate::domain
