// SPDX-License-Identifier: Apache-2.0
#include "tests/harness/agent_simulator.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <deque>
#include <map>
#include <set>
#include <utility>

#include "daemon/json/json.h"
#include "plugin/base/guarded.h"
#include "tests/harness/agent_loop.h"
#include "tests/harness/mqtt_wire.h"

namespace loomgate::harness {
namespace {

using std::chrono::milliseconds;

const std::vector<std::string> kDownstream = {"config/push", "control", "detect", "info"};

std::string stamp(const char* prefix) {
  static std::atomic<long long> last{0};
  long long now =
      std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::system_clock::now().time_since_epoch()).count();
  long long before = last.load();
  do {
    now = std::max(now, before + 1);
  } while (!last.compare_exchange_weak(before, now));
  return prefix + std::to_string(now);
}

std::string text_of(const json::Json& body, const char* key, bool in_payload) {
  if (!body.view().is(json::Type::kObject)) return "";
  auto view = std::optional(body.view());
  if (in_payload) view = view->find("payload");
  if (!view || !view->is(json::Type::kObject)) return "";
  const auto value = view->find(key);
  return value && value->is(json::Type::kString) ? std::string(value->string()) : "";
}

std::string quoted(const std::string& text) {
  return json::Json(text).dump();
}

}  // namespace

std::string agent_envelope(const AgentIdentity& identity, const std::string& suffix, const std::string& request_id,
                           const std::string& session_id, const std::string& payload_json) {
  return R"({"type":)" + quoted(suffix) + R"(,"request_id":)" + quoted(request_id) + R"(,"config_id":)" +
         quoted(identity.config_id) + R"(,"node_id":)" + quoted(identity.node_id) + R"(,"boot_id":)" +
         quoted("boot-" + session_id) + R"(,"session_id":)" + quoted(session_id) +
         R"(,"sent_at":"2026-05-01T10:00:03Z","payload":)" + payload_json + "}";
}

// What others may see of an agent.
struct Shown {
  bool ready = false;
  int connects = 0;
  int last_reason = -1;
  bool session_present = false;
  std::vector<int> granted;
  std::vector<Received> received;
  int unacknowledged = 0;
  std::vector<int> puback_reasons;
  std::string session_id;
};

struct SimulatedAgent::Impl : std::enable_shared_from_this<SimulatedAgent::Impl> {
  struct Socket {
    int fd = -1;
    mqtt::PacketReader in;
    std::string out;
    Socket() = default;
    Socket(const Socket&) = delete;
    Socket& operator=(const Socket&) = delete;
    ~Socket() {
      if (fd >= 0) ::close(fd);
    }
  };
  struct Command {
    Received message;
    std::uint16_t packet_id;
  };
  // What is done next; each waits for the PUBACK of the one before.
  struct Step {
    enum Kind { kPublish, kReady, kPuback } kind;
    std::string suffix;
    std::string body;
    std::uint16_t packet_id = 0;
  };

  AgentLoop& loop;
  AgentIdentity identity;
  AgentOptions options;
  Guarded<Shown> shown;

  // The rest belongs to the loop's thread.
  std::shared_ptr<Socket> socket;
  int generation = 0;  // of connections: what was meant for an older one is void
  bool wants_connection = false;
  bool silent = false;
  std::string session_id;
  std::uint16_t last_packet_id = 0;
  std::set<std::uint16_t> unacknowledged;
  std::uint16_t awaited = 0;
  std::deque<Step> steps;
  std::deque<Command> commands;
  bool executing = false;

  Impl(AgentLoop& agent_loop, AgentIdentity agent_identity, AgentOptions agent_options)
      : loop(agent_loop), identity(std::move(agent_identity)), options(std::move(agent_options)) {
    if (identity.client_id.empty()) identity.client_id = "wfm-" + identity.node_id;
  }

  std::string topic(const std::string& suffix) const {
    return "wfm/" + identity.config_id + "/" + identity.node_id + "/" + suffix;
  }
  std::string envelope(const std::string& suffix, const std::string& request_id, const std::string& payload) const {
    return agent_envelope(identity, suffix, request_id, session_id, payload);
  }

