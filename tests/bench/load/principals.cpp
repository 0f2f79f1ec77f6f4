// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/load/principals.h"

#include <fmt/format.h>

namespace loomgate::bench {
namespace {

constexpr std::size_t kNodesPerConfig = 1000;

std::string node_id(std::size_t number) { return fmt::format("node_{:012x}", number + 1); }

}  // namespace

Identity device(std::size_t number) {
  return {node_id(number), device_password(number), "wfm-" + node_id(number)};
}

std::string device_password(std::size_t number) { return fmt::format("bench-{:037}", number); }

Identity unknown_device() { return {"node_ffffffffffff", "nobody", "wfm-node_ffffffffffff"}; }

Identity daemon_account() { return {"wfm-server-bench", "bench-daemon", "wfm-server-bench"}; }

std::vector<std::string> upstream_filters() {
  return {kHeartbeatFilter, "wfm/+/+/event", "wfm/+/+/detect/ack", "wfm/+/+/info/ack", "wfm/+/+/config/push/ack", "wfm/+/+/control/ack"};
}

std::string heartbeat_topic(std::size_t number) {
  return fmt::format("wfm/cfg_{:012x}/{}/heartbeat", number / kNodesPerConfig + 1, node_id(number));
}

}  // namespace loomgate::bench
