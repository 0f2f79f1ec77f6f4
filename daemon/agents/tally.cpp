// SPDX-License-Identifier: Apache-2.0
#include "daemon/agents/tally.h"

#include "daemon/agents/messages.h"
#include "daemon/base/log.h"

namespace loomgate::agents {

constexpr std::chrono::seconds kLogInterval{10};

void Tally::add(std::string_view name, std::uint64_t count) {
  if (count == 0) return;
  entries_.with([&](Entries& entries) { entries.try_emplace(std::string(name)).first->second.count += count; });
}

void Tally::dropped(std::string_view reason, std::uint64_t count) {
  const auto now = std::chrono::steady_clock::now();
  const auto news = entries_.with([&](Entries& entries) -> std::uint64_t {
    auto& entry = entries.try_emplace(std::string(reason)).first->second;
    entry.count += count;
    if (entry.logged > 0 && now - entry.logged_at < kLogInterval) return 0;
    const auto unlogged = entry.count - entry.logged;
    entry.logged = entry.count;
    entry.logged_at = now;
    return unlogged;
  });
  if (news > 0) log(kDropped, news, reason);
}

std::map<std::string, std::uint64_t> Tally::counts() const {
  return entries_.with([](const Entries& entries) {
    std::map<std::string, std::uint64_t> counts;
    for (const auto& [name, entry] : entries) counts[name] = entry.count;
    return counts;
  });
}

}  // namespace loomgate::agents
