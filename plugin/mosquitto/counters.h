// SPDX-License-Identifier: Apache-2.0
// What the plugin counts. Written by the broker's thread alone (a plain load and store, no locked instruction), read by
// the writer's thread for the heartbeat.
#pragma once

#include <atomic>
#include <cstdint>
#include <string>
#include <vector>

#include "plugin/presence/presence_writer.h"
#include "plugin/replica/replica.h"

namespace loomgate::plugin {

class Counter {
 public:
  void add(std::uint64_t by = 1) { value_.store(get() + by, std::memory_order_relaxed); }
  void set(std::uint64_t value) { value_.store(value, std::memory_order_relaxed); }
  std::uint64_t get() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::uint64_t> value_{0};
};

struct Counters {
  Counter logins_accepted, logins_deferred;
  Counter refused_unknown, refused_password, refused_client_id, refused_malformed, refused_stale;
  Counter acl_denied;
  Counter lookups, lookups_found, lookups_timed_out, lookups_saved;
  Counter sessions_ended;  // by revocation
  Counter callback_failures;
  Counter devices, daemons;  // who may connect

  std::uint64_t refused() const {
    return refused_unknown.get() + refused_password.get() + refused_client_id.get() + refused_malformed.get() +
           refused_stale.get();
  }
};

struct NamedValue {
  const char* name;
  std::uint64_t value;
};

// Every figure of docs/plugin.md, under its name there.
std::vector<NamedValue> all_figures(const Counters& counters, const replica::ReplicaStatus& replica,
                                    const presence::JournalStatus& journal, const presence::WriterStatus& writer);

std::string to_json(const std::vector<NamedValue>& figures);

}  // namespace loomgate::plugin
