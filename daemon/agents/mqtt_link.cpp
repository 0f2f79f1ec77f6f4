// SPDX-License-Identifier: Apache-2.0
#include "daemon/agents/mqtt_link.h"

#include <mosquitto.h>
#include <mqtt_protocol.h>
#include <poll.h>

#include <atomic>
#include <cerrno>
#include <cstring>
#include <deque>
#include <map>
#include <optional>
#include <random>
#include <thread>
#include <utility>

#include <fmt/format.h>

#include "daemon/agents/messages.h"
#include "daemon/base/log.h"
#include "plugin/base/guarded.h"
#include "sql/pg/event_fd.h"

namespace loomgate::agents {
namespace {

using SteadyClock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr int kKeepAliveSeconds = 30;
constexpr int kReceiveMaximum = 1000;
constexpr std::size_t kBatchMessages = 500;
constexpr std::size_t kBatchBytes = 8U << 20;
constexpr milliseconds kReadyPatience{5000};  // TCP, TLS, CONNACK and SUBACK together
constexpr milliseconds kGoodbyePatience{500};
constexpr milliseconds kBatchRetry{200};
constexpr int kPacketTooLarge = 0x95;

struct Outgoing {
  std::uint64_t ticket;
  std::string topic;
  std::string payload;
  std::chrono::seconds expiry;
};

struct HandleDeleter {
  void operator()(mosquitto* handle) const { mosquitto_destroy(handle); }  // closes the socket, sends nothing
};

struct PropertyList {
  mosquitto_property* head = nullptr;
  PropertyList() = default;
  PropertyList(const PropertyList&) = delete;
  PropertyList& operator=(const PropertyList&) = delete;
  ~PropertyList() { mosquitto_property_free_all(&head); }
};

void use_library() {
  static const int initialised = mosquitto_lib_init();
  if (initialised != MOSQ_ERR_SUCCESS) throw std::runtime_error("libmosquitto does not start");
}

bool readable_now(int socket) {
  pollfd item{socket, POLLIN, 0};
  return ::poll(&item, 1, 0) > 0;
}

std::string error_text(int code) {
  return code == MOSQ_ERR_ERRNO ? std::string(std::strerror(errno)) : std::string(mosquitto_strerror(code));
}

// One attempt to be connected, from dialling to the end. Every method runs on the link's thread.
class Attempt {
 public:
  Attempt(const MqttSettings& settings, const LinkAccount& account, const std::vector<std::string>& filters)
      : filters_(filters) {
    use_library();
    handle_.reset(mosquitto_new(account.client_id.c_str(), false, this));
    if (!handle_) throw std::runtime_error("no memory for an MQTT session");
    set_options(settings, account);
    set_callbacks();
    dial(settings);
  }
  Attempt(const Attempt&) = delete;
  Attempt& operator=(const Attempt&) = delete;

  bool ready() const { return ready_; }
  bool session_present() const { return session_present_; }
  int socket() const { return mosquitto_socket(handle_.get()); }
  bool wants_write() const { return mosquitto_want_write(handle_.get()); }
  const std::optional<std::string>& failure() const { return failure_; }
  void fail(std::string reason) {
    if (!failure_) failure_ = std::move(reason);
  }

  // Reads what is there, one packet after the other, without answering any of it.
  void read() {
    std::size_t bytes = 0;
    do {
      check(mosquitto_loop_read(handle_.get(), 1));
      bytes = batch_bytes_;
    } while (!failure_ && batch_.size() < kBatchMessages && bytes < kBatchBytes && readable_now(socket()));
  }
  // Everything queued goes out: PUBACKs of the batch among it, so only after the batch is safe.
  void write() { check(mosquitto_loop_write(handle_.get(), 1)); }
  void keep_alive() { check(mosquitto_loop_misc(handle_.get())); }

  std::vector<Incoming> take_batch() {
    batch_bytes_ = 0;
    return std::exchange(batch_, {});
  }
  std::vector<PublishResult> take_results() { return std::exchange(results_, {}); }

  void publish(const Outgoing& message) {
    PropertyList properties;
    mosquitto_property_add_int32(&properties.head, MQTT_PROP_MESSAGE_EXPIRY_INTERVAL,
                                 static_cast<std::uint32_t>(message.expiry.count()));
    int message_id = 0;
    const int code = mosquitto_publish_v5(handle_.get(), &message_id, message.topic.c_str(),
                                          static_cast<int>(message.payload.size()), message.payload.data(), 1, false,
                                          properties.head);
    if (code == MOSQ_ERR_SUCCESS) {
      in_flight_[message_id] = message.ticket;
    } else if (code == MOSQ_ERR_OVERSIZE_PACKET || code == MOSQ_ERR_PAYLOAD_SIZE) {
      results_.push_back({message.ticket, PublishOutcome::kRefused, kPacketTooLarge});
    } else {
      results_.push_back({message.ticket, PublishOutcome::kLinkLost, 0});
      check(code);
    }
  }

