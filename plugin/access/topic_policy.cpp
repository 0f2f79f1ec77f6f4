// SPDX-License-Identifier: Apache-2.0
#include "plugin/access/topic_policy.h"

namespace loomgate::access {
namespace {

constexpr std::string_view kRoot = "wfm/";
constexpr std::string_view kAnyNode = "wfm/+/+/";

bool is_downstream(std::string_view suffix) {
  switch (suffix.size()) {  // every suffix has a length of its own, so there is one comparison
    case 4:
      return suffix == "info";
    case 6:
      return suffix == "detect";
    case 7:
      return suffix == "control";
    case 11:
      return suffix == "config/push";
    default:
      return false;
  }
}

bool is_upstream(std::string_view suffix) {
  switch (suffix.size()) {
    case 5:
      return suffix == "event";
    case 8:
      return suffix == "info/ack";
    case 9:
      return suffix == "heartbeat";
    case 10:
      return suffix == "detect/ack";
    case 11:
      return suffix == "control/ack";
    case 15:
      return suffix == "config/push/ack";
    default:
      return false;
  }
}

bool decide_device(const Principal& device, const TopicRequest& request) {
  const std::string_view prefix(device.topic_prefix.data(), Principal::kTopicPrefixLength);
  if (!request.topic.starts_with(prefix)) return false;
  const std::string_view suffix = request.topic.substr(prefix.size());
  switch (request.action) {
    case Action::kPublish:
      return !request.retain && request.qos <= 1 && is_upstream(suffix);
    case Action::kRead:
    case Action::kSubscribe:
      return is_downstream(suffix);
    case Action::kUnsubscribe:
      break;
  }
  return false;
}

// What follows `wfm/<config id>/<node id>/`, or nothing when the ids are not well formed.
std::string_view suffix_of_any_node(std::string_view topic) {
  constexpr std::size_t kNodeAt = kRoot.size() + kConfigIdLength + 1;
  constexpr std::size_t kSuffixAt = kNodeAt + kNodeIdLength + 1;
  if (topic.size() <= kSuffixAt || !topic.starts_with(kRoot) || topic[kNodeAt - 1] != '/' ||
      topic[kSuffixAt - 1] != '/') {
    return {};
  }
  if (!parse_config_id(topic.substr(kRoot.size(), kConfigIdLength))) return {};
  if (!parse_node_id(topic.substr(kNodeAt, kNodeIdLength))) return {};
  return topic.substr(kSuffixAt);
}

bool decide_daemon(const TopicRequest& request) {
  switch (request.action) {
    case Action::kPublish:
      return !request.retain && is_downstream(suffix_of_any_node(request.topic));
    case Action::kRead:
      return is_upstream(suffix_of_any_node(request.topic));
    case Action::kSubscribe:
      return request.topic.starts_with(kAnyNode) && is_upstream(request.topic.substr(kAnyNode.size()));
    case Action::kUnsubscribe:
      break;
  }
  return false;
}

}  // namespace

bool decide(const Principal& principal, const TopicRequest& request) {
  // Giving something up is never refused, whatever the filter looks like.
  if (request.action == Action::kUnsubscribe) return true;
  return principal.is_daemon() ? decide_daemon(request) : decide_device(principal, request);
}

Verdict authorize(const AccessTable& table, std::string_view username, std::string_view client_id,
                  const TopicRequest& request) {
  const bool device = username.starts_with(kNodePrefix);
  if (!device && !username.starts_with(kDaemonPrefix)) {
    return classify_names(username, client_id) == NameClass::kForeign ? Verdict::kNotOurs : Verdict::kDenied;
  }
  if (device) {
    if (!client_id.starts_with(kDeviceClientPrefix)) return Verdict::kDenied;
    client_id.remove_prefix(kDeviceClientPrefix.size());
  }
  const Principal* principal = client_id == username ? table.find(username) : nullptr;
  return principal != nullptr && decide(*principal, request) ? Verdict::kAllowed : Verdict::kDenied;
}

}  // namespace loomgate::access
