// SPDX-License-Identifier: Apache-2.0
// Names of our MQTT name space (mqtt.md 1): node ids `node_` + 12 lower-case hex digits, config ids `cfg_` + 12, daemon
// accounts `wfm-server-` + 1..40 of [0-9a-z-], device client ids `wfm-` + node id. An id is kept as its 48-bit number,
// so that tables need no text. Pure; any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace loomgate::access {

inline constexpr std::string_view kNodePrefix = "node_";
inline constexpr std::string_view kConfigPrefix = "cfg_";
inline constexpr std::string_view kDaemonPrefix = "wfm-server-";
inline constexpr std::string_view kDeviceClientPrefix = "wfm-";
inline constexpr std::size_t kIdDigits = 12;
inline constexpr std::size_t kNodeIdLength = kNodePrefix.size() + kIdDigits;
inline constexpr std::size_t kConfigIdLength = kConfigPrefix.size() + kIdDigits;
inline constexpr std::size_t kMaxDaemonNameLength = kDaemonPrefix.size() + 40;

using NodeNumber = std::uint64_t;    // below 2^48
using ConfigNumber = std::uint64_t;  // below 2^48

// Exact form only: no upper-case digits, nothing before or after.
std::optional<NodeNumber> parse_node_id(std::string_view text);
std::optional<ConfigNumber> parse_config_id(std::string_view text);
bool is_daemon_name(std::string_view text);

std::string node_id(NodeNumber number);
std::string config_id(ConfigNumber number);

// Whose business a pair of names is.
enum class NameClass {
  kDevice,  // a device's username; the client id has no special characters but need not be its own
  kDaemon,
  kForeign,    // neither name is in our name space: another plugin or a password file may serve it
  kMalformed,  // reaches into our name space without being a name of it (also: a foreign user with one of our client
               // ids)
};

// Names of ours that carry `+ # /` or control characters are kMalformed, before any comparison or topic is built from
// them.
NameClass classify_names(std::string_view username, std::string_view client_id);

}  // namespace loomgate::access
