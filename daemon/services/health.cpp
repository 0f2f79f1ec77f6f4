// SPDX-License-Identifier: Apache-2.0
#include "daemon/services/health.h"

#include <fmt/format.h>

#include "daemon/store/runtime_status.h"
#include "sql/migrations/runner.h"

namespace loomgate::services {
namespace {

void head(std::string& text, const char* name, const char* type, const char* help) {
  text += fmt::format("# HELP {0} {1}\n# TYPE {0} {2}\n", name, help, type);
}

void value(std::string& text, const char* name, std::int64_t number) {
  text += fmt::format("{} {}\n", name, number);
}

void values(std::string& text, const char* name, const char* label,
            const std::map<std::string, std::uint64_t>& numbers) {
  for (const auto& [key, number] : numbers) text += fmt::format("{}{{{}=\"{}\"}} {}\n", name, label, key, number);
}

}  // namespace

HealthService::HealthService(HealthOptions options, pg::Pool& pool, Sources sources, Clock clock)
    : options_(std::move(options)), pool_(pool), sources_(std::move(sources)), clock_(std::move(clock)) {}

Health HealthService::health() const {
  return {"ok", options_, clock_()};
}

Readiness HealthService::readiness() {
  Readiness found;
  found.mqtt = sources_.link().status;
  try {
    auto lease = pool_.acquire();
    const auto status = migrations::inspect(*lease);
    found.database = "ok";
    found.ready = status.problems.empty() && status.applied == status.available;
    found.schema = !status.problems.empty() ? status.problems.front()
                   : found.ready            ? "ok"
                                            : fmt::format("version {} of {}", status.applied, status.available);
  } catch (const pg::DatabaseError&) {
    found.database = "unreachable";
    found.schema = "unknown";
  }
  return found;
}

std::string HealthService::metrics() {
  std::string text;
  head(text, "loomgate_http_responses_total", "counter", "HTTP answers by status.");
  values(text, "loomgate_http_responses_total", "status", sources_.http());
  head(text, "loomgate_agent_messages_total", "counter", "Messages of devices by what became of them.");
  values(text, "loomgate_agent_messages_total", "result", sources_.inbox());
  head(text, "loomgate_mqtt_connected", "gauge", "1 while the deployment has a broker connection.");
  value(text, "loomgate_mqtt_connected", sources_.link().connected ? 1 : 0);
  head(text, "loomgate_leader", "gauge", "1 on the daemon that holds the MQTT session.");
  value(text, "loomgate_leader", sources_.leading() ? 1 : 0);
  store::Workload load;
  bool reachable = true;
  try {
    auto lease = pool_.acquire();
    load = store::read_workload(*lease);
  } catch (const pg::DatabaseError&) {
    reachable = false;
  }
  head(text, "loomgate_database_up", "gauge", "1 while the database answers.");
  value(text, "loomgate_database_up", reachable ? 1 : 0);
  if (!reachable) return text;
  head(text, "loomgate_outbox_waiting", "gauge", "Work for brokers and devices that is not done yet.");
  value(text, "loomgate_outbox_waiting", load.outbox_waiting);
  head(text, "loomgate_outbox_parked", "gauge", "Work that failed too often and waits for an operator.");
  value(text, "loomgate_outbox_parked", load.outbox_parked);
  head(text, "loomgate_commands_pending", "gauge", "Commands without an answer yet.");
  value(text, "loomgate_commands_pending", load.commands_pending);
  head(text, "loomgate_devices_online", "gauge", "Devices that are online.");
  value(text, "loomgate_devices_online", load.devices_online);
  return text;
}

}  // namespace loomgate::services
