// SPDX-License-Identifier: Apache-2.0
// The topics of a node (spec mqtt 3): wfm/<config id>/<node id>/<suffix>.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>

namespace loomgate::domain {

enum class Downstream { kConfigPush, kControl, kDetect, kInfo };
enum class Upstream { kConfigPushAck, kControlAck, kDetectAck, kInfoAck, kEvent, kHeartbeat };

// "config/push", "detect/ack", ...: also the `type` of the envelope.
std::string_view topic_suffix(Downstream kind);
std::string_view topic_suffix(Upstream kind);

std::string topic(std::string_view config_id, std::string_view node_id, Downstream kind);
std::string topic(std::string_view config_id, std::string_view node_id, Upstream kind);
// In the order of the bind answer.
std::array<std::string, 4> downstream_topics(std::string_view config_id, std::string_view node_id);
std::array<std::string, 6> upstream_topics(std::string_view config_id, std::string_view node_id);
// What the daemon subscribes to: the upstream topics of every node.
std::array<std::string, 6> upstream_filters();

struct UpstreamTopic {
  std::string config_id;
  std::string node_id;
  Upstream kind = Upstream::kEvent;
};
// nullopt for anything that is not exactly an upstream topic with well-formed ids.
std::optional<UpstreamTopic> parse_upstream_topic(std::string_view topic);

}  // namespace loomgate::domain
