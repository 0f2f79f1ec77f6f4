// SPDX-License-Identifier: Apache-2.0
// The names and passwords that tests/bench/principals.sql puts into the database, by number from 0.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "tests/bench/load/packets.h"

namespace loomgate::bench {

inline constexpr const char* kHeartbeatFilter = "wfm/+/+/heartbeat";

Identity device(std::size_t number);
std::string device_password(std::size_t number);
Identity unknown_device();  // a well-formed name that the database does not hold
Identity daemon_account();
std::vector<std::string> upstream_filters();  // what the daemon subscribes to
std::string heartbeat_topic(std::size_t number);

}  // namespace loomgate::bench
