// SPDX-License-Identifier: Apache-2.0
#include "daemon/domain/topics.h"

#include "daemon/base/ids.h"

namespace loomgate::domain {
namespace {

constexpr std::string_view kRoot = "wfm/";

// In the order of the enumerations, which is the order of the bind answer.
constexpr std::array<std::string_view, 4> kDownstream{"config/push", "control", "detect", "info"};
constexpr std::array<std::string_view, 6> kUpstream{"config/push/ack", "control/ack", "detect/ack",
                                                    "info/ack",        "event",       "heartbeat"};

std::string join(std::string_view config_id, std::string_view node_id, std::string_view suffix) {
  std::string topic(kRoot);
  topic.append(config_id).append("/").append(node_id).append("/").append(suffix);
  return topic;
}

template <std::size_t kCount>
std::array<std::string, kCount> join_all(std::string_view config_id, std::string_view node_id,
                                         const std::array<std::string_view, kCount>& suffixes) {
  std::array<std::string, kCount> topics;
  for (std::size_t i = 0; i < kCount; ++i) topics[i] = join(config_id, node_id, suffixes[i]);
  return topics;
}

// Takes the text before the next slash; nullopt when there is no slash.
std::optional<std::string_view> take_level(std::string_view& rest) {
  const std::size_t slash = rest.find('/');
  if (slash == std::string_view::npos) return std::nullopt;
  const std::string_view level = rest.substr(0, slash);
  rest.remove_prefix(slash + 1);
  return level;
}

std::optional<Upstream> upstream_of(std::string_view suffix) {
  for (std::size_t i = 0; i < kUpstream.size(); ++i) {
    if (kUpstream[i] == suffix) return static_cast<Upstream>(i);
  }
  return std::nullopt;
}

}  // namespace

std::string_view topic_suffix(Downstream kind) {
  return kDownstream[static_cast<std::size_t>(kind)];
}

std::string_view topic_suffix(Upstream kind) {
  return kUpstream[static_cast<std::size_t>(kind)];
}

std::string topic(std::string_view config_id, std::string_view node_id, Downstream kind) {
  return join(config_id, node_id, topic_suffix(kind));
}

std::string topic(std::string_view config_id, std::string_view node_id, Upstream kind) {
  return join(config_id, node_id, topic_suffix(kind));
}

std::array<std::string, 4> downstream_topics(std::string_view config_id, std::string_view node_id) {
  return join_all(config_id, node_id, kDownstream);
}

std::array<std::string, 6> upstream_topics(std::string_view config_id, std::string_view node_id) {
  return join_all(config_id, node_id, kUpstream);
}

std::array<std::string, 6> upstream_filters() {
  return join_all("+", "+", kUpstream);
}

std::optional<UpstreamTopic> parse_upstream_topic(std::string_view topic) {
  if (!topic.starts_with(kRoot)) return std::nullopt;
  topic.remove_prefix(kRoot.size());
  const auto config_id = take_level(topic);
  const auto node_id = take_level(topic);
  const auto kind = upstream_of(topic);
  if (!config_id || !node_id || !kind) return std::nullopt;
  if (!is_id(*config_id, "cfg") || !is_id(*node_id, "node")) return std::nullopt;
  return UpstreamTopic{.config_id = std::string(*config_id), .node_id = std::string(*node_id), .kind = *kind};
}

}  // namespace loomgate::domain
