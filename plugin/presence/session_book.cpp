// SPDX-License-Identifier: Apache-2.0
#include "plugin/presence/session_book.h"

namespace loomgate::presence {

Session SessionBook::open(const void* client, const access::Principal& principal, NetworkAddress address,
                          std::int64_t now_us) {
  // An address that comes back without its DISCONNECT stands for a new connection.
  close(client);
  const Session session{.key = key_of(client),
                        .principal = principal.key,
                        .epoch = ++last_epoch_,
                        .generation = principal.generation,
                        .connected_us = now_us,
                        .address = address};
  sessions_.put(session);
  const Current* older = current_.find(principal.key);
  replaced_ = older != nullptr ? older->client : 0;
  current_.put({principal.key, session.key});
  return session;
}

std::optional<Session> SessionBook::close(const void* client) {
  const Session* known = sessions_.find(key_of(client));
  if (known == nullptr) return std::nullopt;
  const Session session = *known;
  sessions_.erase(session.key);
  const Current* newest = current_.find(session.principal);
  if (newest == nullptr || newest->client != session.key) return std::nullopt;
  current_.erase(session.principal);
  replaced_ = 0;
  return session;
}

bool SessionBook::is_open(const void* client, access::PrincipalKey principal) const {
  const Session* known = sessions_.find(key_of(client));
  return known != nullptr && known->principal == principal;
}

const Session* SessionBook::current(access::PrincipalKey principal) const {
  const Current* newest = current_.find(principal);
  return newest != nullptr ? sessions_.find(newest->client) : nullptr;
}

const Session* SessionBook::renew(access::PrincipalKey principal) {
  const Current* newest = current_.find(principal);
  if (newest == nullptr) return nullptr;
  Session* session = sessions_.find(newest->client);
  if (session != nullptr) session->epoch = ++last_epoch_;
  return session;
}

std::vector<access::PrincipalKey> SessionBook::principals() const {
  std::vector<access::PrincipalKey> keys;
  keys.reserve(current_.size());
  current_.for_each([&](const Current& current) { keys.push_back(current.key); });
  return keys;
}

}  // namespace loomgate::presence
