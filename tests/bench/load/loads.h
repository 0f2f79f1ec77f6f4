// SPDX-License-Identifier: Apache-2.0
// The loads that tests/bench/run puts on a broker. Each runs in the calling thread, is bounded in clients and time, and throws
// std::runtime_error when the broker refuses what the load needs.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstddef>
#include <string>

#include "tests/bench/load/broker_cpu.h"

namespace loomgate::bench {

struct Target {
  int port = 0;
  pid_t broker = 0;  // whose processor time is measured
  std::size_t principals = 0;
};

struct Figures {
  std::size_t operations = 0;
  std::chrono::nanoseconds elapsed{0};
  CpuTime broker_cpu;
};

// Connects every principal once, `in_flight` at a time; all stay until the end.
Figures connect_storm(const Target& target, std::size_t in_flight);

// Connects and disconnects, going through the principals, `in_flight` at a time.
Figures reconnect_churn(const Target& target, std::size_t in_flight, std::size_t operations);

// Publishes from many devices to one subscriber, the daemon; counted when the subscriber has them, and with QoS 1 when the
// publisher has its PUBACK too.
struct PublishPlan {
  int qos = 0;
  std::size_t publishers = 50;
  std::size_t messages = 0;
};
Figures publish_fan_in(const Target& target, const PublishPlan& plan);

struct Waits {
  std::size_t samples = 0;
  std::chrono::nanoseconds p99{0};
  std::chrono::nanoseconds longest{0};
  std::size_t lost_clients = 0;       // connections that the broker ended
  std::size_t unknown_refused = 0;    // answers to the unknown user
};

// Holds `principals` connections, says "ready" on stdout, and for `duration` measures how long some of them wait for each
// PUBACK. With `with_unknown_user` a device that nobody knows knocks ten times a second.
Waits probe_waits(const Target& target, std::chrono::seconds duration, bool with_unknown_user);

// Holds `principals` connections, says "ready" on stdout, and tells when the broker ends one: "gone NUMBER NANOSECONDS" by the
// monotonic clock. Ends when all are gone.
void watch_kicks(const Target& target, std::chrono::seconds deadline);

// Holds `principals` agents (agent.h) that reconnect 5 s after they lost the broker. Says "ready" when all have started up, and
// "back NANOSECONDS" when all have done so again: the time of the last CONNACK by the monotonic clock. Line N of the file is
// config id and node id of device N. Each order on stdin is answered with one line of JSON; the end of stdin ends the load.
//   forget            counts pushes and admissions from now on
//   heartbeats COUNT  so many more messages may be sent, as fast as the broker takes them
//   mixed COUNT       the same, every second one an event
//   report            nothing else
void hold_fleet(const Target& target, const std::string& devices_file);

// The daemon's place taken by a counter: subscribes as its account to everything that devices say, acknowledges, and answers
// each line on stdin with {"received":COUNT}. Says "ready" when subscribed; ends with stdin.
void subscribe_as_daemon(const Target& target);

}  // namespace loomgate::bench
