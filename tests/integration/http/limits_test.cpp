// SPDX-License-Identifier: Apache-2.0
// Hostile and unlucky clients: slow, oversize, malformed, many.
#include <gtest/gtest.h>

#include <algorithm>
#include <future>
#include <optional>
#include <thread>

#include "tests/harness/eventually.h"
#include "tests/integration/http/raw_client.h"
#include "tests/integration/http/site.h"

namespace loomgate::http {
namespace {

using namespace std::chrono_literals;

ServerSettings impatient() {
  ServerSettings settings;
  settings.header_timeout = 700ms;
  settings.body_timeout = 700ms;
  settings.idle_timeout = 1s;
  return settings;
}

// A server that is impatient may cut a client that a busy machine keeps from asking, so it may ask again.
bool still_serves(const Site& site) {
  return harness::eventually(30s, [&] {
    const auto answer = fetch(site.port(), get("/api/v1/hello"));
    return answer && answer->status == 200;
  });
}

std::string chunks(std::size_t count, std::size_t size) {
  char length[16];
  std::snprintf(length, sizeof(length), "%zx\r\n", size);
  std::string text;
  for (std::size_t i = 0; i < count; ++i) text += length + std::string(size, 'a') + "\r\n";
  return text + "0\r\n\r\n";
}

constexpr std::string_view kChunkedPost = "POST /api/v1/echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n";

TEST(Limits, AClientThatTricklesItsHeadersIsCut) {
  Site site(impatient());
  RawClient client(site.port());
  client.send("GET /api/v1/hello HTTP/1.1\r\nHost: x\r\n");
  // Each byte would restart an inactivity timeout; the connection must end all the same.
  EXPECT_TRUE(harness::eventually(30s, [&] { return !client.send("a"); }));
  EXPECT_TRUE(still_serves(site));
}

TEST(Limits, AClientThatNeverSendsItsBodyIsCut) {
  Site site(impatient());
  RawClient client(site.port());
  client.send("POST /api/v1/echo HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n{");
  EXPECT_TRUE(client.ended());
}

TEST(Limits, AnIdleConnectionIsClosedAndForgotten) {
  Site site(impatient());
  std::optional<RawClient> client;
  ASSERT_TRUE(harness::eventually(30s, [&] {
    client.emplace(site.port());
    client->send(get("/api/v1/hello"));
    return client->read_answer().has_value();
  }));
  EXPECT_TRUE(client->ended());
  EXPECT_TRUE(harness::eventually(30s, [&] { return site.server.connections() == 0; }));
}

TEST(Limits, ARunningHandlerIsNotTimedOut) {
  Site site(impatient());
  std::optional<RawClient> client;
  ASSERT_TRUE(harness::eventually(30s, [&] {
    client.emplace(site.port());
    client->send(get("/api/v1/slow"));
    return site.gate.reached(1, 2s);
  }));
  // Longer than every limit of the server.
  const auto later = std::chrono::steady_clock::now() + 2500ms;
  harness::eventually(3s, [&] { return std::chrono::steady_clock::now() > later; });
  site.gate.open();
  const auto answer = client->read_answer();
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 200);
}

TEST(Limits, ADeclaredOversizeBodyIsRefusedBeforeItIsSent) {
  Site site;
  RawClient client(site.port());
  client.send("POST /api/v1/echo HTTP/1.1\r\nHost: x\r\nContent-Length: 1048577\r\n\r\n");
  const auto answer = client.read_answer();
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 413);
  EXPECT_EQ(
      answer->body,
      R"({"success":false,"error":{"code":"PAYLOAD_TOO_LARGE","message":"The request body is too large","detail":{}}})");
  EXPECT_EQ(answer->headers.at("connection"), "close");
  EXPECT_TRUE(client.ended());
}

// Unread bytes would make the kernel reset the connection, and the 413 would be lost on its way.
TEST(Limits, AClientThatSendsOnAnywayStillReadsThe413) {
  Site site;
  const std::string request = post("/api/v1/echo", std::string(5000000, 'x'));
  for (int i = 0; i < 20; ++i) {
    RawClient client(site.port());
    std::thread sending([&] { client.send(request); });
    EXPECT_EQ(client.read_answer().value_or(Answer{}).status, 413);
    client.hang_up();
    sending.join();
  }
}

