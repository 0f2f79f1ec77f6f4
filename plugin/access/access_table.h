// SPDX-License-Identifier: Apache-2.0
// Every principal that may connect, ready for constant-time questions: enabled dynamic bound nodes of enabled configs
// and the daemons' service accounts (design.md 4, mqtt.md 16). Devices stand in one flat open-addressing array keyed by
// the 48-bit node number: 104 bytes per slot, at most 3/4 of a power of two in use, so 10,000 devices take 1.7 MB.
//
// Threads: the table has no lock and belongs to one thread. In the broker that is the broker's own thread: it alone
// reads and changes the table, so no callback can ever meet a half-changed table, wait for a lock or read freed memory.
// The replica never touches the table; it posts Changes to a Mailbox, and the broker's thread applies them at the start
// of a callback. The daemon keeps its table in a Guarded<AccessTable>.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "plugin/access/roster.h"
#include "plugin/base/keyed_table.h"

namespace loomgate::access {

// Names a principal for the life of the table: a device's node number, or kDaemonKey + a serial number.
using PrincipalKey = std::uint64_t;
inline constexpr PrincipalKey kDaemonKey = std::uint64_t{1} << 63;

// A check of a topic reads key and topic_prefix, which is why they stand together in front.
struct Principal {
  static constexpr std::size_t kTopicPrefixLength = 4 + kConfigIdLength + 1 + kNodeIdLength + 1;

  PrincipalKey key = 0;
  // `wfm/<config id>/<node id>/`, 39 characters; empty for a daemon.
  std::array<char, kTopicPrefixLength + 1> topic_prefix{};
  // Changes whenever a live session of this principal must end: other credential or other config.
  std::uint64_t generation = 0;
  MqttSalt salt{};
  Sha256 hash{};

  bool is_daemon() const { return (key & kDaemonKey) != 0; }
};

class AccessTable {
 public:
  // Null when nobody of that name may connect. The pointer is good until the next apply().
  const Principal* find(std::string_view username) const;
  const Principal* find(PrincipalKey key) const;

  // Brings one change in. True when the principal had access before and now has none or another credential or config:
  // its sessions must go. `key` receives the principal's key in every case.
  bool apply(const Change& change, PrincipalKey& key);

  // Also for principals that are gone: keys are never given to another name.
  std::string username_of(PrincipalKey key) const;
  std::string client_id_of(PrincipalKey key) const;

  std::size_t devices() const { return devices_.size(); }
  std::size_t daemons() const { return daemons_in_use_; }
  // Makes room for so many devices at once, so that a first load does not grow step by step.
  void reserve(std::size_t devices) { devices_.reserve(devices); }
  std::size_t memory_bytes() const;

 private:
  struct Daemon {
    Principal principal;
    bool in_use = false;
  };

  bool apply_device(const Change& change, PrincipalKey& key);
  bool apply_daemon(const Change& change, PrincipalKey& key);

  KeyedTable<Principal> devices_;
  std::uint64_t last_generation_ = 0;
  std::map<std::string, Daemon, std::less<>> daemons_;
  std::vector<std::string> daemon_names_;  // by serial number
  std::size_t daemons_in_use_ = 0;
};

}  // namespace loomgate::access
