// SPDX-License-Identifier: Apache-2.0
#include "daemon/agents/batch.h"

#include <algorithm>

#include "daemon/agents/ack_rules.h"
#include "daemon/store/commands.h"
#include "daemon/store/probes.h"

namespace loomgate::agents {
namespace {

bool is_ack(domain::Upstream kind) {
  return kind == domain::Upstream::kConfigPushAck || kind == domain::Upstream::kControlAck ||
         kind == domain::Upstream::kInfoAck;
}

std::string event_detail(const Upstream& message) {
  const auto& body = message.output.empty() ? message.message : message.output;
  return message.request_id.empty() ? body : "request_id=" + message.request_id + "\n" + body;
}

// The state of the tunnel that a start or stop left behind.
std::optional<bool> tunnel_after(const store::AskedCommand& command) {
  if (command.status != "acked") return std::nullopt;
  if (command.action == "start") return true;
  if (command.action == "stop") return false;
  return std::nullopt;
}

}  // namespace

BatchOutcome Batch::handle(std::span<const Upstream> messages) {
  load(messages);
  for (const auto& message : messages) handle(message);
  save();
  outcome_.returned.assign(returned_.begin(), returned_.end());
  return std::move(outcome_);
}

void Batch::load(std::span<const Upstream> messages) {
  std::set<std::string> node_ids, request_ids;
  for (const auto& message : messages) {
    node_ids.insert(message.topic.node_id);
    if (is_ack(message.topic.kind) && !message.request_id.empty()) request_ids.insert(message.request_id);
  }
  for (auto& presence : store::lock_presence(transaction_, {node_ids.begin(), node_ids.end()})) {
    const auto node_id = presence.node_id;
    nodes_.emplace(node_id, Node{std::move(presence)});
  }
  commands_ = store::lock_commands(transaction_, {request_ids.begin(), request_ids.end()});
}

void Batch::handle(const Upstream& message) {
  if (!message.well_formed) count("bad-json");
  Node* node = welcome(message);
  if (node == nullptr) return;
  const bool was_online = node->presence.state.online;
  switch (message.topic.kind) {
    case domain::Upstream::kHeartbeat:
      signal(*node, domain::signal::Heartbeat{now_, message.session, message.client_online.value_or(true),
                                              message.wg_online.value_or(false)});
      break;
    case domain::Upstream::kEvent:
      take_event(*node, message);
      break;
    case domain::Upstream::kDetectAck:
      take_detect_ack(*node, message);
      break;
    default:
      take_ack(*node, message);
  }
  if (!was_online && node->presence.state.online) returned_.insert(message.topic.node_id);
  if (message.well_formed) count("accepted");
}

Batch::Node* Batch::welcome(const Upstream& message) {
  const auto found = nodes_.find(message.topic.node_id);
  if (found == nodes_.end()) {
    count("unknown-node");
    return nullptr;
  }
  auto& node = found->second;
  if (node.presence.config_id != message.topic.config_id) {
    count("foreign-config");
    return nullptr;
  }
  if (!node.presence.standing.listens()) {
    count("unwelcome-node");
    return nullptr;
  }
  return &node;
}

void Batch::signal(Node& node, const domain::Signal& signal) {
  auto next = domain::project(node.presence.state, node.presence.standing, signal);
  if (next == node.presence.state) return;
  node.presence.state = std::move(next);
  node.changed = true;
}

void Batch::take_event(Node& node, const Upstream& message) {
  const bool is_will = message.event == "offline";
  if (is_will && !message.session.session_id.empty() && message.session.session_id != node.presence.state.session_id) {
    return count("stale-will");
  }
  if (message.event == "online") {
    returned_.insert(node.presence.node_id);
    // The same event may come twice; only a new session forgets.
    if (message.session.session_id != node.presence.state.session_id) reconnected_.insert(node.presence.node_id);
  }
  signal(node, domain::signal::Event{now_, message.session, message.event, message.message});
  if (message.event == "command_output" && !message.request_id.empty()) {
    store::attach_output(transaction_, message.request_id, node.presence.node_id, message.output);
  }
  // A detect is asked every two minutes: its events would push the useful ones out of the log.
  if (message.event.empty() || message.event == "detect") return;
  events_.push_back({node.presence.config_id, node.presence.node_id, "", message.event,
                     "Client event: " + message.event, event_detail(message)});
}

void Batch::take_detect_ack(Node& node, const Upstream& message) {
  detected_.insert(node.presence.node_id);
  std::optional<bool> wg_online;  // a refused detect says nothing of the tunnel
  if (message.status != "failed") wg_online = message.wg_online;
  signal(node, domain::signal::DetectAck{now_, message.session, message.client_online.value_or(true), wg_online});
  if (!message.platform.empty() || !message.client_version.empty()) {
    store::save_client_facts(transaction_, node.presence.node_id, message.platform, message.client_version);
  }
}

void Batch::take_ack(Node& node, const Upstream& message) {
  const auto command = std::find_if(commands_.begin(), commands_.end(),
                                    [&](const auto& one) { return one.request_id == message.request_id; });
  std::optional<bool> wg_running;
  auto action = message.action;
  if (command == commands_.end()) {
    count("unknown-request");
  } else if (answer(*command, message)) {
    wg_running = tunnel_after(*command);
    action = command->action;
  }
  signal(node,
         domain::signal::CommandAck{now_, message.session, domain::ack_reason(message.topic.kind, action), wg_running});
}

// True when the answer closed the command.
bool Batch::answer(store::AskedCommand& command, const Upstream& message) {
  switch (judge_ack(command, message)) {
    case AckEffect::kForeign:
      count("foreign-request");
      return false;
    case AckEffect::kNone:
      count("repeated-answer");
      return false;
    case AckEffect::kWait:
      store::restart_deadline(transaction_, command, deadlines_,
                              message.message.empty() ? message.status : message.message);
      return false;
    case AckEffect::kFailed:
      close(command, "failed", message);
      return true;
    case AckEffect::kConfirm:
      store::confirm_push(transaction_, command);
      close(command, "acked", message);
      return true;
    case AckEffect::kAcked:
      close(command, "acked", message);
      return true;
  }
  return false;
}

void Batch::close(store::AskedCommand& command, const char* status, const Upstream& message) {
  const auto& summary = !message.message.empty()  ? message.message
                        : !message.status.empty() ? message.status
                                                  : std::string(status);
  store::close_command(transaction_, command, status, summary);
  command.status = status;
  command.answered = true;
  closed_at_.insert(command.node_id);
  if (command.action != "push_config") return;
  for (auto& older : commands_) {  // oldest first
    if (&older == &command) break;
    if (older.node_id == command.node_id) older.newer_push_closed = true;
  }
}

void Batch::save() {
  std::vector<store::NodePresence> changed;
  for (auto& [node_id, node] : nodes_) {
    if (node.changed) changed.push_back(std::move(node.presence));
  }
  store::save_presence(transaction_, changed);
  store::answer_probes(transaction_, {detected_.begin(), detected_.end()});
  store::add_agent_events(transaction_, events_);
  store::fail_lost_commands(transaction_, {reconnected_.begin(), reconnected_.end()});
  const std::vector<std::string> closed(closed_at_.begin(), closed_at_.end());
  store::start_deadlines(transaction_, closed, deadlines_);
  // Something newer may have been staged while a push was out.
  store::enqueue_pushes(transaction_, closed, "auto-sync");
}

}  // namespace loomgate::agents