TEST(Limits, AnAnswerThatNeedsNoBodyKeepsTheConnection) {
  Site site;
  RawClient client(site.port());
  client.send(post("/api/v1/nothing", std::string(1000000, 'x')) + get("/api/v1/hello"));
  EXPECT_EQ(client.read_answer().value_or(Answer{}).status, 404);
  EXPECT_EQ(client.read_answer().value_or(Answer{}).status, 200);
}

TEST(Limits, AChunkedOversizeBodyIsCounted) {
  Site site;
  RawClient client(site.port());
  client.send(kChunkedPost);
  client.send(chunks(20, 65536));
  const auto answer = client.read_answer();
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 413);
  client.send(get("/api/v1/hello"));
  EXPECT_TRUE(client.read_answer()) << "the connection stays usable";
}

TEST(Limits, AnEndlessChunkedBodyIsCut) {
  Site site;
  RawClient client(site.port());
  client.send(kChunkedPost);
  const std::string piece = "10000\r\n" + std::string(65536, 'a') + "\r\n";
  bool is_cut = false;
  for (int i = 0; i < 2000 && !is_cut; ++i) is_cut = !client.send(piece);
  EXPECT_TRUE(is_cut) << "128 MiB went through";
  EXPECT_TRUE(still_serves(site));
}

TEST(Limits, AChunkedBodyInsideTheLimitWorks) {
  Site site;
  const auto answer = fetch(site.port(), std::string(kChunkedPost) + "5\r\n{\"tex\r\n7\r\nt\":\"x\"}\r\n0\r\n\r\n");
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->body, R"({"success":true,"data":{"text":"x","times":1}})");
}

TEST(Limits, WhatIsNoHttpGetsNoSuccessAndDoesNoHarm) {
  Site site(impatient());
  for (const std::string& text :
       {std::string("\r\n\r\n\r\n"), std::string("GET\r\n\r\n"), std::string("GET /api/v1/hello\r\n\r\n"),
        std::string("GET /api/v1/hello HTTP/9.9\r\nHost: x\r\n\r\n"), std::string("GET /api/v1/hello HTTP/1.1\r\n\r\n"),
        std::string("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 11), std::string(300, '\0'),
        "GET /" + std::string(100000, 'a') + " HTTP/1.1\r\nHost: x\r\n\r\n",
        "GET /api/v1/hello HTTP/1.1\r\nHost: x\r\nX: " + std::string(100000, 'a') + "\r\n\r\n",
        std::string("POST /api/v1/echo HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n"),
        std::string("POST /api/v1/echo HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999999999999\r\n\r\n"),
        std::string("POST /api/v1/echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\n")}) {
    RawClient client(site.port());
    client.send(text);
    client.send("\r\n\r\n");
    const auto answer = client.read_answer();
    EXPECT_TRUE(!answer || answer->status >= 400) << text.substr(0, 60);
    EXPECT_TRUE(still_serves(site)) << text.substr(0, 60);
  }
}

TEST(Limits, AmbiguousAndUndecodableRequestsAre400) {
  Site site;
  for (const char* request :
       {"GET /api/v1/%ff HTTP/1.1\r\nHost: x\r\n\r\n", "GET /api/v1/%00 HTTP/1.1\r\nHost: x\r\n\r\n",
        "GET /api/v1/%zz HTTP/1.1\r\nHost: x\r\n\r\n", "GET /api/v1/echo?text=%c0%80 HTTP/1.1\r\nHost: x\r\n\r\n",
        "GET /api/%2e%2e/hello HTTP/1.1\r\nHost: x\r\n\r\n", "GET /api/v1/\xff HTTP/1.1\r\nHost: x\r\n\r\n",
        "GET /api/v1/hello HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n"}) {
    const auto answer = fetch(site.port(), request);
    ASSERT_TRUE(answer) << request;
    EXPECT_EQ(answer->status, 400) << request;
    EXPECT_NE(answer->body.find("BAD_REQUEST"), std::string::npos) << answer->body;
  }
}

TEST(Limits, TwoWordsAboutTheBodysLengthAreNeverServed) {
  Site site;
  for (const char* headers :
       {"Content-Length: 12\r\nTransfer-Encoding: chunked\r\n", "Content-Length: 12\r\nContent-Length: 3\r\n"}) {
    RawClient client(site.port());
    client.send(std::string("POST /api/v1/echo HTTP/1.1\r\nHost: x\r\n") + headers + "\r\n{\"text\":\"a\"}");
    const auto answer = client.read_answer();
    EXPECT_TRUE(!answer || answer->status == 400) << headers;
    EXPECT_TRUE(client.ended());
  }
}

TEST(Limits, PipelinedRequestsAreAnsweredInOrder) {
  Site site;
  RawClient client(site.port());
  client.send(get("/api/v1/hello") + post("/api/v1/echo", R"({"text":"a"})") + get("/api/v1/nothing") +
              get("/api/v1/hello"));
  EXPECT_EQ(client.read_answer().value_or(Answer{}).status, 200);
  EXPECT_NE(client.read_answer().value_or(Answer{}).body.find("\"text\":\"a\""), std::string::npos);
  EXPECT_EQ(client.read_answer().value_or(Answer{}).status, 404);
  EXPECT_EQ(client.read_answer().value_or(Answer{}).status, 200);
}

TEST(Limits, TwoHundredKeepAliveConnectionsAtOnce) {
  Site site;
  std::vector<RawClient> clients;
  for (int i = 0; i < 200; ++i) clients.emplace_back(site.port());
  for (int round = 0; round < 5; ++round) {
    for (auto& client : clients)
      ASSERT_TRUE(client.send(post("/api/v1/echo", R"({"text":"r)" + std::to_string(round) + "\"}")));
    for (auto& client : clients) {
      const auto answer = client.read_answer();
      ASSERT_TRUE(answer);
      EXPECT_EQ(answer->body, R"({"success":true,"data":{"text":"r)" + std::to_string(round) + R"(","times":1}})");
    }
  }
  EXPECT_EQ(site.server.connections(), 200U);
}

