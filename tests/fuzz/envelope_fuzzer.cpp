// SPDX-License-Identifier: Apache-2.0
// What an agent sends: the first line is the topic, the rest the body. Whatever comes in, what comes out can be stored:
// valid UTF-8 without NUL, within its limits, ids well formed, and judging it as an answer ends.
#include <cstdint>
#include <string_view>

#include "daemon/agents/ack_rules.h"
#include "daemon/agents/envelope.h"
#include "daemon/json/unicode.h"
#include "tests/fuzz/require.h"

namespace {

using namespace loomgate;

void require_text(const std::string& text, std::size_t most) {
  fuzz::require(text.size() <= most, "a text stays within its limit");
  fuzz::require(json::is_utf8(text), "a text is valid UTF-8");
  fuzz::require(text.find('\0') == std::string::npos, "a text holds no NUL");
}

void require_message(const agents::Upstream& message, std::string_view topic) {
  fuzz::require(domain::topic(message.topic.config_id, message.topic.node_id, message.topic.kind) == topic,
                "the topic is made of its parts");
  fuzz::require(message.request_id.empty() || message.request_id.size() == 32, "a request id has 32 digits or none");
  for (const auto* text :
       {&message.status, &message.action, &message.event, &message.session.boot_id, &message.session.session_id}) {
    require_text(*text, 128);
  }
  require_text(message.message, agents::kMostText);
  require_text(message.output, agents::kMostOutput);
  require_text(message.platform, 64 * 4);
  require_text(message.client_version, 64 * 4);
  if (!message.well_formed)
    fuzz::require(message.event.empty() && message.status.empty(), "nothing is read out of a body that is no object");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const auto line = input.find('\n');
  const auto topic = input.substr(0, line);
  const auto body = line == std::string_view::npos ? std::string_view() : input.substr(line + 1);
  const auto read = agents::read_upstream(topic, body);
  if (!read.message) return 0;
  require_message(*read.message, topic);
  store::AskedCommand command;
  command.action = "push_config";
  command.status = "pending";
  command.node_id = read.message->topic.node_id;
  command.config_id = "cfg_000000000000";
  if (read.message->topic.config_id != command.config_id) {
    fuzz::require(agents::judge_ack(command, *read.message) == agents::AckEffect::kForeign,
                  "an answer of another config does not count");
  }
  return 0;
}
