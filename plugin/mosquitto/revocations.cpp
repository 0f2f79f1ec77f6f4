// SPDX-License-Identifier: Apache-2.0
#include "plugin/mosquitto/revocations.h"

#include <chrono>

#include "plugin/mosquitto/broker_api.h"

namespace loomgate::plugin {
namespace {

using Clock = std::chrono::steady_clock;
constexpr std::chrono::milliseconds kAtMost{2};

bool must_end(const presence::Session& session, const access::Principal* principal) {
  return principal == nullptr || principal->generation != session.generation;
}

}  // namespace

int Revocations::end_sessions(const access::AccessTable& table, const presence::SessionBook& sessions) {
  int ended = 0;
  for (const auto stop_at = Clock::now() + kAtMost; !waiting_.empty() && Clock::now() < stop_at;) {
    const access::PrincipalKey key = waiting_.back();
    waiting_.pop_back();
    const presence::Session* session = sessions.current(key);
    if (session == nullptr || !must_end(*session, table.find(key))) continue;
    const std::string client_id = table.client_id_of(key);
    mosquitto_kick_client_by_clientid(client_id.c_str(), true);
    ++ended;
  }
  return ended;
}

}  // namespace loomgate::plugin
