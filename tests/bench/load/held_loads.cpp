// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <stdexcept>
#include <vector>

#include "tests/bench/load/event_loop.h"
#include "tests/bench/load/loads.h"
#include "tests/bench/load/orders.h"
#include "tests/bench/load/principals.h"

namespace loomgate::bench {
namespace {

constexpr std::chrono::seconds kConnectDeadline{60};
constexpr std::size_t kInFlight = 64;
constexpr std::size_t kProbers = 4;
constexpr std::chrono::milliseconds kUnknownEvery{100};

// Every principal connected, some at a time; what happens then is the derived load's business.
class HeldClients : public Load {
 public:
  explicit HeldClients(const Target& target) : target_(target) {
    for (std::size_t number = 0; number < target.principals; ++number) clients_.push_back(std::make_unique<Client>(loop_, number));
  }

  void connect_all() {
    loop_.run("connecting", kConnectDeadline, [this] {
      while (begun_ < clients_.size() && begun_ - connected_ < kInFlight) {
        clients_[begun_]->open(target_.port, device(begun_));
        ++begun_;
      }
      return connected_ == clients_.size();
    });
    say("ready");
  }

  void on_packet(Client&, const Packet& packet) override {
    if (packet.type != kConnack) return;
    if (reason_of(packet) != 0) throw std::runtime_error(fmt::format("CONNECT refused with reason {}", reason_of(packet)));
    ++connected_;
  }

 protected:
  Target target_;
  EventLoop loop_{*this};
  std::vector<std::unique_ptr<Client>> clients_;
  std::size_t begun_ = 0;
  std::size_t connected_ = 0;
};

class Probe : public HeldClients {
 public:
  using HeldClients::HeldClients;

  Waits run(std::chrono::seconds duration, bool with_unknown_user) {
    connect_all();
    probers_.resize(std::min(kProbers, clients_.size()));
    const auto end = Clock::now() + duration;
    loop_.run("probing", duration + kConnectDeadline, [&] {
      const auto now = Clock::now();
      if (with_unknown_user) knock(now);
      if (now < end) ask(now);
      return now >= end && std::none_of(probers_.begin(), probers_.end(), [](const auto& prober) { return prober.waiting; });
    });
    return summary();
  }

  void on_packet(Client& client, const Packet& packet) override {
    if (&client == &unknown_) {
      ++waits_.unknown_refused;
    } else if (packet.type == kPuback) {
      auto& prober = probers_[client.number()];
      prober.waiting = false;
      samples_.push_back(Clock::now() - prober.since);
    } else {
      HeldClients::on_packet(client, packet);
    }
  }

  void on_closed(Client& client) override {
    if (&client == &unknown_) return;
    ++waits_.lost_clients;
    if (client.number() < probers_.size()) throw std::runtime_error("the broker closed a probing connection");
  }

 private:
  struct Prober {
    bool waiting = false;
    Clock::time_point since;
    std::uint16_t last_id = 0;
  };

  void ask(Clock::time_point now) {
    for (std::size_t number = 0; number < probers_.size(); ++number) {
      auto& prober = probers_[number];
      if (prober.waiting) continue;
      prober.last_id = static_cast<std::uint16_t>(prober.last_id % 0xffff + 1);
      std::string packet;
      write_publish(packet, prober.last_id, heartbeat_topic(number), 1, "{}");
      prober.waiting = true;
      prober.since = now;
      clients_[number]->send(packet);
    }
  }

  void knock(Clock::time_point now) {
    if (now < next_knock_) return;
    next_knock_ = now + kUnknownEvery;
    unknown_.close();
    unknown_.open(target_.port, unknown_device());
  }

  Waits summary() {
    std::sort(samples_.begin(), samples_.end());
    if (samples_.empty()) throw std::runtime_error("no PUBACK was seen");
    waits_.samples = samples_.size();
    waits_.p99 = samples_[samples_.size() * 99 / 100];
    waits_.longest = samples_.back();
    return waits_;
  }

  std::vector<Prober> probers_;
  std::vector<std::chrono::nanoseconds> samples_;
  Client unknown_{loop_, static_cast<std::size_t>(-1)};
  Clock::time_point next_knock_{};
  Waits waits_;
};

class KickWatch : public HeldClients {
 public:
  using HeldClients::HeldClients;

  void run(std::chrono::seconds deadline) {
    connect_all();
    loop_.run("kicks", deadline, [this] { return gone_ == clients_.size(); });
  }

  void on_closed(Client& client) override {
    ++gone_;
    say(fmt::format("gone {} {}", client.number(), std::chrono::nanoseconds(Clock::now().time_since_epoch()).count()));
  }

 private:
  std::size_t gone_ = 0;
};

}  // namespace

Waits probe_waits(const Target& target, std::chrono::seconds duration, bool with_unknown_user) {
  return Probe(target).run(duration, with_unknown_user);
}

void watch_kicks(const Target& target, std::chrono::seconds deadline) { KickWatch(target).run(deadline); }

}  // namespace loomgate::bench
