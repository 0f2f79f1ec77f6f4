// SPDX-License-Identifier: Apache-2.0
// loomgate_load: one load on one broker of this machine; figures as one JSON line. tests/bench/run calls it.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <exception>
#include <string>

#include "tests/bench/load/loads.h"

namespace {

using namespace loomgate::bench;

void print(const Figures& figures) {
  const auto per_operation = [&](std::chrono::nanoseconds time) {
    return std::chrono::duration<double, std::micro>(time).count() / static_cast<double>(figures.operations);
  };
  fmt::print("{{\"operations\":{},\"seconds\":{:.6f},\"cpu_us\":{:.4f},\"thread_cpu_us\":{:.4f}}}\n", figures.operations,
             std::chrono::duration<double>(figures.elapsed).count(), per_operation(figures.broker_cpu.all_threads),
             per_operation(figures.broker_cpu.main_thread));
}

void print(const Waits& waits) {
  const auto milliseconds = [](std::chrono::nanoseconds time) { return std::chrono::duration<double, std::milli>(time).count(); };
  fmt::print("{{\"samples\":{},\"p99_ms\":{:.3f},\"longest_ms\":{:.3f},\"lost_clients\":{},\"unknown_refused\":{}}}\n", waits.samples,
             milliseconds(waits.p99), milliseconds(waits.longest), waits.lost_clients, waits.unknown_refused);
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("Puts one load on a broker of this machine and prints what it measured.");
  Target target;
  std::size_t in_flight = 64;
  std::size_t operations = 0;
  PublishPlan plan;
  int seconds = 10;
  bool unknown = false;
  std::string devices;
  app.require_subcommand(1);
  app.add_option("--port", target.port, "port on 127.0.0.1")->required();
  app.add_option("--broker-pid", target.broker, "whose processor time is measured");
  app.add_option("--principals", target.principals, "devices to use")->required()->check(CLI::Range(1, 100000));
  app.add_option("--in-flight", in_flight, "connects at a time")->check(CLI::Range(1, 1000));
  app.add_option("--operations", operations, "connects or messages")->check(CLI::Range(1, 100000000));
  app.add_option("--publishers", plan.publishers, "devices that publish")->check(CLI::Range(1, 1000));
  app.add_option("--qos", plan.qos, "of the messages")->check(CLI::Range(0, 1));
  app.add_option("--seconds", seconds, "how long to probe, or to wait for kicks")->check(CLI::Range(1, 600));
  app.add_flag("--unknown", unknown, "an unknown device knocks meanwhile");
  app.add_option("--devices", devices, "file with config id and node id of every device of the fleet")->check(CLI::ExistingFile);
  auto* storm = app.add_subcommand("storm", "connect every device once");
  auto* churn = app.add_subcommand("churn", "connect and disconnect");
  auto* publish = app.add_subcommand("publish", "many publishers, one subscriber");
  auto* probe = app.add_subcommand("probe", "hold connections and measure the wait for PUBACK");
  auto* kicks = app.add_subcommand("kicks", "hold connections and tell when one is ended");
  auto* fleet = app.add_subcommand("fleet", "hold agents that start up, answer pushes, come back, and publish on order");
  auto* subscriber = app.add_subcommand("subscriber", "count what devices say, in the place of the daemon");
  CLI11_PARSE(app, argc, argv);
  try {
    plan.messages = operations;
    if (storm->parsed()) print(connect_storm(target, in_flight));
    if (churn->parsed()) print(reconnect_churn(target, in_flight, operations));
    if (publish->parsed()) print(publish_fan_in(target, plan));
    if (probe->parsed()) print(probe_waits(target, std::chrono::seconds(seconds), unknown));
    if (kicks->parsed()) watch_kicks(target, std::chrono::seconds(seconds));
    if (fleet->parsed()) hold_fleet(target, devices);
    if (subscriber->parsed()) subscribe_as_daemon(target);
  } catch (const std::exception& error) {
    fmt::print(stderr, "loomgate_load: {}\n", error.what());
    return 1;
  }
  return 0;
}