  void open() {
    wants_connection = true;
    forget_connection();
    session_id = stamp("session-");
    shown.with([&](Shown& now) { now.session_id = session_id; });
    socket = std::make_shared<Socket>();
    socket->fd = options.open_socket ? options.open_socket() : ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    ::fcntl(socket->fd, F_SETFL, O_NONBLOCK);
    const int on = 1;
    setsockopt(socket->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(options.port));
    inet_pton(AF_INET, options.host.c_str(), &address.sin_addr);
    ::connect(socket->fd, reinterpret_cast<const sockaddr*>(&address), sizeof address);  // its end shows at the socket
    loop.watch(socket->fd, true,
               [self = shared_from_this(), held = socket](unsigned events) { self->on_socket(held, events); });
    mqtt::Connect connect{identity.client_id, identity.node_id, identity.password,
                          static_cast<int>(options.keep_alive.count()), {}};
    if (!silent)
      connect.will = mqtt::Will{
          topic("event"), envelope("event", "", R"({"level":"info","event":"offline","message":"agent offline"})")};
    write(mqtt::write_connect(connect));
  }

  // Everything that belongs to the current connection, but not its socket.
  void forget_connection() {
    ++generation;
    steps.clear();
    commands.clear();
    executing = false;
    awaited = 0;
    unacknowledged.clear();
    shown.with([](Shown& now) {
      now.ready = false;
      now.unacknowledged = 0;
    });
  }

  void close_socket(const std::shared_ptr<Socket>& closed) {
    if (closed->fd < 0) return;
    loop.forget(closed->fd);
    ::close(std::exchange(closed->fd, -1));
  }

  void lose() {
    if (!socket) return;
    close_socket(socket);
    socket.reset();
    forget_connection();
    if (wants_connection && options.reconnect) reopen_after(*options.reconnect);
  }

  void reopen_after(milliseconds delay) {
    wants_connection = true;
    loop.after(delay, [self = shared_from_this(), mine = generation] {
      if (self->generation == mine && self->wants_connection) self->open();
    });
  }

  void cut(std::optional<milliseconds> return_after) {
    wants_connection = false;
    if (socket) close_socket(socket);
    socket.reset();
    forget_connection();
    if (return_after) reopen_after(*return_after);
  }

  void take_over() {
    // The old socket stays open until the broker closes it; nobody listens to what it says.
    if (auto old = std::exchange(socket, nullptr)) {
      loop.forget(old->fd);
      loop.watch(old->fd, false, [self = shared_from_this(), old](unsigned) {
        std::array<char, 4096> bytes;
        if (::read(old->fd, bytes.data(), bytes.size()) <= 0 && errno != EAGAIN) self->close_socket(old);
      });
    }
    open();
  }

  void write(std::string_view bytes) {
    if (!socket) return;
    socket->out += bytes;
    flush();
  }

  void flush() {
    auto held = socket;
    while (!held->out.empty()) {
      const auto count = ::send(held->fd, held->out.data(), held->out.size(), MSG_NOSIGNAL);
      if (count < 0) {
        if (errno == EAGAIN || errno == ENOTCONN) break;
        return lose();
      }
      held->out.erase(0, static_cast<std::size_t>(count));
    }
    loop.rearm(held->fd, !held->out.empty());
  }

  void on_socket(const std::shared_ptr<Socket>& held, unsigned events) {
    if (held != socket) return;
    if ((events & EPOLLOUT) != 0) flush();
    if (held != socket || (events & ~static_cast<unsigned>(EPOLLOUT)) == 0) return;
    std::array<char, 16384> bytes;
    const auto count = ::read(held->fd, bytes.data(), bytes.size());
    if (count <= 0) {
      if (count < 0 && errno == EAGAIN) return;
      return lose();
    }
    held->in.feed({bytes.data(), static_cast<std::size_t>(count)});
    while (held == socket) {
      const auto packet = held->in.next();
      if (!packet) return;
      on_packet(*packet);
    }
  }

  void on_packet(const mqtt::Packet& packet) {
    switch (packet.type()) {
      case mqtt::Type::kConnack:
        return on_connack(mqtt::read_connack(packet));
      case mqtt::Type::kSuback:
        return on_suback(mqtt::read_suback(packet));
      case mqtt::Type::kPuback:
        return on_puback(mqtt::read_puback(packet));
      case mqtt::Type::kPublish:
        return on_publish(mqtt::read_publish(packet));
      case mqtt::Type::kDisconnect:
        return lose();
      default:
        return;
    }
  }

  void on_connack(const mqtt::Connack& connack) {
    shown.with([&](Shown& now) {
      now.last_reason = connack.reason;
      now.session_present = connack.session_present;
    });
    if (connack.reason >= 0x80) return lose();
    if (silent) return;
    ping();
    std::vector<std::string> filters;
    for (const auto& suffix : kDownstream) filters.push_back(topic(suffix));
    write(mqtt::write_subscribe(++last_packet_id, filters));
  }

  void ping() {
    write(mqtt::write_pingreq());
    loop.after(options.keep_alive, [self = shared_from_this(), mine = generation] {
      if (self->generation == mine) self->ping();
    });
  }

