// SPDX-License-Identifier: Apache-2.0
// The status that every daemon shows: the leader writes it to the settings, standbys read it. Thread safe.
#pragma once

#include <string>

#include "daemon/agents/status.h"
#include "plugin/base/guarded.h"
#include "sql/pg/transaction.h"

namespace loomgate::agents {

class StatusBoard {
 public:
  StatusBoard(bool enabled, Clock clock);

  void connected();
  void disconnected(const std::string& reason);
  void start_over();  // leadership changed hands: nobody is connected for the moment
  MqttServiceStatus status() const;

  // Writes what is shown, with a system.status change when it differs from what was written before.
  void write(pg::Transaction& transaction);
  // Takes over what the leader wrote; a leader that has not written for kSilence shows as connecting.
  void read(pg::Connection& connection);

  static constexpr std::chrono::seconds kSilence{15};

 private:
  struct Shown {
    bool connected = false;
    std::string last_error;
    std::optional<Timestamp> last_connected_at;
    bool operator==(const Shown&) const = default;
  };
  bool enabled_;
  Clock clock_;
  Guarded<Shown> shown_;
  std::optional<Shown> written_;  // by the writer's thread only
};

}  // namespace loomgate::agents
