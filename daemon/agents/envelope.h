// SPDX-License-Identifier: Apache-2.0
// Messages between daemon and agents as JSON (spec mqtt 4, 5). Pure: no clock, no I/O.
//
// Reading is tolerant: a body that is not a JSON object counts as an empty one (its sender is there all the same), a
// field is looked up in `payload` first and then at top level, and a boolean may come as a number or a text. What is
// not tolerated: topics that are not exactly ours, bodies over 1 MiB, invalid UTF-8.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "daemon/base/time.h"
#include "daemon/domain/presence.h"
#include "daemon/domain/topics.h"

namespace loomgate::agents {

inline constexpr std::size_t kMostOutput = 64 << 10;  // bytes of command output that are kept
inline constexpr std::size_t kMostText = 4 << 10;     // of any other text

struct Upstream {
  domain::UpstreamTopic topic;
  bool well_formed = true;  // false: the body was not a JSON object
  std::string request_id;   // 32 lower-case hex digits, or empty
  domain::AgentSession session;
  std::string status;  // trimmed, lower case
  std::string action;
  std::string message;
  std::string event;
  std::string output;
  std::optional<bool> client_online;
  std::optional<bool> wg_online;
  std::string platform;        // at most 64 characters, trimmed
  std::string client_version;  // likewise
};

enum class Unreadable { kBadTopic, kOversize, kBadUtf8 };

struct ReadResult {
  std::optional<Upstream> message;
  Unreadable why = Unreadable::kBadTopic;  // when there is no message
};
ReadResult read_upstream(std::string_view topic, std::string_view body);

// What every downstream message carries.
struct Address {
  std::string request_id;
  std::string config_id;
  std::string node_id;
  Timestamp sent_at{};
};
// Stored names; the wire names of 5.9 are made here.
struct Tunnel {
  std::string protocol = "wireguard";
  std::optional<std::string> awg_version;
  std::optional<std::string> previous_protocol;  // before the last switch
};

std::string push_envelope(const Address& address, const Tunnel& tunnel, std::string_view interface_name, int version,
                          std::string_view sha256, std::string_view text);
// start, stop
std::string control_envelope(const Address& address, const Tunnel& tunnel, std::string_view action,
                             std::string_view interface_name);
// wg_show
std::string info_envelope(const Address& address, const Tunnel& tunnel, std::string_view action);
std::string detect_envelope(const Address& address, const Tunnel& tunnel);

}  // namespace loomgate::agents
