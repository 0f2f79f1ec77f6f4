// SPDX-License-Identifier: Apache-2.0
// Is this daemon alive, is it ready, and what has it done so far (spec http-api 6.13). Ready means: the database
// answers and has the schema of this program. A broker that is away is shown but does not make a daemon unready: the
// API works on.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>

#include "daemon/agents/agents.h"
#include "daemon/base/time.h"
#include "sql/pg/pool.h"

namespace loomgate::services {

struct HealthOptions {
  std::string service;
  std::string version;
  std::string timezone;
  bool dev_test_api = false;
  bool mqtt_services = true;
};

struct Health {
  std::string status = "ok";
  HealthOptions about;
  Timestamp timestamp{};
};

struct Readiness {
  bool ready = false;
  std::string database;  // ok, unreachable
  std::string schema;    // ok, or what is wrong with it
  std::string mqtt;      // MqttService.status
};

class HealthService {
 public:
  struct Sources {
    std::function<agents::MqttServiceStatus()> link;
    std::function<bool()> leading;
    std::function<std::map<std::string, std::uint64_t>()> inbox;  // messages by what became of them
    std::function<std::map<std::string, std::uint64_t>()> http;   // answers by status class
  };

  HealthService(HealthOptions options, pg::Pool& pool, Sources sources, Clock clock = system_clock());

  Health health() const;
  const std::string& timezone() const { return options_.timezone; }
  Readiness readiness();
  // Prometheus text.
  std::string metrics();

 private:
  const HealthOptions options_;
  pg::Pool& pool_;
  const Sources sources_;
  const Clock clock_;
};

}  // namespace loomgate::services