  std::vector<std::uint64_t> unacknowledged() const {
    std::vector<std::uint64_t> tickets;
    for (const auto& [message_id, ticket] : in_flight_) tickets.push_back(ticket);
    return tickets;
  }

  void say_goodbye() {
    mosquitto_disconnect_v5(handle_.get(), MQTT_RC_NORMAL_DISCONNECTION, nullptr);
    const auto until = SteadyClock::now() + kGoodbyePatience;
    while (wants_write() && socket() >= 0 && SteadyClock::now() < until) {
      pollfd item{socket(), POLLOUT, 0};
      if (::poll(&item, 1, 50) > 0 && mosquitto_loop_write(handle_.get(), 1) != MOSQ_ERR_SUCCESS) return;
    }
  }

 private:
  void set_options(const MqttSettings& settings, const LinkAccount& account) {
    must(mosquitto_int_option(handle_.get(), MOSQ_OPT_PROTOCOL_VERSION, MQTT_PROTOCOL_V5));
    must(mosquitto_int_option(handle_.get(), MOSQ_OPT_RECEIVE_MAXIMUM, kReceiveMaximum));
    must(mosquitto_int_option(handle_.get(), MOSQ_OPT_TCP_NODELAY, 1));
    must(mosquitto_username_pw_set(handle_.get(), account.client_id.c_str(), account.password.c_str()));
    // The library then queues every packet instead of writing it from within a read.
    must(mosquitto_threaded_set(handle_.get(), true));
    if (!settings.tls) return;
    if (settings.ca_file.empty()) {
      must(mosquitto_int_option(handle_.get(), MOSQ_OPT_TLS_USE_OS_CERTS, 1));
    } else {
      must(mosquitto_tls_set(handle_.get(), settings.ca_file.c_str(), nullptr, nullptr, nullptr, nullptr));
    }
    must(mosquitto_tls_opts_set(handle_.get(), settings.verify ? 1 : 0, nullptr, nullptr));
    if (!settings.verify) must(mosquitto_tls_insecure_set(handle_.get(), true));
  }

  void set_callbacks() {
    mosquitto_connect_v5_callback_set(handle_.get(),
                                      [](mosquitto*, void* self, int code, int flags, const mosquitto_property*) {
                                        guarded(self, [&](Attempt& attempt) { attempt.connected(code, flags); });
                                      });
    mosquitto_subscribe_v5_callback_set(
        handle_.get(), [](mosquitto*, void* self, int, int count, const int* granted, const mosquitto_property*) {
          guarded(self, [&](Attempt& attempt) { attempt.subscribed(count, granted); });
        });
    mosquitto_message_v5_callback_set(
        handle_.get(), [](mosquitto*, void* self, const mosquitto_message* message, const mosquitto_property*) {
          guarded(self, [&](Attempt& attempt) { attempt.received(*message); });
        });
    mosquitto_publish_v5_callback_set(handle_.get(),
                                      [](mosquitto*, void* self, int message_id, int code, const mosquitto_property*) {
                                        guarded(self, [&](Attempt& attempt) { attempt.published(message_id, code); });
                                      });
    mosquitto_disconnect_v5_callback_set(
        handle_.get(), [](mosquitto*, void* self, int code, const mosquitto_property*) {
          guarded(self, [&](Attempt& attempt) {
            if (code >= 0x80)
              attempt.fail(fmt::format("the broker ended the session: {}", mosquitto_reason_string(code)));
          });
        });
  }

  // No exception may pass through the library.
  template <typename Work>
  static void guarded(void* self, Work&& work) {
    auto& attempt = *static_cast<Attempt*>(self);
    try {
      work(attempt);
    } catch (const std::exception& error) {
      attempt.fail(error.what());
    }
  }

