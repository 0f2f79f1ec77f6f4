// SPDX-License-Identifier: Apache-2.0
// Carries commands from the outbox to the broker (spec mqtt 7, 9, 10): leases due rows, builds the envelope from the
// command as it stands at that moment, publishes, and writes down what became of it.
//
//   accepted by the broker      the command counts as sent, its deadline may start
//   no subscriber (PUBACK 0x10) the command fails at once with "client not connected"; a push is made anew when the
//                               device returns
//   link lost before the PUBACK sent again later, if the command is still open by then: at least once
//   refused                     tried again a few times, then the command fails and the row stays parked
//
// At most kMostInFlight publishes are under way, one per node, and not more per second than asked for.
//
// Threads: pump() and settle() on the worker's thread, published() on the link's.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "daemon/agents/outlet.h"
#include "daemon/base/time.h"
#include "daemon/crypto/sealer.h"
#include "daemon/store/command_delivery.h"
#include "daemon/store/outbox.h"
#include "plugin/base/guarded.h"
#include "sql/pg/pool.h"

namespace loomgate::agents {

inline constexpr int kMostInFlight = 64;
inline constexpr std::size_t kMostEnvelope = 900'000;  // bytes; brokers refuse packets of 1 MB
inline constexpr std::chrono::seconds kMessageExpiry{60};
inline constexpr int kMostRefusals = 8;

class Courier {
 public:
  // owner: of this term and no other.
  Courier(pg::Pool& pool, const crypto::Sealer& sealer, std::string owner, store::Deadlines deadlines, int per_second,
          Clock clock);

  // Once, before the first pump: work that an earlier leader held is ours now.
  void take_over();
  // True when more is due than could be handed over now.
  bool pump(Outlet& outlet);
  // True when something was written, so that more may be due.
  bool settle();
  void published(const PublishResult& result);

 private:
  struct Message {
    std::string topic;
    std::string body;
  };
  struct Underway {
    std::string request_id;
    std::string node_id;
    int attempts = 0;
  };
  struct Ledger;  // what one settling writes

  int room();
  std::optional<Message> compose(const store::Delivery& delivery, std::string& problem) const;
  void record(Ledger& ledger, const Underway& underway, const PublishResult& result);
  // Writes down what `record` enters for each lease that is still ours.
  void write(const std::vector<store::Lease>& leases, const std::function<void(Ledger&, std::int64_t)>& record);
  std::chrono::milliseconds backoff(int attempts);

  pg::Pool& pool_;
  const crypto::Sealer& sealer_;
  std::string owner_;
  store::Deadlines deadlines_;
  double per_second_;
  Clock clock_;
  double budget_;
  std::chrono::steady_clock::time_point budget_at_;
  std::mt19937_64 random_{std::random_device{}()};
  std::map<std::uint64_t, Underway> underway_;  // by outbox id, which is the ticket
  Guarded<std::vector<PublishResult>> results_;
};

}  // namespace loomgate::agents
