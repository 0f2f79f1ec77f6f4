// SPDX-License-Identifier: Apache-2.0
// Stopping under load, streams, and clients that vanish.
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "tests/harness/eventually.h"
#include "tests/harness/ports.h"
#include "tests/integration/http/raw_client.h"
#include "tests/integration/http/site.h"

namespace loomgate::http {
namespace {

using namespace std::chrono_literals;

TEST(Stop, ARunningHandlerIsAnsweredFirst) {
  Site site;
  RawClient client(site.port());
  client.send(get("/api/v1/slow"));
  site.gate.wait_for_arrivals(1);
  std::thread stopping([&] { site.server.stop(); });
  // No new connection is served while the old request still runs.
  EXPECT_TRUE(harness::eventually(30s, [&] {
    try {
      RawClient late(site.port());
      return false;
    } catch (const std::runtime_error&) {
      return true;
    }
  }));
  site.gate.open();
  const auto answer = client.read_answer();
  stopping.join();
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->body, R"({"success":true,"data":"slow"})");
  EXPECT_EQ(answer->headers.at("connection"), "close");
}

TEST(Stop, WorksWithIdleHalfSentAndStreamingClients) {
  Site site;
  RawClient idle(site.port());
  idle.send(get("/api/v1/hello"));
  EXPECT_TRUE(idle.read_answer());
  RawClient half(site.port());
  half.send("POST /api/v1/echo HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n{");
  RawClient streaming(site.port());
  streaming.send(get("/api/v1/stream"));
  EXPECT_TRUE(streaming.read_head());
  const auto stream = site.stream();
  ASSERT_TRUE(stream->send("last words\n"));
  site.server.stop();
  EXPECT_EQ(streaming.read_chunk(), "last words\n");
  EXPECT_EQ(streaming.read_chunk(), "");
  EXPECT_FALSE(stream->is_open());
  EXPECT_TRUE(idle.ended());
  EXPECT_TRUE(half.ended());
  site.server.stop();  // again: nothing happens
}

TEST(Stop, ThePortIsFreeAgain) {
  ServerSettings settings;
  // One that no outgoing connection can take between the two servers.
  settings.port = static_cast<std::uint16_t>(harness::free_port());
  auto site = std::make_unique<Site>(settings);
  EXPECT_THROW(Site taken(settings), std::runtime_error);
  site.reset();
  Site second(settings);
  EXPECT_EQ(second.port(), settings.port);
}

TEST(Streams, EventsArriveAsTheyAreSentAndTheHeadersForbidBuffering) {
  Site site;
  RawClient client(site.port());
  client.send(get("/api/v1/stream"));
  const auto head = client.read_head();
  ASSERT_TRUE(head);
  EXPECT_EQ(head->status, 200);
  EXPECT_EQ(head->headers.at("content-type"), "text/event-stream; charset=utf-8");
  EXPECT_EQ(head->headers.at("cache-control"), "no-cache");
  EXPECT_EQ(head->headers.at("x-accel-buffering"), "no");
  const auto stream = site.stream();
  for (int i = 0; i < 50; ++i) {
    const std::string event = "event " + std::to_string(i) + "\n\n";
    ASSERT_TRUE(stream->send(event));
    ASSERT_EQ(client.read_chunk(), event);
  }
  stream->close();
  EXPECT_EQ(client.read_chunk(), "");
  EXPECT_FALSE(stream->send("too late"));
  client.send(get("/api/v1/hello"));
  EXPECT_TRUE(client.read_answer()) << "the connection can be used for the next request";
}

TEST(Streams, AVanishedClientEndsTheStreamAtTheNextSends) {
  Site site;
  std::atomic<int> ends = 0;
  auto client = std::make_unique<RawClient>(site.port());
  client->send(get("/api/v1/stream"));
  ASSERT_TRUE(client->read_head());
  const auto stream = site.stream();
  stream->on_end([&] { ++ends; });
  client.reset();
  EXPECT_TRUE(harness::eventually(30s, [&] { return !stream->send("tick\n"); }));
  EXPECT_TRUE(harness::eventually(30s, [&] { return ends == 1; }));
  EXPECT_FALSE(stream->is_open());
  EXPECT_TRUE(harness::eventually(30s, [&] { return site.server.connections() == 0; }));
}

TEST(Streams, ASlowReaderIsEndedInsteadOfFillingMemory) {
  Site site;
  RawClient client(site.port());
  client.send(get("/api/v1/stream"));
  ASSERT_TRUE(client.read_head());
  const auto stream = site.stream();
  const std::string piece(1 << 20, 'x');
  int accepted = 0;
  while (accepted < 1000 && stream->send(piece)) ++accepted;
  EXPECT_LT(accepted, 1000);
  EXPECT_LE(stream->queued(), 4U);
  std::size_t received = 0;
  for (auto chunk = client.read_chunk(); chunk && !chunk->empty(); chunk = client.read_chunk())
    received += chunk->size();
  EXPECT_EQ(received, static_cast<std::size_t>(accepted) * piece.size())
      << "what was accepted is delivered before the end";
}

TEST(Streams, ManySuspendedStreamsDoNotHoldWorkers) {
  ServerSettings settings;
  settings.workers = 2;
  Site site(settings);
  std::vector<RawClient> clients;
  std::vector<std::shared_ptr<Stream>> streams;
  for (int i = 0; i < 100; ++i) {
    clients.emplace_back(site.port());
    clients.back().send(get("/api/v1/stream"));
    ASSERT_TRUE(clients.back().read_head());
    streams.push_back(site.stream());
  }
  EXPECT_EQ(fetch(site.port(), get("/api/v1/hello")).value_or(Answer{}).status, 200);
  std::thread other([&] {
    for (const auto& stream : streams) stream->send("from another thread\n");
  });
  for (auto& client : clients) EXPECT_EQ(client.read_chunk(), "from another thread\n");
  other.join();
}

TEST(Handlers, AClientThatLeavesDuringAHandlerDoesNoHarm) {
  Site site;
  {
    RawClient client(site.port());
    client.send(get("/api/v1/slow"));
    site.gate.wait_for_arrivals(1);
  }
  site.gate.open();
  EXPECT_EQ(fetch(site.port(), get("/api/v1/hello")).value_or(Answer{}).status, 200);
  EXPECT_TRUE(harness::eventually(30s, [&] { return site.server.connections() == 0; }));
}

}  // namespace
}  // namespace loomgate::http
