// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "daemon/agents/envelope.h"

namespace loomgate::agents {
namespace {

constexpr const char* kTopic = "wfm/cfg_bbbbbbbbbbbb/node_aaaaaaaaaaaa/";
const std::string kRequest = "0123456789abcdef0123456789abcdef";

Upstream read(const std::string& suffix, const std::string& body) {
  auto result = read_upstream(kTopic + suffix, body);
  EXPECT_TRUE(result.message) << suffix << ' ' << body;
  return result.message.value_or(Upstream{});
}

TEST(EnvelopeRead, takes_the_ids_from_the_topic_and_the_rest_from_the_body) {
  const auto message =
      read("config/push/ack", R"({"type":"config/push/ack","request_id":"0123456789abcdef0123456789abcdef",
    "config_id":"cfg_eeeeeeeeeeee","node_id":"node_eeeeeeeeeeee","boot_id":"boot-1","session_id":"session-2",
    "sent_at":"2026-05-01T10:00:03Z","payload":{"status":" APPLIED ","message":"done"}})");
  EXPECT_EQ(message.topic.config_id, "cfg_bbbbbbbbbbbb");
  EXPECT_EQ(message.topic.node_id, "node_aaaaaaaaaaaa");
  EXPECT_EQ(message.topic.kind, domain::Upstream::kConfigPushAck);
  EXPECT_EQ(message.request_id, kRequest);
  EXPECT_EQ(message.session.boot_id, "boot-1");
  EXPECT_EQ(message.session.session_id, "session-2");
  EXPECT_EQ(message.status, "applied");
  EXPECT_EQ(message.message, "done");
  EXPECT_TRUE(message.well_formed);
}

TEST(EnvelopeRead, looks_in_the_payload_first_and_then_at_top_level) {
  EXPECT_EQ(read("event", R"({"event":"outer","payload":{"event":"inner"}})").event, "inner");
  EXPECT_EQ(read("event", R"({"event":"outer","payload":{}})").event, "outer");
  EXPECT_EQ(read("event", R"({"event":"outer","payload":{"event":null}})").event, "outer");
  EXPECT_EQ(read("event", R"({"event":"outer","payload":"text"})").event, "outer");
  EXPECT_EQ(read("event", R"({"event":"outer"})").event, "outer");
  EXPECT_EQ(read("event", R"({"payload":{"event":7}})").event, "");
}

TEST(EnvelopeRead, accepts_booleans_in_every_form) {
  const auto online = [](const std::string& value) {
    return read("heartbeat", R"({"payload":{"wg_online":)" + value + "}}").wg_online;
  };
  for (const auto* yes :
       {"true", "1", "2.5", "-1", R"("1")", R"("true")", R"("YES")", R"(" online ")", R"("Running")"}) {
    EXPECT_EQ(online(yes), true) << yes;
  }
  for (const auto* no : {"false", "0", R"("0")", R"("no")", R"("")", "[]", "{}"}) EXPECT_EQ(online(no), false) << no;
  EXPECT_EQ(online("null"), std::nullopt);
  EXPECT_EQ(read("heartbeat", "{}").wg_online, std::nullopt);
}

TEST(EnvelopeRead, counts_what_is_no_object_as_an_empty_one) {
  for (const auto* body : {"", "[]", "[{}]", "7", "null", R"("text")", "{", R"({"a":1} x)", R"({"event":"\u0000"})"}) {
    const auto message = read("heartbeat", body);
    EXPECT_FALSE(message.well_formed) << body;
    EXPECT_EQ(message.event, "") << body;
    EXPECT_EQ(message.client_online, std::nullopt) << body;
  }
  EXPECT_FALSE(read("event", std::string("{\0}", 3)).well_formed);
}

TEST(EnvelopeRead, refuses_topics_that_are_not_ours) {
  for (const std::string topic :
       {"", "wfm", "wfm/cfg_bbbbbbbbbbbb/node_aaaaaaaaaaaa", "wfm/cfg_bbbbbbbbbbbb/node_aaaaaaaaaaaa/control",
        "wfm/cfg_bbbbbbbbbbbb/node_aaaaaaaaaaaa/event/", "wfm//node_aaaaaaaaaaaa/event",
        "wfm/cfg_BBBBBBBBBBBB/node_aaaaaaaaaaaa/event", "wfm/cfg_bbbbbbbbbbbb/node_aaaaaaaaaaa/event",
        "x/cfg_bbbbbbbbbbbb/node_aaaaaaaaaaaa/event", "wfm/node_aaaaaaaaaaaa/cfg_bbbbbbbbbbbb/event"}) {
    const auto result = read_upstream(topic, "{}");
    EXPECT_FALSE(result.message) << topic;
    EXPECT_EQ(result.why, Unreadable::kBadTopic);
  }
}

TEST(EnvelopeRead, refuses_bodies_that_are_too_long_or_not_utf8) {
  EXPECT_EQ(read_upstream(std::string(kTopic) + "event", std::string((1 << 20) + 1, ' ')).why, Unreadable::kOversize);
  EXPECT_TRUE(read_upstream(std::string(kTopic) + "event", "{}" + std::string((1 << 20) - 2, ' ')).message);
  for (const auto* bytes : {"{\"event\":\"\xff\"}", "{\"event\":\"\xc0\xaf\"}", "{\"event\":\"\xed\xa0\x80\"}"}) {
    const auto result = read_upstream(std::string(kTopic) + "event", bytes);
    EXPECT_FALSE(result.message);
    EXPECT_EQ(result.why, Unreadable::kBadUtf8);
  }
}

TEST(EnvelopeRead, takes_only_request_ids_that_could_be_ours) {
  const auto id = [](const std::string& text) {
    return read("control/ack", R"({"request_id":")" + text + "\"}").request_id;
  };
  EXPECT_EQ(id(kRequest), kRequest);
  EXPECT_EQ(id(""), "");
  EXPECT_EQ(id("0123456789ABCDEF0123456789ABCDEF"), "");
  EXPECT_EQ(id(kRequest + "0"), "");
  EXPECT_EQ(id("'; DROP TABLE commands; --"), "");
}

TEST(EnvelopeRead, cuts_long_texts_between_characters) {
  std::string output;
  while (output.size() < kMostOutput + 10) output += "\xe2\x82\xac";  // the euro sign
  const auto kept = read("event", R"({"payload":{"output":")" + output + "\"}}").output;
  EXPECT_LE(kept.size(), kMostOutput);
  EXPECT_GT(kept.size(), kMostOutput - 3);
  EXPECT_EQ(kept.size() % 3, 0U);
  const auto message =
      read("detect/ack", R"({"payload":{"platform":" )" + std::string(80, 'p') + R"( ","client_version":"0.2.3"}})");
  EXPECT_EQ(message.platform, std::string(64, 'p'));
  EXPECT_EQ(message.client_version, "0.2.3");
}

}  // namespace
}  // namespace loomgate::agents
