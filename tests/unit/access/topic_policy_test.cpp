// SPDX-License-Identifier: Apache-2.0
#include "plugin/access/topic_policy.h"

#include <gtest/gtest.h>

#include "tests/unit/access/fixtures.h"

namespace loomgate::access {
namespace {

using namespace testing;

const std::string kDownstream[] = {"config/push", "control", "detect", "info"};
const std::string kUpstream[] = {"config/push/ack", "control/ack", "detect/ack", "info/ack", "event", "heartbeat"};
// Suffixes that look nearly right.
const std::string kNeither[] = {
    "",    "+",     "#",        "event/",    "/event",         "Event",      "config", "config/push/",
    "inf", "info/", "config/+", "control//", "config/push/ac", "heartbeat/x"};

class Policy : public ::testing::Test {
 protected:
  Verdict ask(Action action, const std::string& topic, int qos = 1, bool retain = false) const {
    return authorize(table_, user_, client_, TopicRequest{action, topic, qos, retain});
  }
  void expect(Verdict verdict, Action action, const std::string& topic, int qos = 1, bool retain = false) const {
    EXPECT_EQ(ask(action, topic, qos, retain), verdict) << static_cast<int>(action) << " " << topic << " qos " << qos;
  }
  void act_as_daemon() { user_ = client_ = kDaemon; }

  AccessTable table_ = table_of_vectors();
  std::string_view user_ = kNode, client_ = kClient;
};

TEST_F(Policy, ADeviceHasItsTenTopicsAndNothingElse) {
  for (const std::string& suffix : kDownstream) {
    expect(Verdict::kAllowed, Action::kSubscribe, kTopics + suffix);
    expect(Verdict::kAllowed, Action::kRead, kTopics + suffix);
    expect(Verdict::kDenied, Action::kPublish, kTopics + suffix);
  }
  for (const std::string& suffix : kUpstream) {
    expect(Verdict::kAllowed, Action::kPublish, kTopics + suffix, 0);
    expect(Verdict::kAllowed, Action::kPublish, kTopics + suffix, 1);
    expect(Verdict::kDenied, Action::kPublish, kTopics + suffix, 2);
    expect(Verdict::kDenied, Action::kPublish, kTopics + suffix, 1, true);
    expect(Verdict::kDenied, Action::kSubscribe, kTopics + suffix);
    expect(Verdict::kDenied, Action::kRead, kTopics + suffix);
  }
  for (const std::string& suffix : kNeither) {
    for (const Action action : {Action::kPublish, Action::kSubscribe, Action::kRead}) {
      expect(Verdict::kDenied, action, kTopics + suffix);
    }
  }
}

TEST_F(Policy, ADeviceReachesNoForeignTopic) {
  for (const std::string topic :
       {"wfm/cfg_cccccccccccc/node_aaaaaaaaaaaa/event", "wfm/cfg_bbbbbbbbbbbb/node_cccccccccccc/event", "event", "",
        "#", "+", "wfm/#", "wfm/+/+/control", "wfm/+/node_aaaaaaaaaaaa/control", "$SYS/broker/uptime",
        "$share/g/wfm/cfg_bbbbbbbbbbbb/node_aaaaaaaaaaaa/control",
        "$queue/wfm/cfg_bbbbbbbbbbbb/node_aaaaaaaaaaaa/control", "/wfm/cfg_bbbbbbbbbbbb/node_aaaaaaaaaaaa/control",
        "wfm//cfg_bbbbbbbbbbbb/node_aaaaaaaaaaaa/control", "WFM/cfg_bbbbbbbbbbbb/node_aaaaaaaaaaaa/control",
        "wfm/cfg_bbbbbbbbbbbb/node_aaaaaaaaaaaa"}) {
    for (const Action action : {Action::kPublish, Action::kSubscribe, Action::kRead})
      expect(Verdict::kDenied, action, topic);
  }
}

TEST_F(Policy, UnsubscribeIsNeverRefusedToAKnownPrincipal) {
  expect(Verdict::kAllowed, Action::kUnsubscribe, kTopics + "control");
  expect(Verdict::kAllowed, Action::kUnsubscribe, "anything/#");
}

TEST_F(Policy, AForeignClientIdHasNoRights) {
  client_ = "wfm-node_dddddddddddd";
  expect(Verdict::kDenied, Action::kSubscribe, kTopics + "control");
  client_ = "WFM-node_aaaaaaaaaaaa";
  expect(Verdict::kDenied, Action::kPublish, kTopics + "event");
}

TEST_F(Policy, ARevokedDeviceHasNoRights) {
  apply(table_, revoke(grant_device(0xaaaaaaaaaaaa, 0, "")));
  expect(Verdict::kDenied, Action::kPublish, kTopics + "event");
  expect(Verdict::kDenied, Action::kRead, kTopics + "control");
}

TEST_F(Policy, OtherUsersAreNotOurBusinessUnlessTheyUseOurClientIds) {
  user_ = "bob";
  client_ = "bobs-laptop";
  expect(Verdict::kNotOurs, Action::kPublish, "weather/today");
  user_ = "";
  expect(Verdict::kNotOurs, Action::kRead, "$SYS/broker/loomgate/connects");
  client_ = kClient;
  expect(Verdict::kDenied, Action::kPublish, kTopics + "event");
  user_ = "node_bad";
  expect(Verdict::kDenied, Action::kPublish, kTopics + "event");
}

TEST_F(Policy, ADaemonSubscribesTheSixFiltersAndNoMore) {
  act_as_daemon();
  for (const std::string& suffix : kUpstream) {
    expect(Verdict::kAllowed, Action::kSubscribe, "wfm/+/+/" + suffix);
    expect(Verdict::kDenied, Action::kSubscribe, kTopics + suffix);
    expect(Verdict::kDenied, Action::kSubscribe, "$share/x/wfm/+/+/" + suffix);
  }
  for (const std::string& suffix : kDownstream) expect(Verdict::kDenied, Action::kSubscribe, "wfm/+/+/" + suffix);
  for (const std::string topic : {"#", "wfm/#", "wfm/+/+/+", "wfm/+/+/#", "$SYS/#", "wfm/+/+/"}) {
    expect(Verdict::kDenied, Action::kSubscribe, topic);
  }
}

TEST_F(Policy, ADaemonPublishesDownstreamToAnyWellFormedNodeAndReadsUpstream) {
  act_as_daemon();
  const std::string anyone = "wfm/cfg_0123456789ab/node_ba9876543210/";
  for (const std::string& suffix : kDownstream) {
    expect(Verdict::kAllowed, Action::kPublish, anyone + suffix);
    expect(Verdict::kDenied, Action::kPublish, anyone + suffix, 1, true);
    expect(Verdict::kDenied, Action::kRead, anyone + suffix);
  }
  for (const std::string& suffix : kUpstream) {
    expect(Verdict::kDenied, Action::kPublish, anyone + suffix);
    expect(Verdict::kAllowed, Action::kRead, anyone + suffix);
  }
  for (const std::string topic :
       {"wfm/cfg_0123456789aB/node_ba9876543210/control", "wfm/cfg_0123456789ab/node_ba987654321/control",
        "wfm/cfg_0123456789ab/node_ba9876543210x/control", "wfm/x/y/control", "wfm/+/+/control", "wfm/", "", "$SYS/x",
        "wfm/cfg_0123456789ab/node_ba9876543210/"}) {
    expect(Verdict::kDenied, Action::kPublish, topic);
    expect(Verdict::kDenied, Action::kRead, topic);
  }
}

}  // namespace
}  // namespace loomgate::access
