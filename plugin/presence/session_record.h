// SPDX-License-Identifier: Apache-2.0
// The state of one principal's newest session, as it travels from the broker's thread to the presence writer. Plain
// bytes, so that a queue of them needs no allocation.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <string_view>

#include "plugin/access/identity.h"

namespace loomgate::presence {

struct SessionRecord {
  std::uint64_t epoch = 0;        // grows with every accepted login at one broker boot
  std::int64_t connected_us = 0;  // microseconds since 1970
  std::int64_t ended_us = 0;      // 0: open
  std::int32_t end_reason = 0;    // the broker's number; always -1 on 2.0
  std::array<char, access::kMaxDaemonNameLength + 1> username{};
  std::array<char, 46> address{};  // text of an IPv4 or IPv6 address

  bool open() const { return ended_us == 0; }
};

// Reason of sessions that ended because the broker stopped; the database uses the same number for sessions of an
// earlier boot.
inline constexpr std::int32_t kBrokerStopped = -2;

// True when `newer` says more than `known`: a later login, or the end of the same one.
inline bool supersedes(const SessionRecord& newer, const SessionRecord& known) {
  return newer.epoch > known.epoch || (newer.epoch == known.epoch && known.open() && !newer.open());
}

template <std::size_t size>
void copy_text(std::string_view text, std::array<char, size>& out) {
  const std::string_view fits = text.substr(0, size - 1);
  std::fill(std::copy(fits.begin(), fits.end(), out.begin()), out.end(), '\0');
}

}  // namespace loomgate::presence
