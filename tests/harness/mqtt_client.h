// SPDX-License-Identifier: Apache-2.0
// An MQTT client for tests (libmosquitto, MQTT 5 or 3.1.1). Calls wait for the broker's answer and return its reason
// code; received messages queue up. It never reconnects by itself. One thread inside moves the bytes; the object itself
// belongs to one thread at a time.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace loomgate::harness {

struct MqttMessage {
  std::string topic;
  std::string payload;
  int qos = 0;
  bool retain = false;
};

struct MqttClientOptions {
  int port = 0;
  std::string host = "127.0.0.1";
  std::string client_id;
  std::optional<std::string> username;
  std::optional<std::string> password;
  int protocol = 5;                             // 5 or 4 (3.1.1)
  bool clean_start = true;                      // clean session for 3.1.1
  std::optional<std::uint32_t> session_expiry;  // MQTT 5 only
  int keep_alive = 60;
  std::optional<MqttMessage> will;
  std::chrono::milliseconds deadline{30000};  // of every call
};

// Reason codes that tests ask for; any other number of the MQTT 5 table may come as well.
inline constexpr int kAccepted = 0;
inline constexpr int kNoMatchingSubscribers = 16;
inline constexpr int kNotAuthorized = 135;
inline constexpr int kRefusedByV311 = 5;  // CONNACK of 3.1.1
inline constexpr int kSubackFailureV311 = 128;
// Ours: the connection ended, or the deadline passed, before an answer came.
inline constexpr int kNoAnswer = -1;

class MqttClient {
 public:
  explicit MqttClient(MqttClientOptions options);
  ~MqttClient();  // closes the socket without DISCONNECT
  MqttClient(MqttClient&&) noexcept;
  MqttClient& operator=(MqttClient&&) noexcept;

  int connect();                                                                     // CONNACK code
  std::vector<int> subscribe(const std::vector<std::string>& filters, int qos = 1);  // SUBACK codes, empty: no answer
  int subscribe(const std::string& filter, int qos = 1);
  int unsubscribe(const std::string& filter);  // 0, or kNoAnswer
  // PUBACK code (3.1.1 knows only 0); 0 at once for QoS 0.
  int publish(const std::string& topic, const std::string& payload, int qos = 1, bool retain = false);
  void disconnect();   // DISCONNECT packet: no will
  void kill_socket();  // as if the device lost power: the broker publishes the will

  bool connected() const;
  bool session_present() const;
  // True when the connection has ended by the deadline.
  bool wait_closed(std::chrono::milliseconds deadline);
  // The reason of the broker's DISCONNECT packet (MQTT 5), if there was one.
  std::optional<int> server_disconnect_reason() const;

  std::optional<MqttMessage> next_message(std::chrono::milliseconds deadline);
  std::vector<MqttMessage> take_messages();  // what has arrived so far

  const MqttClientOptions& options() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace loomgate::harness
