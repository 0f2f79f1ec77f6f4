// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <stdexcept>
#include <vector>

#include "tests/bench/load/event_loop.h"
#include "tests/bench/load/loads.h"
#include "tests/bench/load/principals.h"

namespace loomgate::bench {
namespace {

constexpr std::chrono::seconds kDeadline{120};

class ConnectLoad : public Load {
 public:
  ConnectLoad(const Target& target, std::size_t operations, bool stay) : target_(target), operations_(operations), stay_(stay) {}

  Figures run(std::size_t in_flight) {
    const std::size_t slots = stay_ ? operations_ : in_flight;
    for (std::size_t slot = 0; slot < slots; ++slot) clients_.push_back(std::make_unique<Client>(loop_, slot));
    const auto cpu = cpu_time(target_.broker);
    const auto start = Clock::now();
    for (std::size_t slot = 0; slot < std::min(in_flight, slots); ++slot) begin(*clients_[slot]);
    loop_.run("connects", kDeadline, [this] { return ended_ == operations_; });
    return {operations_, Clock::now() - start, cpu_time(target_.broker) - cpu};
  }

  void on_packet(Client& client, const Packet& packet) override {
    if (packet.type != kConnack) return;
    if (reason_of(packet) != 0) throw std::runtime_error(fmt::format("CONNECT refused with reason {}", reason_of(packet)));
    if (!stay_) return client.send(disconnect_);
    ++ended_;
    if (begun_ < operations_) begin(*clients_[begun_]);
  }

  // A client that stays must not be closed; one that leaves is done when the broker closes.
  void on_closed(Client& client) override {
    if (stay_) throw std::runtime_error("the broker closed a connection");
    ++ended_;
    if (begun_ < operations_) begin(client);
  }

 private:
  void begin(Client& client) { client.open(target_.port, device(begun_++ % target_.principals)); }

  Target target_;
  std::size_t operations_;
  bool stay_;
  std::size_t begun_ = 0;
  std::size_t ended_ = 0;
  std::string disconnect_ = [] {
    std::string packet;
    write_disconnect(packet);
    return packet;
  }();
  EventLoop loop_{*this};
  std::vector<std::unique_ptr<Client>> clients_;
};

}  // namespace

Figures connect_storm(const Target& target, std::size_t in_flight) {
  return ConnectLoad(target, target.principals, true).run(in_flight);
}

Figures reconnect_churn(const Target& target, std::size_t in_flight, std::size_t operations) {
  return ConnectLoad(target, operations, false).run(std::min(in_flight, target.principals));
}

}  // namespace loomgate::bench
