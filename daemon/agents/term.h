// SPDX-License-Identifier: Apache-2.0
// One term of leadership: the MQTT session, the inbox, and a worker that carries commands, follows broker sessions and
// runs the periodic jobs. It begins with its construction and ends with its destruction; the session itself, with what
// the broker keeps in it, is the deployment's and goes on with the next term, here or elsewhere.
//
// Threads: the link's and the worker's; wake() from any.
#pragma once

#include <memory>
#include <string>

#include "daemon/agents/settings.h"
#include "daemon/agents/status_board.h"
#include "daemon/agents/tally.h"
#include "daemon/base/time.h"
#include "daemon/crypto/sealer.h"
#include "sql/pg/pool.h"

namespace loomgate::agents {

struct TermParts {
  const MqttSettings& mqtt;
  const AgentTimings& timings;
  std::string instance;
  std::string password;  // of the service account, made by this daemon
  pg::Pool& pool;
  const crypto::Sealer& sealer;
  Clock clock;
  Tally& tally;
  StatusBoard& status;
};

class Term {
 public:
  // Throws DatabaseError when the account cannot be written.
  explicit Term(TermParts parts);
  ~Term();
  Term(const Term&) = delete;
  Term& operator=(const Term&) = delete;

  // The database has news: commands to carry or sessions that opened or ended.
  void wake();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace loomgate::agents
