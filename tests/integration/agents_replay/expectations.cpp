// SPDX-License-Identifier: Apache-2.0
#include "tests/integration/agents_replay/expectations.h"

#include <fmt/format.h>

#include <functional>
#include <map>

#include "daemon/json/json.h"
#include "plugin/base/digest.h"

namespace loomgate::test {
namespace {

std::string differs(const std::string& is, const std::string& wanted) {
  return is == wanted ? std::string() : fmt::format("it is \"{}\"", is);
}

std::string payload_text(const Sent& sent, std::string_view key) {
  const auto body = json::parse(sent.body);
  const auto payload = body.value ? body.value->view().find("payload") : std::nullopt;
  const auto value = payload ? payload->find(key) : std::nullopt;
  return value && value->is(json::Type::kString) ? std::string(value->string()) : std::string();
}

std::string described(const Sent& sent) {
  const auto text = payload_text(sent, sent.kind == "push" ? "config_text" : "action");
  return sent.kind + (text.empty() ? "" : " " + escape(text));
}

// Compares what a device was sent next, and counts it as spoken of.
std::string check_sent(Device& device, const std::string& kind, Words& words) {
  const int number = words.number("which one");
  const auto wanted = kind == "detect" ? std::string() : words.text();
  if (device.expected == device.sent.size()) return "it was sent nothing more";
  const auto& sent = device.sent[device.expected++];
  if (sent.kind != kind) return "it was sent " + described(sent);
  if (&sent_to(device, kind, number) != &sent) return fmt::format("it is not {} {}", kind, number);
  if (kind == "push" && payload_text(sent, "config_sha256") != sha256_hex(payload_text(sent, "config_text"))) {
    return "its hash is not that of its text";
  }
  return differs(payload_text(sent, kind == "push" ? "config_text" : "action"), wanted);
}

std::string check_nothing(const Device& device) {
  if (device.expected == device.sent.size()) return {};
  return "it was sent " + described(device.sent[device.expected]);
}

// Presence and the flag that counters and pushes go by must say the same.
std::string check_presence(World& world, const Device& device, Words& words) {
  const auto wanted = words.next("a state");
  const auto shown = world.mesh().of_runtime(device.node.id, "client_presence_state");
  const bool online = world.mesh().of_runtime(device.node.id, "online") == "t";
  if (online != (shown == "online")) return fmt::format("it is \"{}\", but online is {}", shown, online);
  return differs(shown, wanted);
}

std::string check_runtime(World& world, const Device& device, const char* column, Words& words) {
  const auto wanted = words.next("a word");
  return differs(world.mesh().of_runtime(device.node.id, column), wanted == "nothing" ? "" : wanted);
}

std::string check_outcome(World& world, const Device& device, Words& words) {
  const auto kind = words.next("push, control or info");
  const auto& sent = sent_to(device, kind, words.number("which one"));
  const auto wanted = words.next("an outcome");
  const auto status = world.mesh().command_status(sent.request_id);
  if (status != wanted || words.done()) return differs(status, wanted);
  return differs(world.mesh().ask("SELECT summary FROM commands WHERE request_id = '" + sent.request_id + "'"),
                 words.text());
}

std::string check_confirmed(World& world, const Device& device, Words& words) {
  const auto text = words.text();
  const auto confirmed = world.mesh().of_state(device.node.id, "confirmed_sha256");
  if (text == "nothing") return differs(confirmed, "");
  return confirmed == sha256_hex(text) ? "" : "another text is, or none";
}

std::string check_logged(World& world, const Device& device, Words& words) {
  const auto event = words.next("an event");
  const int wanted = words.number("how many");
  const auto count = world.mesh().ask(
      fmt::format("SELECT count(*) FROM agent_events WHERE node_id = '{}' AND event = '{}'", device.node.id, event));
  return differs(count, std::to_string(wanted));
}

std::string check_dropped(World& world, Words& words) {
  const auto reason = words.next("a reason");
  const int wanted = words.number("how many");
  return differs(std::to_string(world.count(reason)), std::to_string(wanted));
}

}  // namespace

std::string check(World& world, Words& words) {
  const auto name = words.next("what is expected");
  if (name == "dropped") return check_dropped(world, words);
  auto& device = world.device(name);
  const auto what = words.next("what is expected");
  if (what == "presence") return check_presence(world, device, words);
  if (what == "tunnel") return check_runtime(world, device, "wg_runtime_state", words);
  if (what == "reason") return check_runtime(world, device, "last_connectivity_reason", words);
  if (what == "session") return check_runtime(world, device, "session_id", words);
  if (what == "outcome") return check_outcome(world, device, words);
  if (what == "confirmed") return check_confirmed(world, device, words);
  if (what == "logged") return check_logged(world, device, words);
  if (what == "nothing") return check_nothing(device);
  if (what == "push" || what == "control" || what == "info" || what == "detect") return check_sent(device, what, words);
  throw ScriptError("nothing to expect: " + what);
}

std::string check_end(World& world) {
  world.settle();
  for (const auto& [name, device] : world.devices()) {
    if (const auto problem = check_nothing(device); !problem.empty()) return name + ": " + problem + " at the end";
  }
  return {};
}

const Sent& sent_to(const Device& device, const std::string& kind, int number) {
  int seen = 0;
  for (const auto& sent : device.sent)
    if (sent.kind == kind && ++seen == number) return sent;
  throw ScriptError(fmt::format("{} was sent {} of kind {}, not {}", device.name, seen, kind, number));
}

}  // namespace loomgate::test
