// SPDX-License-Identifier: Apache-2.0
#include "plugin/access/access_table.h"

#include <algorithm>
#include <bit>
#include <utility>

namespace loomgate::access {
namespace {

constexpr PrincipalKey kFree = ~PrincipalKey{0};
constexpr std::size_t kSmallest = 64;

void write_topic_prefix(const DeviceGrant& grant, Principal& principal) {
  const std::string prefix = "wfm/" + config_id(grant.config) + "/" + node_id(grant.node) + "/";
  std::copy(prefix.begin(), prefix.end(), principal.topic_prefix.begin());
}

Principal free_slot() {
  Principal principal;
  principal.key = kFree;
  return principal;
}

}  // namespace

AccessTable::AccessTable() : slots_(kSmallest, free_slot()) {}

std::size_t AccessTable::home_of(PrincipalKey key) const {
  // Multiplicative hashing: the top bits depend on all bits of the key.
  constexpr std::uint64_t kGoldenRatio = 0x9e3779b97f4a7c15;
  return (key * kGoldenRatio) >> (64 - std::bit_width(slots_.size() - 1));
}

std::size_t AccessTable::slot_of(PrincipalKey key) const {
  const std::size_t mask = slots_.size() - 1;
  std::size_t slot = home_of(key);
  while (slots_[slot].key != key && slots_[slot].key != kFree) slot = (slot + 1) & mask;
  return slot;
}

const Principal* AccessTable::find(PrincipalKey key) const {
  if ((key & kDaemonKey) == 0) {
    const Principal& found = slots_[slot_of(key)];
    return found.key == key ? &found : nullptr;
  }
  const std::size_t serial = key & ~kDaemonKey;
  return serial < daemon_names_.size() ? find(daemon_names_[serial]) : nullptr;
}

const Principal* AccessTable::find(std::string_view username) const {
  if (const auto node = parse_node_id(username)) return find(PrincipalKey{*node});
  const auto found = daemons_.find(username);
  return found != daemons_.end() && found->second.in_use ? &found->second.principal : nullptr;
}

bool AccessTable::apply(const Change& change, PrincipalKey& key) {
  return change.is_daemon() ? apply_daemon(change, key) : apply_device(change, key);
}

bool AccessTable::apply_device(const Change& change, PrincipalKey& key) {
  const DeviceGrant& grant = change.device;
  key = grant.node;
  std::size_t slot = slot_of(key);
  const bool present = slots_[slot].key == key;
  if (!change.granted) {
    if (present) erase_slot(slot);
    return present;
  }
  Principal next{.key = key, .generation = last_generation_ + 1, .salt = grant.salt, .hash = grant.hash, .topic_prefix = {}};
  write_topic_prefix(grant, next);
  if (present) {
    const Principal& old = slots_[slot];
    if (old.salt == next.salt && old.hash == next.hash && old.topic_prefix == next.topic_prefix) return false;
  } else if ((used_ + 1) * 4 > slots_.size() * 3) {
    rebuild(slots_.size() * 2);
    slot = slot_of(key);
  }
  ++last_generation_;
  used_ += present ? 0 : 1;
  slots_[slot] = next;
  return present;
}

bool AccessTable::apply_daemon(const Change& change, PrincipalKey& key) {
  const DaemonGrant& grant = change.daemon;
  const auto [entry, is_new_name] = daemons_.try_emplace(grant.username);
  Daemon& daemon = entry->second;
  if (is_new_name) {
    daemon.principal.key = kDaemonKey | daemon_names_.size();
    daemon_names_.push_back(grant.username);
  }
  key = daemon.principal.key;
  const bool present = daemon.in_use;
  if (present && change.granted && daemon.principal.salt == grant.salt && daemon.principal.hash == grant.hash) return false;
  daemons_in_use_ += change.granted ? 1U : 0U;
  daemons_in_use_ -= present ? 1U : 0U;
  daemon.in_use = change.granted;
  daemon.principal.generation = ++last_generation_;
  daemon.principal.salt = grant.salt;
  daemon.principal.hash = grant.hash;
  return present;
}

void AccessTable::erase_slot(std::size_t slot) {
  const std::size_t mask = slots_.size() - 1;
  std::size_t hole = slot;
  // Close the hole: whoever stands behind it and may stand in it moves forward, so that no search ends too early.
  for (std::size_t next = (hole + 1) & mask; slots_[next].key != kFree; next = (next + 1) & mask) {
    const std::size_t home = home_of(slots_[next].key);
    if (((next - home) & mask) >= ((next - hole) & mask)) {
      slots_[hole] = slots_[next];
      hole = next;
    }
  }
  slots_[hole] = free_slot();
  --used_;
}

void AccessTable::reserve(std::size_t devices) {
  const std::size_t wanted = std::bit_ceil(std::max(kSmallest, devices + devices / 3 + 1));
  if (wanted > slots_.size()) rebuild(wanted);
}

void AccessTable::rebuild(std::size_t slots) {
  std::vector<Principal> old = std::exchange(slots_, std::vector<Principal>(slots, free_slot()));
  for (const Principal& principal : old) {
    if (principal.key != kFree) slots_[slot_of(principal.key)] = principal;
  }
}

std::string AccessTable::username_of(PrincipalKey key) const {
  return (key & kDaemonKey) == 0 ? node_id(key) : daemon_names_.at(key & ~kDaemonKey);
}

std::string AccessTable::client_id_of(PrincipalKey key) const {
  return (key & kDaemonKey) == 0 ? std::string(kDeviceClientPrefix) + node_id(key) : username_of(key);
}

std::size_t AccessTable::memory_bytes() const {
  return slots_.capacity() * sizeof(Principal) + daemons_.size() * (sizeof(Daemon) + 2 * kMaxDaemonNameLength);
}

}  // namespace loomgate::access
