// SPDX-License-Identifier: Apache-2.0
#include "daemon/services/endpoint.h"

#include "daemon/base/error_codes.h"
#include "daemon/services/lookups.h"
#include "daemon/store/audit.h"
#include "daemon/store/node_state.h"
#include "daemon/store/refused_commands.h"

namespace loomgate::services {
namespace {

constexpr int kMostLogs = 50;

std::string sentence(std::string_view action) {
  if (action == "push_config") return "The config is on its way to the device";
  if (action == "start") return "Start is on its way to the device";
  if (action == "stop") return "Stop is on its way to the device";
  return "The question is on its way to the device; the answer appears among the logs";
}

// Null: it is asked.
const char* why_not_asked(const domain::Standing& standing, bool connected) {
  if (!standing.enabled) return "disabled";
  if (!standing.dynamic) return "static";
  if (!standing.initialized) return "not-bound";
  return connected ? nullptr : "broker-unreachable";
}

// The node was there and may be commanded; only the command could not be given.
bool leaves_a_log(const Error& error) {
  const std::string_view code = error.code().code;
  return code == errors::kNoStagedConfig.code || code == errors::kMqttControlUnavailable.code;
}

}  // namespace

EndpointService::EndpointService(bool mqtt_enabled, pg::Pool& pool, const crypto::Sealer& sealer,
                                 LinkStatus link_status)
    : mqtt_enabled_(mqtt_enabled), pool_(pool), sealer_(sealer), link_status_(std::move(link_status)) {}

void EndpointService::require_mqtt() const {
  if (!mqtt_enabled_) throw Error(errors::kMqttDisabled, "MQTT services are switched off");
}

EndpointStatus EndpointService::status(std::string_view config_id, std::string_view node_id) {
  EndpointStatus shown;
  {
    auto lease = pool_.acquire();
    auto node = require_enabled_node_of(*lease, require_config(*lease, config_id), node_id, &sealer_);
    shown = projections::view_endpoint(*lease, std::move(node), mqtt_enabled_);
  }
  shown.mqtt_service = link_status_();
  return shown;
}

projections::ClientView EndpointService::client_state(std::string_view config_id, std::string_view node_id) {
  auto lease = pool_.acquire();
  const auto node = require_node_of(*lease, require_config(*lease, config_id), node_id);
  const auto agent = store::find_agent_status(*lease, node.id);
  if (!agent) throw Error(errors::kRuntimeNotFound, "Nothing is known of this node's device");
  return projections::view_client(node, *agent, mqtt_enabled_);
}

std::vector<store::ControlLog> EndpointService::logs(std::string_view config_id, std::string_view node_id) {
  require_mqtt();
  auto lease = pool_.acquire();
  const auto node = require_node_of(*lease, require_config(*lease, config_id), node_id);
  return store::control_logs(*lease, node.config_id, node.id, kMostLogs);
}

std::optional<store::ControlLog> EndpointService::log(std::string_view log_id) {
  auto lease = pool_.acquire();
  return store::control_log(*lease, log_id);
}

ControlStarted EndpointService::control(std::string_view config_id, std::string_view node_id, std::string_view action,
                                        const domain::Actor& actor) {
  require_mqtt();
  try {
    return {enqueue(config_id, node_id, action, actor).request_id, sentence(action)};
  } catch (const Error& error) {
    if (leaves_a_log(error)) {
      pool_.transact([&](pg::Transaction& transaction) {
        store::record_refused_command(transaction, config_id, node_id, action, "admin", error.message());
      });
    }
    throw;
  }
}

store::Enqueued EndpointService::enqueue(std::string_view config_id, std::string_view node_id, std::string_view action,
                                         const domain::Actor& actor) {
  const auto link = link_status_();
  return pool_.transact([&](pg::Transaction& transaction) {
    const auto config = require_locked_config(transaction, config_id);
    const auto node = require_enabled_node_of(transaction.connection(), config, node_id);
    if (node.node_type != "dynamic") throw Error(errors::kInvalidAction, "A static node has no device to command");
    const Error nothing_staged(errors::kNoStagedConfig, "Nothing is staged for this node");
    if (action == "push_config") {
      const auto state = store::find_node_state(transaction.connection(), node.id);
      if (!state || state->staged_sha256.empty()) throw nothing_staged;
    }
    if (!link.connected) {
      throw Error(errors::kMqttControlUnavailable, "The broker cannot be reached now",
                  json::Json::object({{"detail", json::Json(link.last_error)}}));
    }
    store::add_audit(transaction, actor,
                     {"endpoint." + std::string(action), config.id, node.id, node.name, "Queued for the device"});
    if (action != "push_config") return store::enqueue_control(transaction, node.id, action, "admin");
    const auto push = store::enqueue_push_now(transaction, node.id, "admin");
    if (!push) throw nothing_staged;
    return *push;
  });
}

ProbeBatch EndpointService::probe(std::string_view config_id, const std::vector<std::string>& node_ids) {
  require_mqtt();
  const bool connected = link_status_().connected;
  return pool_.transact([&](pg::Transaction& transaction) {
    const auto config = require_config(transaction.connection(), config_id);
    ProbeBatch batch;
    std::vector<std::string> listening;
    for (auto& node : store::probe_candidates(transaction.connection(), config.id, node_ids)) {
      if (const char* reason = why_not_asked(node.standing, connected)) {
        batch.skipped.push_back({std::move(node.node_id), reason});
      } else {
        listening.push_back(std::move(node.node_id));
      }
    }
    batch.dispatched = store::ask_probes(transaction, listening);
    return batch;
  });
}

std::vector<projections::RuntimeSnapshotItem> EndpointService::runtime_snapshot(std::string_view config_id) {
  auto lease = pool_.acquire();
  return projections::runtime_snapshot(*lease, require_config(*lease, config_id), mqtt_enabled_);
}

}  // namespace loomgate::services