  void dial(const MqttSettings& settings) {
    PropertyList properties;
    must(mosquitto_property_add_int32(&properties.head, MQTT_PROP_SESSION_EXPIRY_INTERVAL,
                                      static_cast<std::uint32_t>(kSessionExpiry.count())));
    // Only this call takes CONNECT properties, and it dials while it blocks. So it is aimed at a port where nothing can
    // listen, which fails at once; the call after it dials the broker without blocking and keeps the properties.
    if (mosquitto_connect_bind_v5(handle_.get(), "127.0.0.1", 0, kKeepAliveSeconds, nullptr, properties.head) ==
        MOSQ_ERR_SUCCESS) {
      throw std::logic_error("something answers at port 0");
    }
    const int code = mosquitto_connect_async(handle_.get(), settings.host.c_str(), settings.port, kKeepAliveSeconds);
    if (code > 0) fail(error_text(code));
  }

  void connected(int code, int flags) {
    if (code != 0) return fail(fmt::format("the broker refused the session: {}", mosquitto_reason_string(code)));
    session_present_ = (flags & 1) != 0;
    std::vector<char*> texts;
    for (const auto& filter : filters_) texts.push_back(const_cast<char*>(filter.c_str()));
    check(mosquitto_subscribe_multiple(handle_.get(), nullptr, static_cast<int>(texts.size()), texts.data(), 1, 0,
                                       nullptr));
  }

  void subscribed(int count, const int* granted) {
    for (int i = 0; i < count; ++i) {
      if (granted[i] != 1)
        return fail(fmt::format("the broker refused a subscription: {}", mosquitto_reason_string(granted[i])));
    }
    ready_ = true;
  }

  void received(const mosquitto_message& message) {
    const auto length = static_cast<std::size_t>(message.payloadlen);
    Incoming incoming{message.topic, {}, length > kMaxBody};
    if (!incoming.oversize && length > 0) incoming.payload.assign(static_cast<const char*>(message.payload), length);
    batch_bytes_ += incoming.payload.size();
    batch_.push_back(std::move(incoming));
  }

  void published(int message_id, int code) {
    const auto found = in_flight_.find(message_id);
    if (found == in_flight_.end()) return;
    auto outcome = PublishOutcome::kAccepted;
    if (code == MQTT_RC_NO_MATCHING_SUBSCRIBERS) outcome = PublishOutcome::kNoSubscribers;
    if (code >= 0x80) outcome = PublishOutcome::kRefused;
    results_.push_back({found->second, outcome, code});
    in_flight_.erase(found);
  }

  void must(int code) {
    if (code != MOSQ_ERR_SUCCESS) throw std::runtime_error(fmt::format("MQTT session: {}", error_text(code)));
  }
  void check(int code) {
    if (code != MOSQ_ERR_SUCCESS) fail(error_text(code));
  }

  const std::vector<std::string>& filters_;
  std::unique_ptr<mosquitto, HandleDeleter> handle_;
  bool ready_ = false;
  bool session_present_ = false;
  std::optional<std::string> failure_;
  std::vector<Incoming> batch_;
  std::size_t batch_bytes_ = 0;
  std::vector<PublishResult> results_;
  std::map<int, std::uint64_t> in_flight_;
};

// How long to wait before the next attempt.
class Patience {
 public:
  milliseconds next() {
    if (!was_ready_ && quick_ < 10) {
      ++quick_;
      return milliseconds(100);
    }
    static constexpr milliseconds kSteps[] = {milliseconds(1000), milliseconds(2000), milliseconds(5000)};
    const auto step = kSteps[std::min<std::size_t>(slow_++, 2)];
    return milliseconds(std::uniform_int_distribution<std::int64_t>(step.count() * 7 / 10, step.count())(random_));
  }
  void reset() {
    was_ready_ = true;
    slow_ = 0;
  }

 private:
  bool was_ready_ = false;
  int quick_ = 0;
  std::size_t slow_ = 0;
  std::mt19937_64 random_{std::random_device{}()};
};

}  // namespace

struct MqttLink::Impl {
  MqttSettings settings;
  LinkAccount account;
  std::vector<std::string> filters;
  LinkHandlers handlers;
  Guarded<std::deque<Outgoing>> outgoing;
  pg::EventFd wake;
  std::atomic<bool> stopping{false};
  std::atomic<bool> connected{false};
  Patience patience;
  std::thread thread;

  Impl(MqttSettings link_settings, LinkAccount link_account, std::vector<std::string> link_filters,
       LinkHandlers link_handlers)
      : settings(std::move(link_settings)),
        account(std::move(link_account)),
        filters(std::move(link_filters)),
        handlers(std::move(link_handlers)) {}

