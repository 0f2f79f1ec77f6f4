// SPDX-License-Identifier: Apache-2.0
#include "tests/integration/agents_replay/transcript.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "daemon/domain/topics.h"
#include "daemon/json/json.h"
#include "tests/integration/agents_replay/script.h"

namespace loomgate::test {
namespace {

using json::View;
using std::chrono::milliseconds;

constexpr std::string_view kRoot = "wfm/";

// A topic below a device, either way.
struct Place {
  std::string node_id;
  std::string suffix;
};

std::optional<Place> place_of(std::string_view topic) {
  if (!topic.starts_with(kRoot)) return std::nullopt;
  const auto config_end = topic.find('/', kRoot.size());
  const auto node_end = config_end == std::string_view::npos ? config_end : topic.find('/', config_end + 1);
  if (node_end == std::string_view::npos) return std::nullopt;
  return Place{std::string(topic.substr(config_end + 1, node_end - config_end - 1)),
               std::string(topic.substr(node_end + 1))};
}

std::string text_of(std::optional<View> object, std::string_view key) {
  const auto value = object && object->is(json::Type::kObject) ? object->find(key) : std::nullopt;
  return value && value->is(json::Type::kString) ? std::string(value->string()) : std::string();
}

class Writer {
 public:
  void add(const Seen& seen) {
    pass(seen.at);
    if (seen.session) {
      line("{} session {}", device(seen.session->node_id).name, seen.session->open ? "opens" : "ends");
    } else if (const auto place = place_of(seen.message->topic); !place) {
      line("# {}", escape(seen.message->topic));
    } else if (domain::parse_upstream_topic(seen.message->topic)) {
      hear(device(place->node_id), place->suffix, seen.message->payload);
    } else {
      tell(device(place->node_id), place->suffix, seen.message->payload);
    }
  }

  void end(const ShownDevice& shown) {
    auto& known = device(shown.node_id);
    line("expect {} presence {}", known.name, shown.presence);
    line("expect {} tunnel {}", known.name, shown.tunnel);
    line("expect {} session {}", known.name, shown.session_id.empty() ? "nothing" : known.session(shown.session_id));
    line("expect {} confirmed {}", known.name,
         shown.confirmed_sha256.empty() ? "nothing" : text(shown.confirmed_sha256));
  }

  std::string take() {
    std::string all;
    for (const auto& [node_id, known] : devices_) all += "device " + known.name + "\n";
    return all + lines_;
  }

 private:
  struct Device {
    std::string name;
    std::map<std::string, std::string> sessions;  // names by id
    std::map<std::string, int> sent;              // how many of each kind

    std::string session(const std::string& id) {
      return sessions.try_emplace(id, fmt::format("s{}", sessions.size() + 1)).first->second;
    }
  };
  struct Command {
    std::string device;
    std::string kind;
    int number = 0;
  };

  template <typename... Arguments>
  void line(fmt::format_string<Arguments...> format, Arguments&&... arguments) {
    lines_ += fmt::format(format, std::forward<Arguments>(arguments)...) + '\n';
  }

  // A line takes a millisecond by itself.
  void pass(Timestamp at) {
    const auto since = last_ ? std::chrono::floor<milliseconds>(at - *last_) : milliseconds(0);
    if (since > milliseconds(1)) line("clock +{}", time_text(since - milliseconds(1)));
    if (!last_ || since > milliseconds(0)) last_ = at;
  }

  Device& device(const std::string& node_id) {
    auto& known = devices_[node_id];
    if (known.name.empty()) known.name = fmt::format("d{}", devices_.size());
    return known;
  }
  std::string text(const std::string& sha256) {
    return fmt::format("text {}", texts_.try_emplace(sha256, texts_.size() + 1).first->second);
  }

  void hear(Device& known, const std::string& suffix, const std::string& body) {
    const auto parsed = json::parse(body);
    const auto envelope = parsed.value ? std::optional(parsed.value->view()) : std::nullopt;
    const auto payload = envelope && envelope->is(json::Type::kObject) ? envelope->find("payload") : std::nullopt;
    const auto request_id = text_of(envelope, "request_id");
    const auto command = commands_.find(request_id);
    const bool is_answer = command != commands_.end() && suffix == ack_suffix(command->second.kind);
    const bool is_event = command != commands_.end() && suffix == "event" && command->second.device == known.name;
    if (!payload || (!request_id.empty() && !is_answer && !is_event)) {
      return line("{} sends {} {}", known.name, suffix, escape(body));
    }
    const auto session_id = text_of(envelope, "session_id");
    const auto speaker = known.name + (session_id.empty() ? "" : "/" + known.session(session_id));
    if (request_id.empty()) return line("{} says {} {}", speaker, suffix, payload->dump());
    const auto& [asked, kind, number] = command->second;
    line("{} {} {}{} {} {}", speaker, is_event ? "reports" : "answers", asked == known.name ? "" : asked + "'s ", kind,
         number, without(request_id, payload->dump()));
  }

  // command_output names its request in the payload, too.
  static std::string without(const std::string& request_id, std::string payload) {
    for (auto at = payload.find(request_id); at != std::string::npos; at = payload.find(request_id)) {
      payload.replace(at, request_id.size(), "");
    }
    return payload;
  }

  static std::string ack_suffix(const std::string& kind) { return kind == "push" ? "config/push/ack" : kind + "/ack"; }

  void tell(Device& known, const std::string& suffix, const std::string& body) {
    const auto parsed = json::parse(body);
    const auto envelope = parsed.value ? std::optional(parsed.value->view()) : std::nullopt;
    const auto payload = envelope ? envelope->find("payload") : std::nullopt;
    const std::string kind = suffix == "config/push" ? "push" : suffix;
    const int number = ++known.sent[kind];
    commands_[text_of(envelope, "request_id")] = {known.name, kind, number};
    if (kind == "push") {
      const auto pushed = text(text_of(payload, "config_sha256"));
      line("admin stages {} {}", known.name, pushed);
      line("expect {} push {} {}", known.name, number, pushed);
    } else if (kind == "detect") {
      line("admin asks {}", known.name);
      line("expect {} detect {}", known.name, number);
    } else {
      const auto action = text_of(payload, "action");
      line("admin controls {} {}", known.name, action);
      line("expect {} {} {} {}", known.name, kind, number, action);
    }
  }

  std::string lines_;
  std::optional<Timestamp> last_;
  std::map<std::string, Device> devices_;     // by node id
  std::map<std::string, std::size_t> texts_;  // by hash
  std::map<std::string, Command> commands_;   // by request id
};

}  // namespace

std::string transcript(std::vector<Seen> seen, const std::vector<ShownDevice>& end) {
  std::stable_sort(seen.begin(), seen.end(), [](const auto& a, const auto& b) { return a.at < b.at; });
  Writer writer;
  for (const auto& one : seen) writer.add(one);
  for (const auto& shown : end) writer.end(shown);
  return writer.take();
}

}  // namespace loomgate::test
