// SPDX-License-Identifier: Apache-2.0
// One device of a fleet: what the Go agent does on the wire (spec mqtt 2, 5, 6), at the price that ten thousand of them in
// one thread allow. Clean Start 0, keep alive 60 s, a will; after CONNACK a ping, one SUBSCRIBE with four filters, event
// `online`, heartbeat, each awaited; a push is answered by event, ACK and PUBACK, one push after the other.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>

#include "tests/bench/load/event_loop.h"

namespace loomgate::bench {

inline constexpr std::chrono::seconds kKeepAlive{60};

class Agent;

class AgentWatcher {
 public:
  virtual ~AgentWatcher() = default;
  virtual void on_admitted(Agent& agent) = 0;  // CONNACK
  virtual void on_started(Agent& agent) = 0;   // start-up is through
  virtual void on_push(Agent& agent, std::string_view config_sha256) = 0;
  virtual void on_stored(Agent& agent) = 0;  // the broker has taken a message of send()
};

class Agent {
 public:
  struct Account {
    std::string config_id;
    std::string node_id;
    std::string password;
  };

  Agent(EventLoop& loop, AgentWatcher& watcher, std::size_t number, Account account);

  // Begins a connection; false when nobody listens at the port.
  bool connect(int port);
  void disconnect();  // the socket closes, without DISCONNECT
  void on_packet(const Packet& packet);

  void ping();
  // A message beside the others: not awaited. The broker takes kMostUnanswered of them at a time.
  void send_heartbeat();
  void send_event();
  bool has_room() const { return started_ && unanswered_ < kMostUnanswered; }

  bool started() const { return started_; }
  std::size_t number() const { return client_.number(); }
  unsigned connection() const { return connection_; }  // counts the attempts

 private:
  static constexpr unsigned kMostUnanswered = 16;  // Mosquitto's receive maximum is 20

  struct Step {
    std::string suffix;       // publish this and wait; empty: acknowledge a push
    std::string body{};
    std::uint16_t packet_id = 0;
  };

  void on_suback(const Packet& packet);
  void on_puback(const Packet& packet);
  void on_publish(const Packet& packet);
  void go_on();
  std::uint16_t publish(std::string_view suffix, std::string_view body);
  void send(std::string_view suffix, std::string_view body);
  std::string envelope(std::string_view suffix, std::string_view request_id, std::string_view payload) const;

  AgentWatcher& watcher_;
  Account account_;
  std::string base_;  // of its topics
  Client client_;
  unsigned connection_ = 0;
  std::string session_;  // boot and session id of this connection
  std::deque<Step> steps_;
  std::uint16_t last_id_ = 0;
  std::uint16_t awaited_ = 0;
  unsigned unanswered_ = 0;
  bool started_ = false;
};

}  // namespace loomgate::bench
