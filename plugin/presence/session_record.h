// SPDX-License-Identifier: Apache-2.0
// The state of one principal's newest session, as it travels from the broker's thread to the presence writer: 64 plain
// bytes, so that a queue of them needs no allocation. Texts are made on the writer's thread.
#pragma once

#include <cstdint>

#include "plugin/access/access_table.h"
#include "plugin/presence/network_address.h"

namespace loomgate::presence {

struct SessionRecord {
  access::PrincipalKey key = 0;
  std::uint64_t epoch = 0;        // grows with every accepted login at one broker boot
  std::int64_t connected_us = 0;  // microseconds since 1970
  std::int64_t ended_us = 0;      // 0: open
  std::int32_t end_reason = 0;    // the broker's number; always -1 on 2.0
  NetworkAddress address;

  bool open() const { return ended_us == 0; }
};

// Reason of sessions that ended because the broker stopped; the database uses the same number for sessions of an
// earlier boot.
inline constexpr std::int32_t kBrokerStopped = -2;

// True when `newer` says more than `known`: a later login, or the end of the same one.
inline bool supersedes(const SessionRecord& newer, const SessionRecord& known) {
  return newer.epoch > known.epoch || (newer.epoch == known.epoch && known.open() && !newer.open());
}

}  // namespace loomgate::presence
