// SPDX-License-Identifier: Apache-2.0
#include "plugin/access/access_table.h"

#include <algorithm>

namespace loomgate::access {
namespace {

void write_topic_prefix(const DeviceGrant& grant, Principal& principal) {
  const std::string prefix = "wfm/" + config_id(grant.config) + "/" + node_id(grant.node) + "/";
  std::copy(prefix.begin(), prefix.end(), principal.topic_prefix.begin());
}

}  // namespace

const Principal* AccessTable::find(PrincipalKey key) const {
  if ((key & kDaemonKey) == 0) return devices_.find(key);
  const std::size_t serial = key & ~kDaemonKey;
  return serial < daemon_names_.size() ? find(daemon_names_[serial]) : nullptr;
}

const Principal* AccessTable::find(std::string_view username) const {
  if (const auto node = parse_node_id(username)) return find(PrincipalKey{*node});
  const auto found = daemons_.find(username);
  return found != daemons_.end() && found->second.in_use ? &found->second.principal : nullptr;
}

bool AccessTable::apply(const Change& change, PrincipalKey& key) {
  return change.daemon ? apply_daemon(change, key) : apply_device(change, key);
}

bool AccessTable::apply_device(const Change& change, PrincipalKey& key) {
  const DeviceGrant& grant = change.device;
  key = grant.node;
  if (!change.granted) return devices_.erase(key);
  Principal next{
      .key = key, .topic_prefix = {}, .generation = last_generation_ + 1, .salt = grant.salt, .hash = grant.hash};
  write_topic_prefix(grant, next);
  const Principal* old = devices_.find(key);
  const bool present = old != nullptr;
  if (present && old->salt == next.salt && old->hash == next.hash && old->topic_prefix == next.topic_prefix)
    return false;
  ++last_generation_;
  devices_.put(next);
  return present;
}

bool AccessTable::apply_daemon(const Change& change, PrincipalKey& key) {
  const DaemonGrant& grant = *change.daemon;
  const auto [entry, is_new_name] = daemons_.try_emplace(grant.username);
  Daemon& daemon = entry->second;
  if (is_new_name) {
    daemon.principal.key = kDaemonKey | daemon_names_.size();
    daemon_names_.push_back(grant.username);
  }
  key = daemon.principal.key;
  const bool present = daemon.in_use;
  if (present && change.granted && daemon.principal.salt == grant.salt && daemon.principal.hash == grant.hash)
    return false;
  daemons_in_use_ += change.granted ? 1U : 0U;
  daemons_in_use_ -= present ? 1U : 0U;
  daemon.in_use = change.granted;
  daemon.principal.generation = ++last_generation_;
  daemon.principal.salt = grant.salt;
  daemon.principal.hash = grant.hash;
  return present;
}

std::string AccessTable::username_of(PrincipalKey key) const {
  return (key & kDaemonKey) == 0 ? node_id(key) : daemon_names_.at(key & ~kDaemonKey);
}

std::string AccessTable::client_id_of(PrincipalKey key) const {
  return (key & kDaemonKey) == 0 ? std::string(kDeviceClientPrefix) + node_id(key) : username_of(key);
}

std::size_t AccessTable::memory_bytes() const {
  return devices_.memory_bytes() + daemons_.size() * (sizeof(Daemon) + 2 * kMaxDaemonNameLength);
}

}  // namespace loomgate::access
