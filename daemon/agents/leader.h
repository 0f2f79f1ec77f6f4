// SPDX-License-Identifier: Apache-2.0
// One daemon of a deployment leads. Leadership is a session-level advisory lock on a connection of its own: it ends
// with the connection, so a killed leader is replaced at the next try of a standby, one second later at most. A leader
// whose machine vanished is noticed by the server's TCP probes after about 4 s, because the connection asks for them.
//
// A leader that can no longer ask its lock stops leading at once; for some seconds both may believe to lead, which is
// safe: the MQTT session is one for the deployment (the newer connection throws the older out) and outbox rows are
// leased.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "sql/pg/connection.h"

namespace loomgate::agents {

struct LeaderCallbacks {
  // All run on the leader's thread; on_elected and on_lost alternate. An exception out of on_elected gives the
  // leadership back; it is tried again a second later.
  std::function<void()> on_elected;
  std::function<void(const std::string& reason)> on_lost;  // also when stopped while leading
  std::function<void(pg::Connection&)> on_standby;         // every second while another daemon leads
  std::function<void(pg::Connection&)> on_second;          // before everything else, whoever leads
};

class Leader {
 public:
  Leader(pg::ConnectOptions options, LeaderCallbacks callbacks);
  ~Leader();  // gives the leadership up, stops and joins
  Leader(const Leader&) = delete;
  Leader& operator=(const Leader&) = delete;

  bool leading() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace loomgate::agents
