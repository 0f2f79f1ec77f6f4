// SPDX-License-Identifier: Apache-2.0
// Who may connect, as plain rows: what the database's view `access` says, what the disk cache holds, and what differs
// between two states of it. A roster is compact (72 bytes per device) and sorted; questions are answered by
// AccessTable. Pure; no locking, a roster belongs to one thread.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "plugin/access/identity.h"
#include "plugin/base/digest.h"
#include "plugin/base/page_allocator.h"

namespace loomgate::access {

struct DeviceGrant {
  NodeNumber node = 0;
  ConfigNumber config = 0;
  MqttSalt salt{};
  Sha256 hash{};
  bool operator==(const DeviceGrant&) const = default;
};

struct DaemonGrant {
  std::string username;  // also the client id
  MqttSalt salt{};
  Sha256 hash{};
  bool operator==(const DaemonGrant&) const = default;
};

// One principal that was granted access, changed, or lost it: a daemon when `daemon` is set, a device otherwise. With
// `granted` false only the name in it counts. 96 bytes, because ten thousand of them may be on their way at once.
struct Change {
  bool granted = false;
  DeviceGrant device;
  std::shared_ptr<const DaemonGrant> daemon;
};

using Changes = std::vector<Change, PageAllocator<Change>>;

struct Roster {
  std::vector<DeviceGrant, PageAllocator<DeviceGrant>> devices;  // sorted by node, no doubles
  std::vector<DaemonGrant> daemons;  // sorted by username, no doubles

  std::size_t size() const { return devices.size() + daemons.size(); }
  // Restores the order after rows were appended; of doubles the last row stays.
  void normalize();
};

// What turns `before` into `after`, removals first. Both normalized.
Changes difference(const Roster& before, const Roster& after);

// As difference(), but `part` speaks only for the usernames named; names outside our name space are ignored.
Changes difference_for(const Roster& before, const Roster& part, const std::vector<std::string>& usernames);

void apply(Roster& roster, const Changes& changes);

}  // namespace loomgate::access
