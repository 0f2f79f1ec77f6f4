// SPDX-License-Identifier: Apache-2.0
// Answers what a broker without our plugin asks about every subscribe and publish (spec http-api 7.3, mqtt 16, emqx 5),
// from memory: a copy of who may connect that follows the database. A question never waits for PostgreSQL, and while that
// is down the answers stay as they were.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <string_view>

#include "plugin/access/access_table.h"
#include "plugin/access/topic_policy.h"
#include "plugin/base/guarded.h"
#include "plugin/base/mailbox.h"
#include "plugin/replica/replica.h"

namespace loomgate::brokers {

struct AccessKeeperOptions {
  std::string conninfo;      // of a role that may read the view `access`
  std::string backend_user;  // the broker's name for the backend: may do everything
  // So long without contact to the database the copy still counts; then every device is denied. 0: for ever.
  std::chrono::seconds stale{86400};
};

struct AccessQuestion {
  std::string_view username;
  std::string_view client_id;
  std::string_view topic;
  access::Action action = access::Action::kPublish;  // kPublish or kSubscribe
};

class AccessKeeper {
 public:
  // Denies everything to everybody until start().
  explicit AccessKeeper(AccessKeeperOptions options);
  ~AccessKeeper();  // stop()
  AccessKeeper(const AccessKeeper&) = delete;
  AccessKeeper& operator=(const AccessKeeper&) = delete;

  // One thread with a connection of its own, from here to stop(). Returns at once; devices are denied until the first load.
  void start();
  // Not while another thread asks.
  void stop();

  // Any thread, microseconds. False is "deny": there is no third answer.
  bool allows(const AccessQuestion& question);

 private:
  void take_news();
  bool is_current() const;

  const AccessKeeperOptions options_;
  Mailbox<replica::AccessUpdate> updates_;
  Guarded<access::AccessTable> table_;  // also guards the reading end of updates_
  std::unique_ptr<replica::Replica> replica_;
};

}  // namespace loomgate::brokers
