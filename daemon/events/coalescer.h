// SPDX-License-Identifier: Apache-2.0
// Turns bursts of changes into few events (spec http-api 9.5). What concerns one config (or none) waits until a pause
// after its last delivery is over; the same thing twice is one event, and because an event tells what is true when it is
// built, the last state always arrives. Not thread safe; time comes from the caller.
#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "daemon/store/changes.h"

namespace loomgate::events {

class Coalescer {
 public:
  using Clock = std::chrono::steady_clock;

  explicit Coalescer(std::chrono::milliseconds pause) : pause_(pause) {}

  // A node's new status also concerns the snapshot of its config and the status of the system.
  void add(const store::Change& change, Clock::time_point now);
  // What may be told now, in the order of spec domain 10.8: control logs, system, lists, configs, nodes; ids sorted.
  std::vector<store::Change> take_due(Clock::time_point now);
  // Whether this, as take_due() gives it, will be told yet.
  bool is_waiting(const store::Change& due) const;
  // Nothing when nothing waits.
  std::optional<Clock::time_point> next_due() const;
  // Everything that waits is forgotten: nobody listens.
  void clear();

 private:
  struct Key {
    int rank = 0;
    std::string type, node_id, ref;
    auto operator<=>(const Key&) const = default;
  };
  struct Scope {
    std::set<Key> waiting;
    Clock::time_point due{};
  };

  void put(const std::string& config_id, Key key, Clock::time_point now);

  const std::chrono::milliseconds pause_;
  std::map<std::string, Scope> scopes_;  // by config id; "" is the system
};

// A write that concerns hundreds of nodes (a quick mesh, the port of a whole config) would be thousands of large events.
// Takes the pages of single nodes out when there are more than kMostNodePages of them; true when it did: who shows such
// a page has to read it anew.
inline constexpr std::size_t kMostNodePages = 150;
bool leave_out_mass_of_pages(std::vector<store::Change>& due);

}  // namespace loomgate::events
