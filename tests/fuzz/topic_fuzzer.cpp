// SPDX-License-Identifier: Apache-2.0
// Names and topics come from the network. Whatever they are, nothing is granted outside the list of mqtt.md 16.
// Input: action, QoS, retain (one byte), then username, client id and topic, each ended by a newline.
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

#include "plugin/access/credentials.h"
#include "plugin/access/topic_policy.h"
#include "tests/fuzz/require.h"

namespace {

using loomgate::fuzz::require;
using namespace loomgate::access;

constexpr std::string_view kDevicePrefix = "wfm/cfg_bbbbbbbbbbbb/node_aaaaaaaaaaaa/";

AccessTable make_table() {
  AccessTable table;
  PrincipalKey key = 0;
  table.apply({.granted = true,
               .device = {.node = 0xaaaaaaaaaaaa, .config = 0xbbbbbbbbbbbb, .salt = {}, .hash = {}},
               .daemon = nullptr},
              key);
  const auto daemon =
      std::make_shared<const DaemonGrant>(DaemonGrant{.username = "wfm-server-a", .salt = {}, .hash = {}});
  table.apply({.granted = true, .device = {}, .daemon = daemon}, key);
  return table;
}

std::string_view next_line(std::string_view& text) {
  const std::size_t end = text.find('\n');
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  return line;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const AccessTable table = make_table();
  if (size == 0) return 0;
  const auto action = static_cast<Action>(data[0] & 3);
  const TopicRequest shape{action, {}, (data[0] >> 2) & 3, (data[0] & 16) != 0};
  std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  const std::string_view username = next_line(text), client_id = next_line(text);
  const TopicRequest request{shape.action, next_line(text), shape.qos, shape.retain};

  const Verdict verdict = authorize(table, username, client_id, request);
  const bool device = username == "node_aaaaaaaaaaaa" && client_id == "wfm-node_aaaaaaaaaaaa";
  const bool daemon = username == "wfm-server-a" && client_id == username;
  if (verdict == Verdict::kAllowed) {
    require(device || daemon, "only a known pair of names is granted anything");
    if (action != Action::kUnsubscribe) {
      require(request.topic.starts_with(device ? kDevicePrefix : "wfm/"),
              "nothing outside the principal's topics is granted");
      require(request.topic.find('#') == std::string_view::npos, "no multi-level wildcard is granted");
      require(action == Action::kSubscribe || request.topic.find('+') == std::string_view::npos,
              "only a daemon's filters have wildcards");
    }
    if (action == Action::kPublish)
      require(!request.retain && (daemon || request.qos < 2), "no retained publish, no QoS 2 of a device");
  }
  const Login login = check_credentials(table, username, client_id, request.topic);
  require((verdict == Verdict::kNotOurs) == (login.result == LoginResult::kNotOurs),
          "login and access agree on whose business a name is");
  require(login.result != LoginResult::kAllowed, "no password hashes to zeros");
  return 0;
}
