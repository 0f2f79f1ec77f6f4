// SPDX-License-Identifier: Apache-2.0
// The question of every packet: may this principal do that to this topic (mqtt.md 3 and 16)? Topics are compared byte
// for byte with the few that exist: no wildcard, no `$share`, no `$SYS`, no allocation, no lock, no regex; below 0.1
// us. Pure; the caller owns the table.
#pragma once

#include <string_view>

#include "plugin/access/access_table.h"

namespace loomgate::access {

enum class Action { kRead, kPublish, kSubscribe, kUnsubscribe };

struct TopicRequest {
  Action action = Action::kRead;
  std::string_view topic;
  int qos = 0;
  bool retain = false;
};

enum class Verdict { kAllowed, kDenied, kNotOurs };

// For a principal whose identity stands. A device may subscribe and read its four downstream topics and publish its six
// upstream topics, never retained, never with QoS 2. A daemon may subscribe the six upstream filters `wfm/+/+/...`,
// read upstream topics and publish downstream topics of any well-formed config and node id, never retained. Nobody may
// do more.
bool decide(const Principal& principal, const TopicRequest& request);

// The same, with the identity still to be found: denied when the username is ours but unknown, or the client id not its
// own.
Verdict authorize(const AccessTable& table, std::string_view username, std::string_view client_id,
                  const TopicRequest& request);

}  // namespace loomgate::access
