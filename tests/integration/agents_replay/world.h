// SPDX-License-Identifier: Apache-2.0
// Where a conversation is replayed: the daemon's own desk (inbox, courier, presence, prober) on a real database,
// between an MQTT session that the script speaks for and clocks that the script sets. Nothing waits and nothing sleeps:
// after every line the desk works until it has no more to do.
//
// There are three clocks: the time that passes (for intervals), the time of day of this daemon's host, and that of the
// database (tests/harness/database_time.h), which brokers and devices are stamped by. Every line that says or does
// something takes a millisecond.
//
// The broker's part: sessions are written as the plugin writes them, through its functions; a command is accepted while
// the device's session is open and refused with "no subscribers" otherwise.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "daemon/agents/desk.h"
#include "daemon/store/database_clock.h"
#include "tests/harness/database_time.h"
#include "tests/integration/agents/mesh.h"

namespace loomgate::test {

// What a device was sent.
struct Sent {
  std::string kind;  // push, control, info, detect
  std::string request_id;
  std::string body;
};

struct Device {
  std::string name;
  BoundNode node;
  std::map<int, Timestamp> sessions;  // when the broker accepted it, by the broker's clock
  bool connected = false;
  std::vector<Sent> sent;
  std::size_t expected = 0;  // so many of `sent` the script has spoken of
};

// Whether messages that follow each other arrive one by one or as one batch.
enum class Arrival { kOneByOne, kTogether };

class World {
 public:
  explicit World(Arrival arrival);
  ~World();

  Device& add_device(const std::string& name);
  Device& device(const std::string& name);  // throws ScriptError
  const std::map<std::string, Device>& devices() const { return devices_; }

  // Time passes for everybody, in steps: 5 s up to five minutes in all, a minute beyond. The desk works after each.
  void pass(std::chrono::microseconds time);
  void shift_host(std::chrono::microseconds by);
  void shift_database(std::chrono::microseconds by);
  Timestamp broker_time() const { return start_ + elapsed_; }

  // The daemon is killed and comes back: what it kept in memory is gone, and it reads its host's clock anew.
  void restart_daemon();

  // The broker's part.
  void open_session(Device& device, std::chrono::microseconds ago);
  void end_session(Device& device, int number, int reason, std::chrono::microseconds ago);
  void set_broker_beats(bool beats) { broker_beats_ = beats; }
  void set_console(bool open);   // a daemon serves an event stream, and says so while time passes
  void set_link(bool up);        // what the broker has not acknowledged by then is lost
  void hold_results(bool hold);  // PUBACKs of what the desk sends come when they are let go

  void hear(agents::Incoming message);
  void hear_again();                                 // the last message once more
  void act(const std::function<void(Mesh&)>& deed);  // of the administrator, a millisecond later
  // What was heard so far is taken in, and the desk works until nothing is left to do.
  void settle();

  Mesh& mesh() { return mesh_; }
  std::uint64_t count(const std::string& reason) const;

 private:
  class Wire;

  void begin_term();
  void take_a_moment();
  void set_clocks();
  void record_session(const Device& device, int number, const std::string& ended_at, const std::string& reason);
  void work();

  const Arrival arrival_;
  const Timestamp start_;
  std::chrono::microseconds elapsed_{0}, host_shift_{0}, database_shift_{0};
  Mesh mesh_;
  harness::DatabaseTime database_time_;
  agents::Tally tally_;
  std::map<std::string, Device> devices_;  // by name
  std::unique_ptr<Wire> wire_;
  std::unique_ptr<store::DatabaseClock> clock_;
  std::unique_ptr<agents::Desk> desk_;
  bool broker_beats_ = true;
  bool console_ = false;
  std::vector<agents::Incoming> unheard_;
  agents::Incoming last_heard_;
};

}  // namespace loomgate::test
