// SPDX-License-Identifier: Apache-2.0
// Agents that behave on the wire like the Go agent of spec mqtt 2, 5 and 6: MQTT 5, Clean Start 0, no properties, keep
// alive 60, a will with the session id; after CONNACK one SUBSCRIBE with four filters, event `online`, heartbeat, each
// step awaited; commands one after the other, each event before its ACK, the PUBACK of a command last; the socket is
// closed without DISCONNECT; reconnect after a fixed delay.
//
// A thousand of them live in one AgentFleet, which is one thread with an epoll. Methods of an agent may be called from
// any thread; they are done by the fleet's thread in order.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace loomgate::harness {

struct AgentIdentity {
  std::string config_id;
  std::string node_id;
  std::string password;
  std::string client_id;  // empty: "wfm-" and the node id
};

// A downstream message as it arrived.
struct Received {
  std::string suffix;  // config/push, control, detect, info
  std::string body;
  std::string request_id;
  int qos = 0;
  bool retain = false;
  bool has_expiry = false;
};

// What the agent makes of a command.
struct Reaction {
  std::string status = "applied";  // applied, failed, accepted; empty: silent, which blocks what comes after it
  std::string message = "done";
  std::chrono::milliseconds delay{0};  // how long the execution takes
  bool sends_event = true;
  std::string then{};                       // a second status after the first, for "accepted" and then "applied"
  std::string output = "interface: wg0\n";  // of info
};

struct AgentOptions {
  std::string host = "127.0.0.1";
  int port = 1883;
  std::optional<std::chrono::milliseconds> reconnect{std::chrono::milliseconds(1000)};  // nullopt: stays away
  bool wg_online = false;
  std::chrono::seconds keep_alive{60};
  std::function<int()> open_socket{};  // a TCP socket that is not connected, for a device with a network of its own
  std::function<Reaction(const Received&)> react{};  // on the fleet's thread; default: applied at once
};

class AgentFleet;

class SimulatedAgent {
 public:
  ~SimulatedAgent();
  SimulatedAgent(const SimulatedAgent&) = delete;
  SimulatedAgent& operator=(const SimulatedAgent&) = delete;

  // These four return when the fleet's thread has begun: nothing that is asked afterwards is of the connection before.
  void connect();
  void connect_silently();  // CONNECT without a will, and nothing after it
  // Closes the socket without DISCONNECT, as a stopped service does; `return_after` brings it back.
  void cut(std::optional<std::chrono::milliseconds> return_after = std::nullopt);
  // A second connection under the same client id, as a device that changed networks makes: the old one is thrown out.
  void take_over();
  void heartbeat();
  // Any message of its own: an event, an ACK, or nonsense.
  void publish(const std::string& suffix, const std::string& body);
  void publish_raw(const std::string& topic, const std::string& body);
  // For a command that a silent reaction left open: says now what became of it.
  void answer(const Received& command, const std::string& status);

  bool ready() const;       // start-up is through
  int connects() const;     // start-ups that got through
  int last_reason() const;  // of the last CONNACK
  bool session_was_present() const;
  std::vector<int> granted() const;
  std::vector<Received> received() const;
  int unacknowledged() const;  // own publishes without PUBACK
  std::vector<int> puback_reasons() const;
  std::string session_id() const;
  const AgentIdentity& identity() const;

 private:
  friend class AgentFleet;
  struct Impl;
  explicit SimulatedAgent(std::shared_ptr<Impl> impl);
  std::shared_ptr<Impl> impl_;
};

class AgentFleet {
 public:
  AgentFleet();
  ~AgentFleet();  // cuts every connection
  AgentFleet(const AgentFleet&) = delete;
  AgentFleet& operator=(const AgentFleet&) = delete;

  // Lives as long as the fleet.
  SimulatedAgent& add(AgentIdentity identity, AgentOptions options);
  int ready() const;  // agents whose start-up is through

 private:
  struct Impl;
  std::shared_ptr<Impl> impl_;
};

// The envelope of an agent: payload_json is an object.
std::string agent_envelope(const AgentIdentity& identity, const std::string& suffix, const std::string& request_id,
                           const std::string& session_id, const std::string& payload_json);

}  // namespace loomgate::harness
