// SPDX-License-Identifier: Apache-2.0
// One device and one daemon of known names, as in the decision vectors of mqtt.md 16.
#pragma once

#include <string>
#include <string_view>

#include "plugin/access/access_table.h"

namespace loomgate::access::testing {

inline constexpr std::string_view kNode = "node_aaaaaaaaaaaa";
inline constexpr std::string_view kClient = "wfm-node_aaaaaaaaaaaa";
inline constexpr std::string_view kPassword = "correct-horse-battery-staple";
inline constexpr std::string_view kDaemon = "wfm-server-one";
inline constexpr std::string_view kDaemonPassword = "daemon-password";
inline const std::string kTopics = "wfm/cfg_bbbbbbbbbbbb/node_aaaaaaaaaaaa/";

inline Change grant_device(NodeNumber node, ConfigNumber config, std::string_view password) {
  Change change{
      .granted = true, .device = {.node = node, .config = config, .salt = {1, 2, 3}, .hash = {}}, .daemon = nullptr};
  change.device.hash = mqtt_password_hash(change.device.salt, password);
  return change;
}

inline Change grant_daemon(std::string_view username, std::string_view password) {
  DaemonGrant grant{.username = std::string(username), .salt = {9}, .hash = {}};
  grant.hash = mqtt_password_hash(grant.salt, password);
  return {.granted = true, .device = {}, .daemon = std::make_shared<const DaemonGrant>(grant)};
}

inline Change revoke(Change change) {
  change.granted = false;
  return change;
}

inline bool apply(AccessTable& table, const Change& change) {
  PrincipalKey key = 0;
  return table.apply(change, key);
}

inline AccessTable table_of_vectors() {
  AccessTable table;
  apply(table, grant_device(0xaaaaaaaaaaaa, 0xbbbbbbbbbbbb, kPassword));
  apply(table, grant_daemon(kDaemon, kDaemonPassword));
  return table;
}

}  // namespace loomgate::access::testing
