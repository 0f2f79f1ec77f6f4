// SPDX-License-Identifier: Apache-2.0
#include "plugin/access/roster.h"

#include <algorithm>

namespace loomgate::access {
namespace {

auto key_of(const DeviceGrant& grant) {
  return grant.node;
}
const std::string& key_of(const DaemonGrant& grant) {
  return grant.username;
}

Change granted(const DeviceGrant& grant) {
  return Change{true, grant, nullptr};
}
Change granted(const DaemonGrant& grant) {
  return Change{true, {}, std::make_shared<const DaemonGrant>(grant)};
}
Change removed(const DeviceGrant& grant) {
  return Change{false, DeviceGrant{grant.node, 0, {}, {}}, nullptr};
}
Change removed(const DaemonGrant& grant) {
  return Change{false, {}, std::make_shared<const DaemonGrant>(grant)};
}

template <typename Grant>
bool before_in_order(const Grant& left, const Grant& right) {
  return key_of(left) < key_of(right);
}

template <typename Grants>
void sort_and_keep_last(Grants& grants) {
  using Grant = typename Grants::value_type;
  // The database sorts already; sorting takes as much memory again.
  if (!std::is_sorted(grants.begin(), grants.end(), before_in_order<Grant>)) {
    std::stable_sort(grants.begin(), grants.end(), before_in_order<Grant>);
  }
  const auto same_key = [](const Grant& left, const Grant& right) { return key_of(left) == key_of(right); };
  // unique() keeps the first of a run, so it walks backwards.
  const auto first_kept = std::unique(grants.rbegin(), grants.rend(), same_key).base();
  grants.erase(grants.begin(), first_kept);
}

template <typename Grants, typename Key>
const typename Grants::value_type* find(const Grants& grants, const Key& key) {
  using Grant = typename Grants::value_type;
  const auto at = std::lower_bound(grants.begin(), grants.end(), key,
                                   [](const Grant& grant, const Key& wanted) { return key_of(grant) < wanted; });
  return at != grants.end() && key_of(*at) == key ? &*at : nullptr;
}

template <typename Grants>
void add_removals(const Grants& before, const Grants& after, Changes& changes) {
  for (const auto& old : before) {
    if (find(after, key_of(old)) == nullptr) changes.push_back(removed(old));
  }
}

template <typename Grants>
void add_grants(const Grants& before, const Grants& after, Changes& changes) {
  for (const auto& now : after) {
    const auto* old = find(before, key_of(now));
    if (old == nullptr || *old != now) changes.push_back(granted(now));
  }
}

template <typename Grants, typename Grant>
void apply_one(Grants& grants, const Grant& grant, bool is_granted) {
  const auto at = std::lower_bound(grants.begin(), grants.end(), grant, before_in_order<Grant>);
  const bool present = at != grants.end() && key_of(*at) == key_of(grant);
  if (present && is_granted) *at = grant;
  if (present && !is_granted) grants.erase(at);
  if (!present && is_granted) grants.insert(at, grant);
}

// The rows of a roster that a list of usernames speaks of.
Roster restricted_to(const Roster& roster, const std::vector<std::string>& usernames) {
  Roster part;
  for (const std::string& username : usernames) {
    if (const auto node = parse_node_id(username)) {
      if (const DeviceGrant* grant = find(roster.devices, *node)) part.devices.push_back(*grant);
    } else if (const DaemonGrant* grant = find(roster.daemons, username)) {
      part.daemons.push_back(*grant);
    }
  }
  part.normalize();
  return part;
}

}  // namespace

void Roster::normalize() {
  sort_and_keep_last(devices);
  sort_and_keep_last(daemons);
}

Changes difference(const Roster& before, const Roster& after) {
  Changes changes;
  add_removals(before.devices, after.devices, changes);
  add_removals(before.daemons, after.daemons, changes);
  add_grants(before.devices, after.devices, changes);
  add_grants(before.daemons, after.daemons, changes);
  return changes;
}

Changes difference_for(const Roster& before, const Roster& part,
                                   const std::vector<std::string>& usernames) {
  return difference(restricted_to(before, usernames), restricted_to(part, usernames));
}

void apply(Roster& roster, const Changes& changes) {
  // A few changes are put in their places; many are cheaper to append and sort.
  constexpr std::size_t kFewChanges = 64;
  if (changes.size() <= kFewChanges) {
    for (const Change& change : changes) {
      change.daemon ? apply_one(roster.daemons, *change.daemon, change.granted)
                    : apply_one(roster.devices, change.device, change.granted);
    }
    return;
  }
  Roster gone;
  for (const Change& change : changes) {
    if (change.granted) continue;
    change.daemon ? gone.daemons.push_back(*change.daemon) : gone.devices.push_back(change.device);
  }
  gone.normalize();
  std::erase_if(roster.devices, [&](const DeviceGrant& grant) { return find(gone.devices, grant.node) != nullptr; });
  std::erase_if(roster.daemons,
                [&](const DaemonGrant& grant) { return find(gone.daemons, grant.username) != nullptr; });
  for (const Change& change : changes) {
    if (!change.granted) continue;
    change.daemon ? roster.daemons.push_back(*change.daemon) : roster.devices.push_back(change.device);
  }
  roster.normalize();
}

}  // namespace loomgate::access
