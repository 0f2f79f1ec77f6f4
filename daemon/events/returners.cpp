// SPDX-License-Identifier: Apache-2.0
#include "daemon/events/returners.h"

#include <algorithm>

namespace loomgate::events {
namespace {

using Steady = std::chrono::steady_clock;

constexpr std::size_t kPortion = 50;  // events at once

}  // namespace

void Returners::Group::send(const SharedPiece& piece) {
  for (auto& member : members) member.send(piece);
}

std::size_t Returners::size() const {
  std::size_t members = 0;
  for (const auto& group : groups_) members += group.members.size();
  return members;
}

void Returners::add(Member member, std::uint64_t seen) {
  const auto saw_the_same = [seen](const Group& group) {
    return group.seen.position == seen && group.seen.read_ahead.empty() && group.missed.empty();
  };
  auto group = std::ranges::find_if(groups_, saw_the_same);
  if (group == groups_.end()) {
    groups_.push_back({.seen = {seen, {}}, .members = {}, .missed = {}, .missed_until = {}});
    group = std::prev(groups_.end());
  }
  group->members.push_back(std::move(member));
}

std::vector<Member> Returners::catch_up(pg::Connection& connection, std::uint64_t told, std::chrono::milliseconds time) {
  std::vector<Member> done;
  const auto until = Steady::now() + time;
  while (!groups_.empty() && Steady::now() < until) {
    auto& group = groups_.front();
    if (!tell_missed(connection, group, told)) continue;
    std::ranges::move(group.members, std::back_inserter(done));
    groups_.pop_front();
  }
  return done;
}

// One portion. True when the group has everything.
bool Returners::tell_missed(pg::Connection& connection, Group& group, std::uint64_t told) {
  const bool read_now = group.missed.empty();
  if (read_now) read_missed(connection, group);
  const auto id = std::min(group.seen.position, told);
  if (read_now && group.missed.size() <= kPortion) {
    auto rest = group.missed;
    std::erase_if(rest, [this](const auto& change) { return coalescer_.is_waiting(change); });
    group.send(pieces_.events(rest, id, told));
    return true;
  }
  const auto end = group.missed.begin() + static_cast<std::ptrdiff_t>(std::min(kPortion, group.missed.size()));
  group.send(pieces_.events({group.missed.begin(), end}, id, id));
  group.missed.erase(group.missed.begin(), end);
  if (group.missed.empty()) group.seen = group.missed_until;  // and on with what happened meanwhile
  return false;
}

void Returners::read_missed(pg::Connection& connection, Group& group) {
  Coalescer missed(std::chrono::milliseconds(0));
  const auto now = Steady::now();
  group.missed_until = cursor_.place();
  for (const auto& change : cursor_.missed_since(connection, group.seen)) missed.add(change, now);
  group.missed = missed.take_due(now);
  leave_out_mass_of_pages(group.missed);  // they have just connected, so they read their pages in any case
}

void Returners::for_each(const std::function<void(Member&)>& act) {
  for (auto& group : groups_) std::ranges::for_each(group.members, act);
}

void Returners::erase_if(const std::function<bool(const Member&)>& is_gone) {
  for (auto& group : groups_) std::erase_if(group.members, is_gone);
  std::erase_if(groups_, [](const Group& group) { return group.members.empty(); });
}

}  // namespace loomgate::events
