// SPDX-License-Identifier: Apache-2.0
// A node's device as the console sees and steers it (spec http-api 4.6, 6.7, domain 9.4, 9.6). Commands are rows: a
// control answers as soon as its row and outbox entry are committed; the leader delivers it.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/agents/agents.h"
#include "daemon/crypto/sealer.h"
#include "daemon/projections/endpoint_view.h"
#include "daemon/projections/runtime_snapshot.h"
#include "daemon/store/commands.h"
#include "daemon/store/probes.h"
#include "sql/pg/pool.h"

namespace loomgate::services {

using projections::EndpointStatus;

struct ControlStarted {
  std::string request_id;
  std::string message;
};

struct SkippedProbe {
  std::string node_id;
  std::string reason;  // disabled, static, not-bound, broker-unreachable
};

struct ProbeBatch {
  std::vector<store::AskedProbe> dispatched;
  std::vector<SkippedProbe> skipped;
};

class EndpointService {
 public:
  using LinkStatus = std::function<agents::MqttServiceStatus()>;

  // pool and sealer must outlive the service; link_status is called on the caller's thread.
  EndpointService(bool mqtt_enabled, pg::Pool& pool, const crypto::Sealer& sealer, LinkStatus link_status);

  // CONFIG_NOT_FOUND, NODE_NOT_FOUND, NODE_CONFIG_MISMATCH, NODE_DISABLED, RUNTIME_NOT_FOUND, NODE_STATE_NOT_FOUND.
  EndpointStatus status(std::string_view config_id, std::string_view node_id);
  // As status() shows it, also for a disabled node: what reset-client answers.
  projections::ClientView client_state(std::string_view config_id, std::string_view node_id);
  // MQTT_DISABLED; at most 50, newest first.
  std::vector<store::ControlLog> logs(std::string_view config_id, std::string_view node_id);
  std::optional<store::ControlLog> log(std::string_view log_id);
  // `action` is start, stop, wg_show or push_config. MQTT_DISABLED, NODE_DISABLED, NO_STAGED_CONFIG,
  // INVALID_ACTION for a static node;
  // MQTT_CONTROL_UNAVAILABLE while no daemon has a broker connection.
  ControlStarted control(std::string_view config_id, std::string_view node_id, std::string_view action,
                         const domain::Actor& actor);
  // Asks devices whether they are there; no ids: all of the config. Ids of other configs are left out. CONFIG_NOT_FOUND,
  // MQTT_DISABLED. The answers show in the nodes' status.
  ProbeBatch probe(std::string_view config_id, const std::vector<std::string>& node_ids);
  std::vector<projections::RuntimeSnapshotItem> runtime_snapshot(std::string_view config_id);

 private:
  void require_mqtt() const;
  store::Enqueued enqueue(std::string_view config_id, std::string_view node_id, std::string_view action,
                          const domain::Actor& actor);

  const bool mqtt_enabled_;
  pg::Pool& pool_;
  const crypto::Sealer& sealer_;
  const LinkStatus link_status_;
};

}  // namespace loomgate::services
