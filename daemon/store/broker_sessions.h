// SPDX-License-Identifier: Apache-2.0
// Agent sessions as brokers record them (written by the broker plugin), read by the leader.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "daemon/base/time.h"
#include "sql/pg/transaction.h"

namespace loomgate::store {

struct SessionNews {
  std::string username;  // a node id, or a service account
  Timestamp connected_at{};
  std::optional<Timestamp> ended_at;
  bool open_elsewhere = false;  // the same client has an open session at another broker
};

// Rows that changed since they were last taken, by client; they count as seen with this transaction.
std::vector<SessionNews> take_session_news(pg::Transaction& transaction, int limit);

struct BrokerBeat {
  std::string broker_id;
  Timestamp heartbeat_at{};
};
// The last heartbeat of every broker that has an open session.
std::vector<BrokerBeat> broker_beats(pg::Connection& connection);
// Ends the open sessions of these brokers, as far as this is still their last heartbeat. Returns how many.
std::int64_t end_sessions_of_brokers(pg::Transaction& transaction, const std::vector<BrokerBeat>& silent);

// What agents said before a session ended, or began, may be read after that was shown: a daemon that was away reads it all
// at once, and a broker's full queue loses the rest. So what is shown is compared with what the brokers say, and sessions
// that disagree count as news again. Nothing younger than two seconds is judged: the other half may be on its way.
//
// Shown online, but the session has ended everywhere.
std::int64_t revisit_ended_sessions(pg::Transaction& transaction);
// Shown as gone because of a will or an ended session, but a session is open.
std::int64_t revisit_open_sessions(pg::Transaction& transaction);

}  // namespace loomgate::store
