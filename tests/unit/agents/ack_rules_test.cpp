// SPDX-License-Identifier: Apache-2.0
// The answer rules of spec mqtt 7 as a table.
#include <gtest/gtest.h>

#include "daemon/agents/ack_rules.h"

namespace loomgate::agents {
namespace {

using Kind = domain::Upstream;

struct Case {
  const char* what;
  std::string action;
  std::string status;  // of the command
  bool answered;
  bool newer_push_closed;
  Kind topic;
  std::string ack;  // status of the answer
  AckEffect effect;
};

const Case kCases[] = {
    {"a push is confirmed by applied", "push_config", "pending", false, false, Kind::kConfigPushAck, "applied",
     AckEffect::kConfirm},
    {"even when a newer one is over already", "push_config", "pending", false, true, Kind::kConfigPushAck, "applied",
     AckEffect::kConfirm},
    {"accepted keeps a push open", "push_config", "pending", false, false, Kind::kConfigPushAck, "accepted",
     AckEffect::kWait},
    {"failed closes a push", "push_config", "pending", false, false, Kind::kConfigPushAck, "failed",
     AckEffect::kFailed},
    {"an unknown word is no success for a push", "push_config", "pending", false, false, Kind::kConfigPushAck, "done",
     AckEffect::kFailed},
    {"nor is silence", "push_config", "pending", false, false, Kind::kConfigPushAck, "", AckEffect::kFailed},
    {"a late applied still confirms", "push_config", "timeout", false, false, Kind::kConfigPushAck, "applied",
     AckEffect::kConfirm},
    {"but not over a newer push", "push_config", "timeout", false, true, Kind::kConfigPushAck, "applied",
     AckEffect::kNone},
    {"a late failed is written down", "push_config", "timeout", false, false, Kind::kConfigPushAck, "failed",
     AckEffect::kFailed},
    {"a late accepted opens nothing again", "push_config", "timeout", false, false, Kind::kConfigPushAck, "accepted",
     AckEffect::kNone},
    {"a superseded push that was applied counts", "push_config", "failed", false, false, Kind::kConfigPushAck,
     "applied", AckEffect::kConfirm},
    {"a second answer is ignored", "push_config", "acked", true, false, Kind::kConfigPushAck, "failed",
     AckEffect::kNone},
    {"in both directions", "push_config", "failed", true, false, Kind::kConfigPushAck, "applied", AckEffect::kNone},
    {"start is acked by applied", "start", "pending", false, false, Kind::kControlAck, "applied", AckEffect::kAcked},
    {"and by no status at all", "start", "pending", false, false, Kind::kControlAck, "", AckEffect::kAcked},
    {"stop failed", "stop", "pending", false, false, Kind::kControlAck, "failed", AckEffect::kFailed},
    {"accepted keeps start open", "start", "pending", false, false, Kind::kControlAck, "accepted", AckEffect::kWait},
    {"a late answer closes it after all", "start", "timeout", false, false, Kind::kControlAck, "applied",
     AckEffect::kAcked},
    {"wg_show is answered on info/ack", "wg_show", "pending", false, false, Kind::kInfoAck, "applied",
     AckEffect::kAcked},
    {"and nowhere else", "wg_show", "pending", false, false, Kind::kControlAck, "applied", AckEffect::kForeign},
    {"a push is not answered by control/ack", "push_config", "pending", false, false, Kind::kControlAck, "applied",
     AckEffect::kForeign},
    {"nor start by config/push/ack", "start", "pending", false, false, Kind::kConfigPushAck, "applied",
     AckEffect::kForeign},
    {"no command is answered by detect/ack", "start", "pending", false, false, Kind::kDetectAck, "applied",
     AckEffect::kForeign},
};

store::AskedCommand command_of(const Case& one) {
  store::AskedCommand command;
  command.config_id = "cfg_bbbbbbbbbbbb";
  command.node_id = "node_aaaaaaaaaaaa";
  command.action = one.action;
  command.status = one.status;
  command.answered = one.answered;
  command.newer_push_closed = one.newer_push_closed;
  return command;
}

Upstream answer_of(const Case& one) {
  Upstream answer;
  answer.topic = {"cfg_bbbbbbbbbbbb", "node_aaaaaaaaaaaa", one.topic};
  answer.status = one.ack;
  return answer;
}

TEST(AckRules, table) {
  for (const auto& one : kCases) EXPECT_EQ(judge_ack(command_of(one), answer_of(one)), one.effect) << one.what;
}

TEST(AckRules, an_answer_counts_only_from_the_topic_of_its_own_node_and_config) {
  for (const auto& one : kCases) {
    auto other_node = answer_of(one);
    other_node.topic.node_id = "node_cccccccccccc";
    EXPECT_EQ(judge_ack(command_of(one), other_node), AckEffect::kForeign) << one.what;
    auto other_config = answer_of(one);
    other_config.topic.config_id = "cfg_cccccccccccc";
    EXPECT_EQ(judge_ack(command_of(one), other_config), AckEffect::kForeign) << one.what;
  }
}

}  // namespace
}  // namespace loomgate::agents
