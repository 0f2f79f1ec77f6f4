// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <stdexcept>

#include "tests/bench/load/event_loop.h"
#include "tests/bench/load/loads.h"
#include "tests/bench/load/orders.h"
#include "tests/bench/load/principals.h"

namespace loomgate::bench {
namespace {

constexpr std::chrono::seconds kStartDeadline{30};
constexpr std::chrono::hours kDeadline{1};

class SubscriberLoad : public Load {
 public:
  explicit SubscriberLoad(const Target& target) : target_(target) {}

  void run() {
    client_.open(target_.port, daemon_account());
    loop_.run("subscribing", kStartDeadline, [this] { return subscribed_; });
    say("ready");
    loop_.run("the subscriber", kDeadline, [this] {
      while (orders_.next()) say(fmt::format(R"({{"received":{}}})", received_));
      return orders_.ended();
    });
  }

  void on_packet(Client& client, const Packet& packet) override {
    std::string answer;
    if (packet.type == kPublish) {
      ++received_;
      if (qos_of(packet) == 1) write_puback(answer, packet_id_of(packet));
    } else if (reason_of(packet) >= 0x80) {
      throw std::runtime_error(fmt::format("the subscriber was refused with reason {}", reason_of(packet)));
    } else if (packet.type == kConnack) {
      write_subscribe(answer, 1, upstream_filters(), 1);
    } else if (packet.type == kSuback) {
      subscribed_ = true;
    }
    client.send(answer);
  }

  void on_closed(Client&) override { throw std::runtime_error("the broker closed the subscriber's connection"); }

 private:
  Target target_;
  EventLoop loop_{*this};
  Client client_{loop_, 0};
  Orders orders_;
  bool subscribed_ = false;
  std::size_t received_ = 0;
};

}  // namespace

void subscribe_as_daemon(const Target& target) { SubscriberLoad(target).run(); }

}  // namespace loomgate::bench
