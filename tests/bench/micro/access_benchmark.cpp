// SPDX-License-Identifier: Apache-2.0
// What a CONNECT and a PUBLISH cost inside the plugin, without the broker around it. Bars: 1 us and 0.1 us.
#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <memory>
#include <string>
#include <vector>

#include "plugin/access/access_table.h"
#include "plugin/access/credentials.h"
#include "plugin/access/topic_policy.h"
#include "plugin/base/digest.h"

namespace loomgate::access {
namespace {

constexpr NodeNumber kFirstNode = 0x100000000000;
constexpr ConfigNumber kConfig = 0xbbbbbbbbbbbb;
constexpr std::string_view kPassword = "0123456789012345678901234567890123456789012";
constexpr std::string_view kDaemonName = "wfm-server-bench";

// Every name that a benchmark asks for, so that making it is not measured; asked in an order that defeats the caches.
struct Names {
  std::string username, client_id, topic;
};

struct World {
  AccessTable table;
  std::vector<Names> names;

  explicit World(std::size_t devices) {
    PrincipalKey key = 0;
    for (std::size_t index = 0; index < devices; ++index) {
      Change change;
      change.granted = true;
      change.device.node = kFirstNode + index * 7919;
      change.device.config = kConfig;
      change.device.hash = mqtt_password_hash(change.device.salt, kPassword);
      table.apply(change, key);
      names.push_back(names_of(change.device.node));
    }
    Change daemon;
    daemon.granted = true;
    daemon.daemon = std::make_shared<const DaemonGrant>(DaemonGrant{std::string(kDaemonName), {}, {}});
    table.apply(daemon, key);
  }

  const Names& any() {
    next = (next + 7907) % names.size();
    return names[next];
  }

 private:
  static Names names_of(NodeNumber number) {
    const std::string node = node_id(number);
    return {node, std::string(kDeviceClientPrefix) + node, "wfm/" + config_id(kConfig) + "/" + node + "/heartbeat"};
  }

  std::size_t next = 0;
};

void right_password(benchmark::State& state) {
  World world(static_cast<std::size_t>(state.range(0)));
  for (auto step : state) {
    const Names& names = world.any();
    benchmark::DoNotOptimize(check_credentials(world.table, names.username, names.client_id, kPassword));
  }
}

void wrong_password(benchmark::State& state) {
  World world(static_cast<std::size_t>(state.range(0)));
  for (auto step : state) {
    const Names& names = world.any();
    benchmark::DoNotOptimize(check_credentials(world.table, names.username, names.client_id, "guess"));
  }
}

void unknown_device(benchmark::State& state) {
  World world(static_cast<std::size_t>(state.range(0)));
  for (auto step : state) {
    benchmark::DoNotOptimize(check_credentials(world.table, "node_000000000001", "wfm-node_000000000001", kPassword));
  }
}

void publish_of_a_device(benchmark::State& state) {
  World world(static_cast<std::size_t>(state.range(0)));
  for (auto step : state) {
    const Names& names = world.any();
    const TopicRequest request{Action::kPublish, names.topic, 1, false};
    benchmark::DoNotOptimize(authorize(world.table, names.username, names.client_id, request));
  }
}

void delivery_to_the_daemon(benchmark::State& state) {
  World world(static_cast<std::size_t>(state.range(0)));
  const Principal* daemon = world.table.find(kDaemonName);
  for (auto step : state) {
    benchmark::DoNotOptimize(decide(*daemon, {Action::kRead, world.any().topic, 1, false}));
  }
}

BENCHMARK(right_password)->Arg(10000)->Arg(100000);
BENCHMARK(wrong_password)->Arg(10000);
BENCHMARK(unknown_device)->Arg(10000);
BENCHMARK(publish_of_a_device)->Arg(10000)->Arg(100000);
BENCHMARK(delivery_to_the_daemon)->Arg(10000);

}  // namespace
}  // namespace loomgate::access
