// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <condition_variable>
#include <mutex>

#include "daemon/agents/mqtt_link.h"
#include "plugin/base/guarded.h"
#include "tests/harness/eventually.h"
#include "tests/harness/stand_in_broker.h"

namespace loomgate::test {
namespace {

using namespace std::chrono_literals;
namespace mqtt = harness::mqtt;
using agents::PublishOutcome;
using harness::kPatience;

// A door that on_batch waits at: the database commit of a test.
class Door {
 public:
  void open(bool answer) {
    const std::lock_guard lock(mutex_);
    answer_ = answer;
    opened_.notify_all();
  }
  bool pass() {
    std::unique_lock lock(mutex_);
    opened_.wait(lock, [&] { return answer_.has_value(); });
    return *answer_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable opened_;
  std::optional<bool> answer_;
};

class Link : public testing::Test {
 protected:
  harness::StandInBroker broker;
  Guarded<std::vector<agents::Incoming>> taken;
  Guarded<std::vector<agents::PublishResult>> results;
  Guarded<std::vector<std::string>> reasons;
  std::atomic<int> connects{0};
  std::atomic<int> batches{0};
  std::function<bool()> commit = [] { return true; };
  std::unique_ptr<agents::MqttLink> link;

  void open() {
    agents::MqttSettings settings;
    settings.host = "127.0.0.1";
    settings.port = broker.port();
    agents::LinkHandlers handlers;
    handlers.on_batch = [this](const std::vector<agents::Incoming>& batch) {
      ++batches;
      if (!commit()) return false;
      taken.with([&](auto& all) { all.insert(all.end(), batch.begin(), batch.end()); });
      return true;
    };
    handlers.on_published = [this](const agents::PublishResult& result) {
      results.with([&](auto& all) { all.push_back(result); });
    };
    handlers.on_connected = [this](bool) { ++connects; };
    handlers.on_disconnected = [this](const std::string& reason) {
      reasons.with([&](auto& all) { all.push_back(reason); });
    };
    link = std::make_unique<agents::MqttLink>(settings, agents::LinkAccount{"wfm-server-test", "secret"},
                                              std::vector<std::string>{"wfm/+/+/event", "wfm/+/+/heartbeat"}, handlers);
  }
  static std::string message(std::uint16_t packet_id, const std::string& payload, bool duplicate = false) {
    mqtt::Publish publish;
    publish.topic = "wfm/cfg_bbbbbbbbbbbb/node_aaaaaaaaaaaa/event";
    publish.payload = payload;
    publish.packet_id = packet_id;
    publish.duplicate = duplicate;
    return mqtt::write_publish(publish);
  }
  std::size_t taken_count() {
    return taken.with([](const auto& all) { return all.size(); });
  }
};

TEST_F(Link, connects_with_mqtt_5_and_a_session_that_outlives_it) {
  open();
  const auto connect = broker.welcome(true, kPatience);
  ASSERT_TRUE(connect);
  const auto& body = connect->body;
  EXPECT_EQ(body.substr(0, 7), std::string("\0\4MQTT\5", 7));
  EXPECT_EQ(body[7] & 0x02, 0) << "Clean Start 0";
  EXPECT_EQ(static_cast<unsigned char>(body[9]), 30) << "keep alive";
  EXPECT_NE(body.find(std::string("\x11\0\0\x0e\x10", 5)), std::string::npos) << "Session Expiry 3600";
  EXPECT_NE(body.find(std::string("\x21\x03\xe8", 3)), std::string::npos) << "Receive Maximum 1000";
  EXPECT_TRUE(harness::eventually(kPatience, [&] { return connects == 1; }));
  EXPECT_TRUE(link->connected());
}

TEST_F(Link, no_puback_leaves_before_the_commit) {
  Door door;
  commit = [&] { return door.pass(); };
  open();
  ASSERT_TRUE(broker.welcome(false, kPatience));
  ASSERT_TRUE(harness::eventually(kPatience, [&] { return connects == 1; }));
  broker.send(message(1, "{}") + message(2, "{}") + message(3, "{}"));
  ASSERT_TRUE(harness::eventually(kPatience, [&] { return batches == 1; }));
  link->publish(9, "wfm/cfg_bbbbbbbbbbbb/node_aaaaaaaaaaaa/control", "{}", 60s);
  EXPECT_TRUE(broker.silent_for(500ms)) << "nothing may leave while the batch is not safe";
  door.open(true);
  for (std::uint16_t id = 1; id <= 3; ++id) {
    const auto ack = broker.expect(mqtt::Type::kPuback, kPatience);
    ASSERT_TRUE(ack);
    EXPECT_EQ(mqtt::read_puback(*ack).packet_id, id);
  }
  EXPECT_EQ(taken_count(), 3U);
}

TEST_F(Link, what_cannot_be_committed_stays_unacknowledged_and_comes_again) {
  std::atomic<bool> away = true;
  commit = [&] { return !away; };
  open();
  ASSERT_TRUE(broker.welcome(false, kPatience));
  ASSERT_TRUE(harness::eventually(kPatience, [&] { return connects == 1; }));
  broker.send(message(7, "{\"a\":1}"));
  EXPECT_FALSE(broker.expect(mqtt::Type::kPuback, agents::kBatchPatience + kPatience)) << "never acknowledged";
  EXPECT_TRUE(broker.peer_closed(kPatience)) << "cut without DISCONNECT";
  EXPECT_EQ(taken_count(), 0U);
  away = false;
  ASSERT_TRUE(broker.welcome(true, kPatience));
  broker.send(message(7, "{\"a\":1}", true));
  ASSERT_TRUE(broker.expect(mqtt::Type::kPuback, kPatience));
  EXPECT_EQ(taken_count(), 1U);
}

TEST_F(Link, publishes_at_qos_1_with_an_expiry_and_reports_every_outcome) {
  open();
  ASSERT_TRUE(broker.welcome(false, kPatience));
  ASSERT_TRUE(harness::eventually(kPatience, [&] { return connects == 1; }));
  const std::vector<int> reasons_sent = {0, 0x10, 0x87};
  for (std::size_t i = 0; i < reasons_sent.size(); ++i) {
    link->publish(100 + i, "wfm/cfg_bbbbbbbbbbbb/node_aaaaaaaaaaaa/control", "{}", 60s);
    const auto packet = broker.expect(mqtt::Type::kPublish, kPatience);
    ASSERT_TRUE(packet);
    const auto publish = mqtt::read_publish(*packet);
    EXPECT_EQ(publish.qos, 1);
    EXPECT_FALSE(publish.retain);
    EXPECT_TRUE(publish.has_expiry);
    broker.send(mqtt::write_puback(publish.packet_id, static_cast<std::uint8_t>(reasons_sent[i])));
  }
  link->publish(103, "wfm/cfg_bbbbbbbbbbbb/node_aaaaaaaaaaaa/control", "{}", 60s);
  ASSERT_TRUE(broker.expect(mqtt::Type::kPublish, kPatience));
  broker.hang_up();
  ASSERT_TRUE(harness::eventually(kPatience, [&] { return results.with([](auto& all) { return all.size(); }) == 4; }));
  results.with([](const auto& all) {
    EXPECT_EQ(all[0].outcome, PublishOutcome::kAccepted);
    EXPECT_EQ(all[1].outcome, PublishOutcome::kNoSubscribers);
    EXPECT_EQ(all[2].outcome, PublishOutcome::kRefused);
    EXPECT_EQ(all[2].reason_code, 0x87);
    EXPECT_EQ(all[3].outcome, PublishOutcome::kLinkLost);
    EXPECT_EQ(all[3].ticket, 103U);
  });
}

TEST_F(Link, a_body_that_is_too_long_is_not_kept) {
  open();
  ASSERT_TRUE(broker.welcome(false, kPatience));
  broker.send(message(1, std::string(agents::kMaxBody + 1, 'x')) + message(2, "{}"));
  ASSERT_TRUE(harness::eventually(kPatience, [&] { return taken_count() == 2; }));
  taken.with([](const auto& all) {
    EXPECT_TRUE(all[0].oversize);
    EXPECT_TRUE(all[0].payload.empty());
    EXPECT_FALSE(all[1].oversize);
  });
}

TEST_F(Link, a_refusal_is_said_and_tried_again_quickly_at_first) {
  open();
  const auto refuse_the_next = [&] {
    ASSERT_TRUE(broker.accept(kPatience));
    ASSERT_TRUE(broker.expect(mqtt::Type::kConnect, kPatience));
    broker.send(mqtt::write_connack(false, 0x87));
  };
  refuse_the_next();
  const auto pause = harness::fastest(500ms, [&] {
    const auto began = std::chrono::steady_clock::now();
    refuse_the_next();
    return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - began);
  });
  EXPECT_LE(pause, 500ms) << "a fresh account may not be known yet";
  ASSERT_TRUE(harness::eventually(kPatience, [&] { return reasons.with([](auto& all) { return all.size(); }) >= 2; }));
  reasons.with([](const auto& all) { EXPECT_THAT(all[0], testing::HasSubstr("Not authorized")); });
}

TEST_F(Link, its_end_says_goodbye_and_gives_up_what_was_queued) {
  open();
  ASSERT_TRUE(broker.welcome(false, kPatience));
  ASSERT_TRUE(harness::eventually(kPatience, [&] { return connects == 1; }));
  link.reset();
  EXPECT_TRUE(broker.expect(mqtt::Type::kDisconnect, kPatience));
}

}  // namespace
}  // namespace loomgate::test
