// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <deque>
#include <fstream>
#include <map>
#include <memory>
#include <sstream>
#include <stdexcept>
#include <vector>

#include "tests/bench/load/agent.h"
#include "tests/bench/load/loads.h"
#include "tests/bench/load/orders.h"
#include "tests/bench/load/principals.h"

namespace loomgate::bench {
namespace {

constexpr std::chrono::hours kDeadline{1};
constexpr std::size_t kInFlight = 64;           // at first; after a restart of the broker all come at once
constexpr std::size_t kBurst = 500;
constexpr std::chrono::seconds kRetry{5};       // fixed, without jitter: the Go agent's
constexpr std::chrono::seconds kPatience{20};   // dialling and CONNACK, 10 s each

// Something that every agent does the same time after something else: the first in is the first due.
class Timer {
 public:
  explicit Timer(std::chrono::seconds delay) : delay_(delay) {}
  void set(const Agent& agent) { waiting_.push_back({Clock::now() + delay_, agent.number(), agent.connection()}); }

  template <typename Work>
  void run(std::vector<std::unique_ptr<Agent>>& agents, const Work& work) {
    const auto now = Clock::now();
    while (!waiting_.empty() && waiting_.front().at <= now) {
      const auto due = waiting_.front();
      waiting_.pop_front();
      if (agents[due.number]->connection() == due.connection) work(*agents[due.number]);
    }
  }

 private:
  struct Due {
    Clock::time_point at;
    std::size_t number;
    unsigned connection;
  };
  std::chrono::seconds delay_;
  std::deque<Due> waiting_;
};

class FleetLoad : public Load, public AgentWatcher {
 public:
  FleetLoad(const Target& target, const std::string& devices_file) : target_(target) {
    std::ifstream file(devices_file);
    Agent::Account account;
    while (agents_.size() < target.principals && file >> account.config_id >> account.node_id) {
      account.password = device_password(agents_.size());
      agents_.push_back(std::make_unique<Agent>(loop_, *this, agents_.size(), account));
    }
    if (agents_.size() != target.principals) throw std::runtime_error("too few devices in " + devices_file);
  }

  void run() {
    loop_.run("connecting", std::chrono::seconds(120), [this] {
      while (begun_ < agents_.size() && begun_ - started_ < kInFlight) connect(*agents_[begun_++]);
      return started_ == agents_.size();
    });
    say("ready");
    loop_.run("the fleet", kDeadline, [this] {
      while (const auto order = orders_.next()) obey(*order);
      retries_.run(agents_, [this](Agent& agent) { connect(agent); });
      pings_.run(agents_, [this](Agent& agent) { agent.ping(), pings_.set(agent); });
      attempts_.run(agents_, [this](Agent& agent) { give_up(agent); });
      publish_more();
      return orders_.ended();
    });
  }

  void on_packet(Client& client, const Packet& packet) override { agents_[client.number()]->on_packet(packet); }

  void on_closed(Client& client) override { lost(*agents_[client.number()]); }

  void on_admitted(Agent& agent) override {
    admitted_at_ = Clock::now();
    ++admitted_;
    pings_.set(agent);
  }

  void on_started(Agent&) override {
    if (++started_ == agents_.size() && was_lost_) {
      was_lost_ = false;
      say(fmt::format("back {}", std::chrono::nanoseconds(admitted_at_.time_since_epoch()).count()));
    }
  }

  void on_push(Agent& agent, std::string_view config_sha256) override { ++pushes_[{agent.number(), std::string(config_sha256)}]; }

  void on_stored(Agent&) override { ++stored_; }

 private:
  void connect(Agent& agent) {
    if (agent.connect(target_.port)) {
      attempts_.set(agent);
    } else {
      retries_.set(agent);
    }
  }

  void give_up(Agent& agent) {
    if (!agent.started()) lost(agent);
  }

  void lost(Agent& agent) {
    if (begun_ < agents_.size()) throw std::runtime_error("the broker closed a connection");
    if (agent.started()) --started_;
    was_lost_ = true;
    agent.disconnect();
    retries_.set(agent);
  }

  void obey(const std::string& order) {
    std::istringstream words(order);
    std::string verb;
    std::size_t count = 0;
    words >> verb >> count;
    if (verb == "forget") {
      pushes_.clear();
      admitted_ = 0;
    } else if (verb == "heartbeats" || verb == "mixed") {
      every_second_is_event_ = verb == "mixed";
      allowed_ += count;
    } else if (verb != "report") {
      throw std::runtime_error("no such order: " + order);
    }
    report();
  }

  void report() {
    std::size_t pushes = 0;
    for (const auto& [text, count] : pushes_) pushes += count;
    say(fmt::format(R"({{"admitted":{},"pushes":{},"texts":{},"sent":{},"stored":{}}})", admitted_, pushes, pushes_.size(), sent_, stored_));
  }

  // One message of each agent in turn: the messages that the daemon handles together come from as many nodes.
  void publish_more() {
    for (std::size_t turn = 0; turn < kBurst && sent_ < allowed_; ++turn, ++turns_) {
      auto& agent = *agents_[turns_ % agents_.size()];
      if (!agent.has_room()) continue;
      const bool as_event = every_second_is_event_ && (turns_ + turns_ / agents_.size()) % 2 == 1;
      as_event ? agent.send_event() : agent.send_heartbeat();
      ++sent_;
    }
  }

  Target target_;
  EventLoop loop_{*this};
  Orders orders_;
  Timer retries_{kRetry}, pings_{kKeepAlive}, attempts_{kPatience};
  std::vector<std::unique_ptr<Agent>> agents_;
  std::map<std::pair<std::size_t, std::string>, std::size_t> pushes_;  // by agent and hash of the text
  std::size_t begun_ = 0, started_ = 0, admitted_ = 0;
  bool was_lost_ = false;
  Clock::time_point admitted_at_{};
  bool every_second_is_event_ = false;
  std::size_t allowed_ = 0, sent_ = 0, stored_ = 0, turns_ = 0;
};

}  // namespace

void hold_fleet(const Target& target, const std::string& devices_file) { FleetLoad(target, devices_file).run(); }

}  // namespace loomgate::bench
