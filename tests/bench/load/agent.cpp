// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/load/agent.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <stdexcept>
#include <system_error>
#include <vector>

namespace loomgate::bench {
namespace {

constexpr std::string_view kOnline = R"({"level":"info","event":"online","message":"agent online"})";
constexpr std::string_view kOffline = R"({"level":"info","event":"offline","message":"agent offline"})";
constexpr std::string_view kHeartbeat = R"({"client_online":true,"wg_online":true})";
constexpr std::string_view kEvent = R"({"level":"info","event":"control","message":"interface restarted"})";
constexpr std::string_view kPushed = R"({"level":"info","event":"config_push","message":"config applied"})";
constexpr std::string_view kApplied = R"({"status":"applied","message":"config applied"})";

void require(const Packet& packet, const char* what) {
  if (reason_of(packet) >= 0x80) throw std::runtime_error(fmt::format("{} refused with reason {}", what, reason_of(packet)));
}

// The daemon writes such a field once, without spaces.
std::string_view text_of(std::string_view json, std::string_view key) {
  const auto name = fmt::format("\"{}\":\"", key);
  const auto found = json.find(name);
  if (found == std::string_view::npos) throw std::runtime_error(fmt::format("a push without {}", key));
  const auto begin = found + name.size();
  return json.substr(begin, json.find('"', begin) - begin);
}

}  // namespace

Agent::Agent(EventLoop& loop, AgentWatcher& watcher, std::size_t number, Account account)
    : watcher_(watcher),
      account_(std::move(account)),
      base_(fmt::format("wfm/{}/{}/", account_.config_id, account_.node_id)),
      client_(loop, number) {}

bool Agent::connect(int port) {
  disconnect();
  ++connection_;
  session_ = std::to_string(std::chrono::system_clock::now().time_since_epoch().count());
  try {
    client_.open(port, {account_.node_id, account_.password, "wfm-" + account_.node_id},
                 {false, static_cast<std::uint16_t>(kKeepAlive.count()), base_ + "event", envelope("event", "", kOffline)});
  } catch (const std::system_error& error) {
    if (error.code() != std::errc::connection_refused) throw;
    client_.close();
    return false;
  }
  return true;
}

void Agent::disconnect() {
  client_.close();
  steps_.clear();
  awaited_ = 0;
  unanswered_ = 0;
  started_ = false;
}

void Agent::on_packet(const Packet& packet) {
  switch (packet.type) {
    case kConnack: {
      require(packet, "CONNECT");
      watcher_.on_admitted(*this);
      ping();
      std::string subscribe;
      write_subscribe(subscribe, ++last_id_, {base_ + "config/push", base_ + "control", base_ + "detect", base_ + "info"}, 1);
      return client_.send(subscribe);
    }
    case kSuback:
      return on_suback(packet);
    case kPuback:
      return on_puback(packet);
    case kPublish:
      return on_publish(packet);
    default:
      return;
  }
}

void Agent::on_suback(const Packet& packet) {
  require(packet, "SUBSCRIBE");
  steps_.push_back({"event", envelope("event", "", kOnline)});
  steps_.push_back({"heartbeat", envelope("heartbeat", "", kHeartbeat)});
  go_on();
}

void Agent::on_puback(const Packet& packet) {
  require(packet, "PUBLISH");
  if (packet_id_of(packet) != awaited_) {
    --unanswered_;
    return watcher_.on_stored(*this);
  }
  awaited_ = 0;
  go_on();
}

void Agent::on_publish(const Packet& packet) {
  const auto message = message_of(packet);
  if (message.topic.substr(base_.size()) != "config/push") throw std::runtime_error("a device got something else than a push");
  const std::string request_id(text_of(message.payload, "request_id"));
  watcher_.on_push(*this, text_of(message.payload, "config_sha256"));
  steps_.push_back({"event", envelope("event", request_id, kPushed)});
  steps_.push_back({"config/push/ack", envelope("config/push/ack", request_id, kApplied)});
  steps_.push_back({"", "", packet_id_of(packet)});
  go_on();
}

// Does what comes next until something has to be waited for.
void Agent::go_on() {
  while (awaited_ == 0 && !steps_.empty()) {
    const auto step = std::move(steps_.front());
    steps_.pop_front();
    if (!step.suffix.empty()) {
      awaited_ = publish(step.suffix, step.body);
      continue;
    }
    std::string puback;
    write_puback(puback, step.packet_id);
    client_.send(puback);
  }
  if (started_ || awaited_ != 0) return;
  started_ = true;
  watcher_.on_started(*this);
}

void Agent::ping() {
  std::string packet;
  write_pingreq(packet);
  client_.send(packet);
}

void Agent::send_heartbeat() { send("heartbeat", kHeartbeat); }

void Agent::send_event() { send("event", kEvent); }

void Agent::send(std::string_view suffix, std::string_view payload) {
  ++unanswered_;
  publish(suffix, envelope(suffix, "", payload));
}

std::uint16_t Agent::publish(std::string_view suffix, std::string_view body) {
  last_id_ = last_id_ == 0xffff ? std::uint16_t{1} : static_cast<std::uint16_t>(last_id_ + 1);
  std::string packet;
  write_publish(packet, last_id_, base_ + std::string(suffix), 1, body);
  client_.send(packet);
  return last_id_;
}

std::string Agent::envelope(std::string_view suffix, std::string_view request_id, std::string_view payload) const {
  const auto now = fmt::gmtime(std::chrono::system_clock::to_time_t(std::chrono::system_clock::now()));
  return fmt::format(R"({{"type":"{}","request_id":"{}","config_id":"{}","node_id":"{}","boot_id":"boot-{}",)"
                     R"("session_id":"session-{}","sent_at":"{:%Y-%m-%dT%H:%M:%SZ}","payload":{}}})",
                     suffix, request_id, account_.config_id, account_.node_id, session_, session_, now, payload);
}

}  // namespace loomgate::bench
