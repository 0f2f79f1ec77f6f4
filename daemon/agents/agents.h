// SPDX-License-Identifier: Apache-2.0
// The conversation with devices (spec mqtt, design 5). One daemon of a deployment leads: it holds the MQTT session,
// takes in what agents say, sends commands, runs deadlines and presence. The others stand by and take over within
// seconds. Services do not talk to this class to reach a device: they write commands (daemon/store/commands.h); the
// leader, wherever it runs, delivers them.
//
// Threads: start() makes four (link, worker, leader, database listener) and stop() joins them. Everything public may be
// called from any thread. Two services on one database in one process are fine (the tests do it).
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>

#include "daemon/agents/settings.h"
#include "daemon/agents/status.h"
#include "daemon/base/time.h"
#include "daemon/crypto/sealer.h"
#include "sql/pg/pool.h"

namespace loomgate::agents {

struct AgentsOptions {
  MqttSettings mqtt;
  AgentTimings timings;
  // Names this daemon in leases and logs: 1..40 of a-z 0-9 and '-', the same at every start of one daemon.
  std::string instance;
};

class AgentsService {
 public:
  // pool and sealer must outlive the service. The pool's options are used for the two connections of its own.
  AgentsService(AgentsOptions options, pg::Pool& pool, const crypto::Sealer& sealer, Clock clock = system_clock());
  ~AgentsService();  // stop()
  AgentsService(const AgentsService&) = delete;
  AgentsService& operator=(const AgentsService&) = delete;

  // Returns at once; a database or broker that is away is waited for. With MQTT switched off it only writes that down
  // for the brokers (setting mqtt_services_enabled) and throws DatabaseError when it cannot.
  void start();
  // Ends the MQTT connection (the broker keeps the session) and joins every thread. Safe to call twice.
  void stop();

  // The same answer on every daemon: a standby shows what the leader wrote last.
  MqttServiceStatus status() const;
  bool leading() const;
  // Messages taken in and dropped, by reason ("accepted", "bad-json", "unknown-node", ...), since this daemon started.
  std::map<std::string, std::uint64_t> counters() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace loomgate::agents
