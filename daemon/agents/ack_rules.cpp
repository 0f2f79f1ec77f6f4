// SPDX-License-Identifier: Apache-2.0
#include "daemon/agents/ack_rules.h"

namespace loomgate::agents {
namespace {

bool fits(const std::string& action, domain::Upstream kind) {
  switch (kind) {
    case domain::Upstream::kConfigPushAck:
      return action == "push_config";
    case domain::Upstream::kControlAck:
      return action == "start" || action == "stop" || action == "restart";
    case domain::Upstream::kInfoAck:
      return action == "wg_show";
    case domain::Upstream::kDetectAck:
    case domain::Upstream::kEvent:
    case domain::Upstream::kHeartbeat:
      return false;
  }
  return false;
}

}  // namespace

AckEffect judge_ack(const store::AskedCommand& command, const Upstream& ack) {
  if (command.node_id != ack.topic.node_id || command.config_id != ack.topic.config_id ||
      !fits(command.action, ack.topic.kind)) {
    return AckEffect::kForeign;
  }
  if (command.answered) return AckEffect::kNone;
  const bool open = command.status == "pending";
  if (ack.status == "accepted") return open ? AckEffect::kWait : AckEffect::kNone;
  if (command.action != "push_config") return ack.status == "failed" ? AckEffect::kFailed : AckEffect::kAcked;
  if (ack.status != "applied") return AckEffect::kFailed;
  if (!open && command.newer_push_closed) return AckEffect::kNone;
  return AckEffect::kConfirm;
}

}  // namespace loomgate::agents