  void on_suback(const std::vector<std::uint8_t>& reasons) {
    shown.with([&](Shown& now) { now.granted.assign(reasons.begin(), reasons.end()); });
    for (const auto reason : reasons) {
      if (reason >= 0x80) return lose();
    }
    steps.push_back({Step::kPublish, "event",
                     envelope("event", "", R"({"level":"info","event":"online","message":"agent online"})")});
    steps.push_back({Step::kPublish, "heartbeat", envelope("heartbeat", "", heartbeat_payload())});
    steps.push_back({Step::kReady, "", ""});
    drive();
  }

  std::string heartbeat_payload() const {
    return std::string(R"({"client_online":true,"wg_online":)") + (options.wg_online ? "true}" : "false}");
  }

  std::uint16_t publish(const std::string& to, const std::string& body) {
    if (!socket) return 0;
    if (++last_packet_id == 0) last_packet_id = 1;
    unacknowledged.insert(last_packet_id);
    shown.with([&](Shown& now) { now.unacknowledged = static_cast<int>(unacknowledged.size()); });
    mqtt::Publish message;
    message.topic = to;
    message.payload = body;
    message.packet_id = last_packet_id;
    write(mqtt::write_publish(message));
    return last_packet_id;
  }

  void on_puback(const mqtt::Ack& ack) {
    unacknowledged.erase(ack.packet_id);
    bool started = false;
    shown.with([&](Shown& now) {
      now.unacknowledged = static_cast<int>(unacknowledged.size());
      now.puback_reasons.push_back(ack.reason);
      started = now.ready;
    });
    if (ack.packet_id != awaited) return;
    awaited = 0;
    if (!started && ack.reason >= 0x80) return lose();
    drive();
  }

  void on_publish(const mqtt::Publish& publish) {
    Received message{
        publish.topic.substr(topic("").size()), publish.payload, "", publish.qos, publish.retain, publish.has_expiry};
    if (const auto parsed = json::parse(message.body, {4 << 20}).value)
      message.request_id = text_of(*parsed, "request_id", false);
    shown.with([&](Shown& now) { now.received.push_back(message); });
    commands.push_back({std::move(message), publish.packet_id});
    drive();
  }

  // Does what comes next, as long as nothing has to be waited for.
  void drive() {
    while (socket && awaited == 0) {
      if (steps.empty()) {
        if (executing || commands.empty() || !shown.with([](const Shown& now) { return now.ready; })) return;
        execute(commands.front());
        if (steps.empty()) return;
      }
      const auto step = steps.front();
      steps.pop_front();
      do_step(step);
    }
  }

  void do_step(const Step& step) {
    switch (step.kind) {
      case Step::kPublish:
        awaited = publish(topic(step.suffix), step.body);
        return;
      case Step::kReady:
        shown.with([](Shown& now) {
          now.ready = true;
          ++now.connects;
        });
        return;
      case Step::kPuback:
        write(mqtt::write_puback(step.packet_id));
        executing = false;
        if (!commands.empty()) commands.pop_front();
        return;
    }
  }

  void execute(const Command& command) {
    executing = true;
    const auto reaction = options.react ? options.react(command.message) : Reaction{};
    if (reaction.status.empty()) return;  // it never ends
    if (reaction.delay.count() == 0) return finish(command, reaction);
    loop.after(reaction.delay, [self = shared_from_this(), mine = generation, command, reaction] {
      if (self->generation != mine) return;
      self->finish(command, reaction);
      self->drive();
    });
  }

  void finish(const Command& command, const Reaction& reaction) {
    const auto parsed = json::parse(command.message.body, {4 << 20}).value.value_or(json::Json());
    const auto action = text_of(parsed, "action", true);
    const auto& request_id = command.message.request_id;
    if (reaction.sends_event) {
      steps.push_back(
          {Step::kPublish, "event",
           envelope("event", request_id, event_payload(command.message.suffix, action, request_id, reaction))});
    }
    for (const auto& status : {reaction.status, reaction.then}) {
      if (status.empty()) continue;
      steps.push_back({Step::kPublish, command.message.suffix + "/ack",
                       envelope(command.message.suffix + "/ack", request_id,
                                ack_payload(command.message.suffix, action, status, reaction))});
    }
    steps.push_back({Step::kPuback, "", "", command.packet_id});
  }

  static std::string event_payload(const std::string& suffix, const std::string& action, const std::string& request_id,
                                   const Reaction& reaction) {
    if (suffix == "info") {
      return R"({"level":"info","event":"command_output","request_id":)" + quoted(request_id) + R"(,"action":)" +
             quoted(action) + R"(,"stream":"stdout","message":"command output","output":)" + quoted(reaction.output) +
             "}";
    }
    const auto name = suffix == "config/push" ? std::string("config_push") : suffix;
    return R"({"level":"info","event":)" + quoted(name) + R"(,"message":)" + quoted(reaction.message) + "}";
  }