TEST(Limits, AFullQueueAnswers503AndRecovers) {
  ServerSettings settings;
  settings.workers = 1;
  settings.queue_limit = 1;
  Site site(settings);
  RawClient running(site.port());
  running.send(get("/api/v1/slow"));
  site.gate.wait_for_arrivals(1);
  // One more may wait in the queue, whichever comes first; the others are refused at once.
  std::vector<std::future<int>> others;
  for (int i = 0; i < 3; ++i)
    others.push_back(std::async(std::launch::async, [&] {
      const auto answer = fetch(site.port(), get("/api/v1/slow"));
      return answer ? answer->status : 0;
    }));
  const auto is_answered = [](const std::future<int>& other) {
    return other.wait_for(0s) == std::future_status::ready;
  };
  EXPECT_TRUE(harness::eventually(30s, [&] { return std::ranges::count_if(others, is_answered) == 2; }));
  site.gate.open();
  EXPECT_EQ(running.read_answer().value_or(Answer{}).status, 200);
  std::vector<int> statuses;
  for (auto& other : others) statuses.push_back(other.get());
  std::ranges::sort(statuses);
  EXPECT_EQ(statuses, (std::vector{200, 503, 503}));
  EXPECT_TRUE(still_serves(site));
}

TEST(Limits, OneAddressGetsOnlyItsShareOfConnections) {
  ServerSettings settings;
  settings.connections_per_address = 3;
  Site site(settings);
  std::vector<RawClient> clients;
  for (int i = 0; i < 3; ++i) {
    clients.emplace_back(site.port());
    clients.back().send(get("/api/v1/hello"));
    EXPECT_TRUE(clients.back().read_answer());
  }
  EXPECT_FALSE(fetch(site.port(), get("/api/v1/hello")));
  clients.clear();
  EXPECT_TRUE(still_serves(site));
}

}  // namespace
}  // namespace loomgate::http
