// SPDX-License-Identifier: Apache-2.0
// Watches a live conversation and writes it down as a file that can be replayed (transcript.h). It sees what a user of
// the broker sees who may read wfm/# (and read and write recorder/#), and the sessions and the end by the database;
// nothing of the daemon or the agents is touched. One side effect: the broker finds its subscription where it would
// have said that nobody listens.
//
// A thread of its own, from construction to finish().
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "sql/pg/connection.h"
#include "tests/harness/mqtt_client.h"
#include "tests/integration/agents_replay/transcript.h"

namespace loomgate::test {

class Recorder {
 public:
  // Throws std::runtime_error when the user of `options` is not admitted.
  Recorder(harness::MqttClientOptions options, const pg::ConnectOptions& database);
  ~Recorder();
  Recorder(const Recorder&) = delete;
  Recorder& operator=(const Recorder&) = delete;

  // Returns when everything that the broker has said until now was seen. What is only seen after something else began
  // cannot be told in its order.
  void catch_up();
  // What was seen until now, and how things stand. Once.
  std::string finish();

 private:
  void watch();
  bool take_message(std::chrono::milliseconds patience);
  void take_everything();
  void look_at_sessions();
  std::vector<ShownDevice> shown_devices();

  harness::MqttClient client_;
  pg::Connection database_;
  std::map<std::string, std::pair<std::int64_t, bool>> sessions_;  // epoch and whether open, by node
  std::vector<Seen> seen_;
  std::atomic<int> wanted_{0}, caught_up_{0};  // how often
  std::atomic<bool> finishing_{false};
  std::thread thread_;
};

}  // namespace loomgate::test