  void run() {
    while (!stopping) {
      std::string reason;
      std::vector<std::uint64_t> lost;
      try {
        Attempt attempt(settings, account, filters);
        serve(attempt);
        reason = attempt.failure().value_or("closed");
        report(attempt.take_results());
        lost = attempt.unacknowledged();
      } catch (const std::exception& error) {
        reason = error.what();
      }
      connected = false;
      give_up(lost);
      if (stopping) break;
      if (handlers.on_disconnected) handlers.on_disconnected(reason);
      sleep(patience.next());
    }
    give_up({});
  }

  void serve(Attempt& attempt) {
    const auto ready_until = SteadyClock::now() + kReadyPatience;
    while (!attempt.failure()) {
      if (stopping) return attempt.say_goodbye();
      wait(attempt);
      if (attempt.failure()) return;
      if (auto batch = attempt.take_batch(); !batch.empty() && !make_safe(batch)) {
        return attempt.fail("messages could not be stored, so they stay unacknowledged");
      }
      report(attempt.take_results());
      if (attempt.ready()) {
        if (!connected) announce(attempt);
        for (const auto& message : take_outgoing()) attempt.publish(message);
      } else if (SteadyClock::now() > ready_until) {
        return attempt.fail("no answer in time");
      }
      attempt.keep_alive();
      if (!attempt.failure() && attempt.wants_write()) attempt.write();
    }
  }

  // Waits for the socket or a wake-up, and reads. A second at most, for the keep-alive.
  void wait(Attempt& attempt) {
    pollfd items[] = {{attempt.socket(), POLLIN, 0}, {wake.fd(), POLLIN, 0}};
    if (attempt.wants_write()) items[0].events |= POLLOUT;
    if (::poll(items, 2, attempt.ready() ? 1000 : 100) < 0 && errno != EINTR) return attempt.fail(std::strerror(errno));
    if (items[1].revents != 0) wake.clear();
    // Before the session is ready a TLS handshake may want either direction; the read drives it.
    if (items[0].revents != 0 && ((items[0].revents & ~POLLOUT) != 0 || !attempt.ready())) attempt.read();
  }

  void announce(Attempt& attempt) {
    connected = true;
    patience.reset();
    if (handlers.on_connected) handlers.on_connected(attempt.session_present());
  }

  bool make_safe(const std::vector<Incoming>& batch) {
    const auto until = SteadyClock::now() + kBatchPatience;
    while (true) {
      try {
        if (handlers.on_batch(batch)) return true;
      } catch (const std::exception& error) {
        log(kBatchFailed, error.what());  // nothing is acknowledged, so nothing is lost
      }
      if (stopping || SteadyClock::now() >= until) return false;
      sleep(kBatchRetry);
    }
  }

  void report(const std::vector<PublishResult>& results) {
    for (const auto& result : results) handlers.on_published(result);
  }

  // What was handed over and not acknowledged, and what nobody handed over yet.
  void give_up(const std::vector<std::uint64_t>& unacknowledged) {
    for (const auto ticket : unacknowledged) handlers.on_published({ticket, PublishOutcome::kLinkLost, 0});
    for (const auto& message : take_outgoing()) handlers.on_published({message.ticket, PublishOutcome::kLinkLost, 0});
  }

  std::deque<Outgoing> take_outgoing() {
    return outgoing.with([](auto& queue) { return std::exchange(queue, {}); });
  }

  void sleep(milliseconds time) {
    const auto until = SteadyClock::now() + time;
    while (!stopping) {
      const auto left = std::chrono::duration_cast<milliseconds>(until - SteadyClock::now());
      if (left.count() <= 0) return;
      pollfd item{wake.fd(), POLLIN, 0};
      if (::poll(&item, 1, static_cast<int>(left.count())) > 0) wake.clear();
    }
  }
};

MqttLink::MqttLink(MqttSettings settings, LinkAccount account, std::vector<std::string> filters, LinkHandlers handlers)
    : impl_(std::make_unique<Impl>(std::move(settings), std::move(account), std::move(filters), std::move(handlers))) {
  impl_->thread = std::thread([this] { impl_->run(); });
}

MqttLink::~MqttLink() {
  impl_->stopping = true;
  impl_->wake.raise();
  impl_->thread.join();
}

bool MqttLink::connected() const {
  return impl_->connected;
}

void MqttLink::publish(std::uint64_t ticket, std::string topic, std::string payload, std::chrono::seconds expiry) {
  impl_->outgoing.with([&](auto& queue) { queue.push_back({ticket, std::move(topic), std::move(payload), expiry}); });
  impl_->wake.raise();
}

}  // namespace loomgate::agents
