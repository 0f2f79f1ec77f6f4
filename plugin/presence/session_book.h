// SPDX-License-Identifier: Apache-2.0
// The broker's own view of who is connected, kept by the broker's thread. Sessions are known by the address of the
// broker's client object, because a client id has two of them during a take-over; an address is reused at once after
// its DISCONNECT. Only the newest session of a principal counts: the end of an older one is nobody's end. 64 + 16 bytes
// per session, in tables at most 3/4 full; nothing in here is ever read through the client object, which the broker
// frees when it likes.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "plugin/access/access_table.h"
#include "plugin/base/keyed_table.h"
#include "plugin/presence/network_address.h"

namespace loomgate::presence {

struct Session {
  std::uint64_t key = 0;  // the client object
  access::PrincipalKey principal = 0;
  std::uint64_t epoch = 0;
  std::uint64_t generation = 0;  // of the principal at login
  std::int64_t connected_us = 0;
  NetworkAddress address;

  const void* client() const { return reinterpret_cast<const void*>(key); }
};

class SessionBook {
 public:
  // A login was accepted.
  Session open(const void* client, const access::Principal& principal, NetworkAddress address, std::int64_t now_us);
  // The client object is done with. The session when it was known and nobody has taken over since; nothing otherwise:
  // refused logins, losers of a take-over, second disconnects of durable sessions.
  std::optional<Session> close(const void* client);

  bool is_open(const void* client, access::PrincipalKey principal) const;
  // Its principal logged in again with the newest login of all, which is what the broker is busy with: it throws this one
  // out now, and publishes its will.
  bool is_taken_over(const void* client) const { return replaced_ != 0 && replaced_ == key_of(client); }
  // The newest open session of a principal, or null.
  const Session* current(access::PrincipalKey principal) const;
  // Gives the newest session a new epoch, so that it counts as newer than all written before.
  const Session* renew(access::PrincipalKey principal);

  std::vector<access::PrincipalKey> principals() const;
  std::size_t size() const { return current_.size(); }

 private:
  static std::uint64_t key_of(const void* client) { return reinterpret_cast<std::uintptr_t>(client); }

  struct Current {
    std::uint64_t key = 0;  // the principal
    std::uint64_t client = 0;
  };
  KeyedTable<Session> sessions_;
  KeyedTable<Current> current_;
  std::uint64_t last_epoch_ = 0;
  std::uint64_t replaced_ = 0;  // the client that the newest login replaces
};

}  // namespace loomgate::presence
