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
// Sent and not yet received: enough to keep the broker busy, too few to fill a queue of it.
constexpr std::size_t kWindow = 2000;
// Unacknowledged QoS 1 messages of one publisher; the broker's receive maximum is 20.
constexpr std::size_t kPublisherWindow = 16;
const std::string kPayload = R"({"client_online":true,"wg_online":true,"padding":"................................"})";

class PublishLoad : public Load {
 public:
  PublishLoad(const Target& target, const PublishPlan& plan) : target_(target), plan_(plan) {
    for (std::size_t number = 0; number < plan.publishers; ++number) {
      publishers_.push_back({std::make_unique<Client>(loop_, number), heartbeat_topic(number), 0, 0});
    }
  }

  Figures run() {
    subscriber_.open(target_.port, daemon_account());
    for (auto& publisher : publishers_) publisher.client->open(target_.port, device(publisher.client->number()));
    loop_.run("connecting", kDeadline, [this] { return connected_ == publishers_.size() + 1; });
    std::string packet;
    write_subscribe(packet, 1, {kHeartbeatFilter}, plan_.qos);
    subscriber_.send(packet);
    loop_.run("subscribing", kDeadline, [this] { return subscribed_; });

    const auto cpu = cpu_time(target_.broker);
    const auto start = Clock::now();
    loop_.run("messages", kDeadline, [this] {
      publish_more();
      return received_ == plan_.messages && (plan_.qos == 0 || acknowledged_ == plan_.messages);
    });
    return {plan_.messages, Clock::now() - start, cpu_time(target_.broker) - cpu};
  }

  void on_packet(Client& client, const Packet& packet) override {
    switch (packet.type) {
      case kConnack:
        require(packet, "CONNECT");
        ++connected_;
        break;
      case kSuback:
        require(packet, "SUBSCRIBE");
        subscribed_ = true;
        break;
      case kPuback:
        require(packet, "PUBLISH");
        ++acknowledged_;
        --publishers_[client.number()].open;
        break;
      case kPublish:
        ++received_;
        if (qos_of(packet) == 1) {
          std::string answer;
          write_puback(answer, packet_id_of(packet));
          client.send(answer);
        }
        break;
      default:
        break;
    }
  }

  void on_closed(Client&) override { throw std::runtime_error("the broker closed a connection"); }

 private:
  struct Publisher {
    std::unique_ptr<Client> client;
    std::string topic;
    std::size_t open;  // sent with QoS 1, no PUBACK yet
    std::uint16_t last_id;
  };

  static void require(const Packet& packet, const char* what) {
    if (reason_of(packet) >= 0x80) throw std::runtime_error(fmt::format("{} refused with reason {}", what, reason_of(packet)));
  }

  // Takes the publishers in turn, some messages each, while the window has room.
  void publish_more() {
    constexpr std::size_t kBurst = 8;
    for (std::size_t turn = 0; turn < publishers_.size() && sent_ < plan_.messages && sent_ - received_ < kWindow; ++turn) {
      auto& publisher = publishers_[next_];
      next_ = (next_ + 1) % publishers_.size();
      const std::size_t room = plan_.qos == 0 ? kBurst : std::min(kBurst, kPublisherWindow - publisher.open);
      const std::size_t count = std::min(room, plan_.messages - sent_);
      std::string packets;
      for (std::size_t index = 0; index < count; ++index) {
        publisher.last_id = publisher.last_id == 0xffff ? std::uint16_t{1} : static_cast<std::uint16_t>(publisher.last_id + 1);
        write_publish(packets, publisher.last_id, publisher.topic, plan_.qos, kPayload);
      }
      if (plan_.qos > 0) publisher.open += count;
      sent_ += count;
      publisher.client->send(packets);
    }
  }

  Target target_;
  PublishPlan plan_;
  EventLoop loop_{*this};
  Client subscriber_{loop_, 0};
  std::vector<Publisher> publishers_;
  std::size_t next_ = 0;
  std::size_t connected_ = 0;
  bool subscribed_ = false;
  std::size_t sent_ = 0, received_ = 0, acknowledged_ = 0;
};

}  // namespace

Figures publish_fan_in(const Target& target, const PublishPlan& plan) { return PublishLoad(target, plan).run(); }

}  // namespace loomgate::bench