  std::string ack_payload(const std::string& suffix, const std::string& action, const std::string& status,
                          const Reaction& reaction) const {
    std::string payload = R"({"status":)" + quoted(status);
    if (suffix == "detect") {
      payload += std::string(R"(,"client_online":true,"wg_online":)") + (options.wg_online ? "true" : "false") +
                 R"(,"platform":"linux","client_version":"0.2.3")";
    } else if (suffix != "config/push") {
      payload += R"(,"action":)" + quoted(action);
    }
    return payload + R"(,"message":)" + quoted(reaction.message) + "}";
  }
};

SimulatedAgent::SimulatedAgent(std::shared_ptr<Impl> impl) : impl_(std::move(impl)) {}
SimulatedAgent::~SimulatedAgent() = default;

void SimulatedAgent::connect() {
  impl_->loop.call([agent = impl_] { agent->open(); });
}
void SimulatedAgent::connect_silently() {
  impl_->loop.call([agent = impl_] {
    agent->silent = true;
    agent->open();
  });
}
void SimulatedAgent::cut(std::optional<milliseconds> return_after) {
  impl_->loop.call([agent = impl_, return_after] { agent->cut(return_after); });
}
void SimulatedAgent::take_over() {
  impl_->loop.call([agent = impl_] { agent->take_over(); });
}
void SimulatedAgent::heartbeat() {
  impl_->loop.post([agent = impl_] {
    agent->publish(agent->topic("heartbeat"), agent->envelope("heartbeat", "", agent->heartbeat_payload()));
  });
}
void SimulatedAgent::publish(const std::string& suffix, const std::string& body) {
  publish_raw(impl_->topic(suffix), body);
}
void SimulatedAgent::publish_raw(const std::string& topic, const std::string& body) {
  impl_->loop.post([agent = impl_, topic, body] { agent->publish(topic, body); });
}
void SimulatedAgent::answer(const Received& command, const std::string& status) {
  const auto suffix = command.suffix + "/ack";
  publish(suffix, agent_envelope(identity(), suffix, command.request_id, session_id(), R"({"status":)" + quoted(status) + "}"));
}

bool SimulatedAgent::ready() const {
  return impl_->shown.with([](const Shown& now) { return now.ready; });
}
int SimulatedAgent::connects() const {
  return impl_->shown.with([](const Shown& now) { return now.connects; });
}
int SimulatedAgent::last_reason() const {
  return impl_->shown.with([](const Shown& now) { return now.last_reason; });
}
bool SimulatedAgent::session_was_present() const {
  return impl_->shown.with([](const Shown& now) { return now.session_present; });
}
std::vector<int> SimulatedAgent::granted() const {
  return impl_->shown.with([](const Shown& now) { return now.granted; });
}
std::vector<Received> SimulatedAgent::received() const {
  return impl_->shown.with([](const Shown& now) { return now.received; });
}
int SimulatedAgent::unacknowledged() const {
  return impl_->shown.with([](const Shown& now) { return now.unacknowledged; });
}
std::vector<int> SimulatedAgent::puback_reasons() const {
  return impl_->shown.with([](const Shown& now) { return now.puback_reasons; });
}
std::string SimulatedAgent::session_id() const {
  return impl_->shown.with([](const Shown& now) { return now.session_id; });
}
const AgentIdentity& SimulatedAgent::identity() const {
  return impl_->identity;
}

struct AgentFleet::Impl {
  AgentLoop loop;
  Guarded<std::deque<std::unique_ptr<SimulatedAgent>>> agents;
};

AgentFleet::AgentFleet() : impl_(std::make_shared<Impl>()) {
  impl_->loop.start();
}

// The sockets close with the last of their watchers.
AgentFleet::~AgentFleet() {
  impl_->loop.stop();
  impl_->agents.with([](auto& agents) { agents.clear(); });
}

SimulatedAgent& AgentFleet::add(AgentIdentity identity, AgentOptions options) {
  auto impl = std::make_shared<SimulatedAgent::Impl>(impl_->loop, std::move(identity), std::move(options));
  return impl_->agents.with([&](auto& agents) -> SimulatedAgent& {
    agents.push_back(std::unique_ptr<SimulatedAgent>(new SimulatedAgent(std::move(impl))));
    return *agents.back();
  });
}

int AgentFleet::ready() const {
  return impl_->agents.with([](const auto& agents) {
    int count = 0;
    for (const auto& agent : agents) count += agent->ready() ? 1 : 0;
    return count;
  });
}

}  // namespace loomgate::harness
