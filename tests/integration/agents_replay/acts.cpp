// SPDX-License-Identifier: Apache-2.0
#include "tests/integration/agents_replay/acts.h"

#include <functional>
#include <map>
#include <utility>

#include "daemon/store/probes.h"
#include "tests/harness/agent_simulator.h"
#include "tests/integration/agents_replay/expectations.h"
#include "tests/integration/agents_replay/script.h"

namespace loomgate::test {
namespace {

using Act = std::function<void(World&, Words&)>;
using Acts = std::map<std::string, Act, std::less<>>;

constexpr int kEndedByDisconnect = -1;  // whatever the end was: Mosquitto 2.0 knows no other number

void perform_one(const Acts& acts, World& world, Words& words, const char* what) {
  const auto word = words.next(what);
  const auto found = acts.find(word);
  if (found == acts.end()) throw ScriptError("unknown: " + word);
  found->second(world, words);
}

std::chrono::microseconds time_ago(Words& words) {
  const auto time = words.time();
  if (!words.take("ago")) throw ScriptError("a time here ends with \"ago\"");
  return time;
}

// Clocks, daemon, broker, console.

void pass(World& world, Words& words) {
  const auto time = words.time();
  if (time <= std::chrono::microseconds(0)) throw ScriptError("time passes forward; see host clock and database clock");
  world.pass(time);
}

void expect_word(Words& words, const char* word) {
  if (!words.take(word)) throw ScriptError(std::string("expected the word ") + word);
}

const Acts kBroker{
    {"silent", [](World& world, Words&) { world.set_broker_beats(false); }},
    {"back", [](World& world, Words&) { world.set_broker_beats(true); }},
    {"repeats", [](World& world, Words&) { world.hear_again(); }},
};
const Acts kLink{
    {"down", [](World& world, Words&) { world.set_link(false); }},
    {"up", [](World& world, Words&) { world.set_link(true); }},
    {"holds", [](World& world, Words&) { world.hold_results(true); }},
    {"releases", [](World& world, Words&) { world.hold_results(false); }},
};
const Acts kConsole{
    {"opens", [](World& world, Words&) { world.set_console(true); }},
    {"closes", [](World& world, Words&) { world.set_console(false); }},
};

// The administrator.

const Acts kAdmin{
    {"stages",
     [](World& world, Words& words) {
       const auto& device = world.device(words.next("a device"));
       const auto text = words.text();
       world.act([&](Mesh& mesh) { mesh.stage(device.node.id, text); });
     }},
    {"controls",
     [](World& world, Words& words) {
       const auto& device = world.device(words.next("a device"));
       const auto action = words.next("an action");
       world.act([&](Mesh& mesh) { mesh.control(device.node.id, action); });
     }},
    {"asks",
     [](World& world, Words& words) {
       const auto& device = world.device(words.next("a device"));
       world.act([&](Mesh& mesh) {
         mesh.pool.transact([&](pg::Transaction& transaction) { store::ask_probes(transaction, {device.node.id}); });
       });
     }},
};

// Devices.

void session(World& world, Device& device, Words& words) {
  int number = device.sessions.empty() ? 1 : device.sessions.rbegin()->first;
  if (words.take("opens"))
    return world.open_session(device, words.done() ? std::chrono::microseconds(0) : time_ago(words));
  if (!words.take("ends")) {
    number = words.number("the number of a session");
    expect_word(words, "ends");
  }
  const int reason = words.take("reason") ? words.number("a reason") : kEndedByDisconnect;
  world.end_session(device, number, reason, words.done() ? std::chrono::microseconds(0) : time_ago(words));
}

agents::Incoming message(const Device& device, const std::string& suffix, std::string body) {
  return {"wfm/" + device.node.config_id + "/" + device.node.id + "/" + suffix, std::move(body)};
}

agents::Incoming envelope(const Device& device, const std::string& session, const std::string& suffix,
                          const std::string& request_id, const std::string& payload) {
  const harness::AgentIdentity identity{device.node.config_id, device.node.id, device.node.password, ""};
  return message(device, suffix, harness::agent_envelope(identity, suffix, request_id, session, payload));
}

std::string ack_suffix(const std::string& kind) {
  return kind == "push" ? "config/push/ack" : kind + "/ack";
}

void answer(World& world, const Device& device, const std::string& session, Words& words) {
  const Device* asked = &device;
  auto kind = words.next("push, control, info or detect");
  if (kind.ends_with("'s")) {
    asked = &world.device(kind.substr(0, kind.size() - 2));
    kind = words.next("push, control, info or detect");
  }
  const auto& sent = sent_to(*asked, kind, words.number("which one"));
  world.hear(envelope(device, session, ack_suffix(kind), sent.request_id, words.raw()));
}

void report(World& world, const Device& device, const std::string& session, Words& words) {
  const auto kind = words.next("push, control, info or detect");
  const auto& sent = sent_to(device, kind, words.number("which one"));
  world.hear(envelope(device, session, "event", sent.request_id, words.raw()));
}

void send(World& world, const Device& device, Words& words) {
  const auto suffix = words.next("the end of a topic");
  auto body = words.text();
  auto incoming = message(device, suffix, body == "oversize" ? std::string() : std::move(body));
  incoming.oversize = incoming.payload.empty();
  world.hear(std::move(incoming));
}

void speak(World& world, const std::string& speaker, Words& words) {
  const auto slash = speaker.find('/');
  auto& device = world.device(speaker.substr(0, slash));
  const auto name = slash == std::string::npos ? std::string() : speaker.substr(slash + 1);
  const auto verb = words.next("a verb");
  if (verb == "session") {
    session(world, device, words);
  } else if (verb == "says") {
    const auto suffix = words.next("the end of a topic");
    world.hear(envelope(device, name, suffix, "", words.raw()));
  } else if (verb == "answers") {
    answer(world, device, name, words);
  } else if (verb == "reports") {
    report(world, device, name, words);
  } else if (verb == "sends") {
    send(world, device, words);
  } else {
    throw ScriptError("unknown: " + verb);
  }
}

// Of {NAME} and {config} the ids.
std::string with_ids(World& world, std::string topic) {
  for (auto open = topic.find('{'); open != std::string::npos; open = topic.find('{')) {
    const auto close = topic.find('}', open);
    if (close == std::string::npos) throw ScriptError("a { without its }");
    const auto name = topic.substr(open + 1, close - open - 1);
    topic.replace(open, close - open + 1, name == "config" ? world.mesh().config_id : world.device(name).node.id);
  }
  return topic;
}

const Acts kFirstWords{
    {"device", [](World& world, Words& words) { world.add_device(words.next("a name")); }},
    {"clock", pass},
    {"host",
     [](World& world, Words& words) {
       expect_word(words, "clock");
       world.shift_host(words.time());
     }},
    {"database",
     [](World& world, Words& words) {
       expect_word(words, "clock");
       world.shift_database(words.time());
     }},
    {"daemon",
     [](World& world, Words& words) {
       expect_word(words, "restarts");
       world.restart_daemon();
     }},
    {"broker", [](World& world, Words& words) { perform_one(kBroker, world, words, "what the broker does"); }},
    {"link", [](World& world, Words& words) { perform_one(kLink, world, words, "what the link does"); }},
    {"console", [](World& world, Words& words) { perform_one(kConsole, world, words, "what the console does"); }},
    {"admin", [](World& world, Words& words) { perform_one(kAdmin, world, words, "what the administrator does"); }},
    {"wire",
     [](World& world, Words& words) {
       auto topic = with_ids(world, words.next("a topic"));
       world.hear({std::move(topic), words.text()});
     }},
};

}  // namespace

std::string perform(World& world, const std::string& line) {
  Words words(line);
  const auto first = words.next("a word");
  std::string problem;
  if (first == "expect") {
    world.settle();
    problem = check(world, words);
  } else if (const auto found = kFirstWords.find(first); found != kFirstWords.end()) {
    found->second(world, words);
  } else {
    speak(world, first, words);
  }
  words.end();
  return problem;
}

}  // namespace loomgate::test
