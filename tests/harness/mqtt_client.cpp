// SPDX-License-Identifier: Apache-2.0
#include "tests/harness/mqtt_client.h"

#include <mosquitto.h>
#include <mqtt_protocol.h>
#include <sys/socket.h>

#include <atomic>
#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <stdexcept>
#include <thread>

// libmosquitto unlocks a mutex twice when a connection ends inside its loop; that is its own affair.
extern "C" const char* __tsan_default_suppressions();
extern "C" const char* __tsan_default_suppressions() {
  return "mutex:libmosquitto.so\n";
}

namespace loomgate::harness {
namespace {

void initialize_library() {
  static const int initialized = mosquitto_lib_init();
  if (initialized != MOSQ_ERR_SUCCESS) throw std::runtime_error("libmosquitto cannot be initialized");
}

const char* text_or_null(const std::optional<std::string>& text) {
  return text ? text->c_str() : nullptr;
}

}  // namespace

struct MqttClient::Impl {
  explicit Impl(MqttClientOptions client_options);
  ~Impl();

  void set_callbacks();
  void run();
  void close_socket();
  bool open_connection();
  // Waits for the codes of a packet; empty when none came.
  std::vector<int> codes_of(int packet);

  template <typename Condition>
  bool wait(std::chrono::milliseconds deadline, Condition condition) {
    std::unique_lock lock(mutex);
    return changed.wait_for(lock, deadline, condition);
  }
  template <typename Change>
  void change(Change apply) {
    const std::lock_guard lock(mutex);
    apply();
    changed.notify_all();
  }

  MqttClientOptions options;
  struct mosquitto* handle = nullptr;
  std::thread thread;
  std::atomic<bool> stopping{false};

  std::mutex mutex;
  std::condition_variable changed;
  std::optional<int> connack;
  bool session_present = false;
  bool closed = true;
  std::optional<int> server_reason;
  std::map<int, std::vector<int>> answers;  // by packet id
  std::deque<MqttMessage> messages;
};

MqttClient::Impl::Impl(MqttClientOptions client_options) : options(std::move(client_options)) {
  initialize_library();
  handle = mosquitto_new(options.client_id.empty() ? nullptr : options.client_id.c_str(), options.clean_start, this);
  if (handle == nullptr) throw std::runtime_error("mosquitto_new failed");
  mosquitto_threaded_set(handle, true);
  mosquitto_int_option(handle, MOSQ_OPT_PROTOCOL_VERSION,
                       options.protocol == 5 ? MQTT_PROTOCOL_V5 : MQTT_PROTOCOL_V311);
  mosquitto_username_pw_set(handle, text_or_null(options.username), text_or_null(options.password));
  if (options.will) {
    mosquitto_will_set_v5(handle, options.will->topic.c_str(), static_cast<int>(options.will->payload.size()),
                          options.will->payload.data(), options.will->qos, options.will->retain, nullptr);
  }
  set_callbacks();
}

void MqttClient::Impl::set_callbacks() {
  mosquitto_connect_v5_callback_set(handle,
                                    [](struct mosquitto*, void* self, int code, int flags, const mosquitto_property*) {
                                      auto* impl = static_cast<MqttClient::Impl*>(self);
                                      impl->change([=] {
                                        impl->connack = code;
                                        impl->session_present = (flags & 1) != 0;
                                      });
                                    });
  mosquitto_disconnect_v5_callback_set(handle, [](struct mosquitto*, void* self, int code, const mosquitto_property*) {
    auto* impl = static_cast<MqttClient::Impl*>(self);
    // Codes of MQTT 5 start at 128; smaller ones are the library's own errors.
    if (code >= 128) impl->change([=] { impl->server_reason = code; });
  });
  mosquitto_subscribe_v5_callback_set(
      handle, [](struct mosquitto*, void* self, int packet, int count, const int* codes, const mosquitto_property*) {
        auto* impl = static_cast<MqttClient::Impl*>(self);
        impl->change([=] { impl->answers[packet] = std::vector<int>(codes, codes + count); });
      });
  mosquitto_unsubscribe_v5_callback_set(handle,
                                        [](struct mosquitto*, void* self, int packet, const mosquitto_property*) {
                                          auto* impl = static_cast<MqttClient::Impl*>(self);
                                          impl->change([=] { impl->answers[packet] = {0}; });
                                        });
  mosquitto_publish_v5_callback_set(handle,
                                    [](struct mosquitto*, void* self, int packet, int code, const mosquitto_property*) {
                                      auto* impl = static_cast<MqttClient::Impl*>(self);
                                      impl->change([=] { impl->answers[packet] = {code}; });
                                    });
  mosquitto_message_v5_callback_set(
      handle, [](struct mosquitto*, void* self, const struct mosquitto_message* message, const mosquitto_property*) {
        auto* impl = static_cast<MqttClient::Impl*>(self);
        impl->change([=] {
          impl->messages.push_back(
              {message->topic,
               std::string(static_cast<const char*>(message->payload), static_cast<std::size_t>(message->payloadlen)),
               message->qos, message->retain});
        });
      });
}

MqttClient::Impl::~Impl() {
  close_socket();
  mosquitto_destroy(handle);
}

void MqttClient::Impl::close_socket() {
  stopping = true;
  const int fd = mosquitto_socket(handle);
  if (fd >= 0) ::shutdown(fd, SHUT_RDWR);
  if (thread.joinable()) thread.join();
}

void MqttClient::Impl::run() {
  while (!stopping && mosquitto_loop(handle, 50, 1) == MOSQ_ERR_SUCCESS) {
  }
  change([this] { closed = true; });
}

bool MqttClient::Impl::open_connection() {
  mosquitto_property* properties = nullptr;
  if (options.protocol == 5 && options.session_expiry) {
    mosquitto_property_add_int32(&properties, MQTT_PROP_SESSION_EXPIRY_INTERVAL, *options.session_expiry);
  }
  const int answer =
      mosquitto_connect_bind_v5(handle, options.host.c_str(), options.port, options.keep_alive, nullptr, properties);
  mosquitto_property_free_all(&properties);
  return answer == MOSQ_ERR_SUCCESS;
}

std::vector<int> MqttClient::Impl::codes_of(int packet) {
  wait(options.deadline, [&] { return closed || answers.contains(packet); });
  const std::lock_guard lock(mutex);
  const auto found = answers.extract(packet);
  return found.empty() ? std::vector<int>{} : found.mapped();
}

MqttClient::MqttClient(MqttClientOptions options) : impl_(std::make_unique<Impl>(std::move(options))) {}
MqttClient::~MqttClient() = default;
MqttClient::MqttClient(MqttClient&&) noexcept = default;
MqttClient& MqttClient::operator=(MqttClient&&) noexcept = default;

int MqttClient::connect() {
  impl_->close_socket();
  impl_->stopping = false;
  impl_->change([this] {
    impl_->connack.reset();
    impl_->server_reason.reset();
    impl_->answers.clear();
    impl_->closed = false;
  });
  if (!impl_->open_connection()) {
    impl_->change([this] { impl_->closed = true; });
    return kNoAnswer;
  }
  impl_->thread = std::thread([impl = impl_.get()] { impl->run(); });
  impl_->wait(impl_->options.deadline, [this] { return impl_->closed || impl_->connack; });
  const std::lock_guard lock(impl_->mutex);
  return impl_->connack.value_or(kNoAnswer);
}

std::vector<int> MqttClient::subscribe(const std::vector<std::string>& filters, int qos) {
  std::vector<char*> texts;
  for (const std::string& filter : filters) texts.push_back(const_cast<char*>(filter.c_str()));
  int packet = 0;
  const int sent = mosquitto_subscribe_multiple(impl_->handle, &packet, static_cast<int>(texts.size()), texts.data(),
                                                qos, 0, nullptr);
  return sent == MOSQ_ERR_SUCCESS ? impl_->codes_of(packet) : std::vector<int>{};
}

int MqttClient::subscribe(const std::string& filter, int qos) {
  const std::vector<int> codes = subscribe(std::vector{filter}, qos);
  return codes.empty() ? kNoAnswer : codes.front();
}

int MqttClient::unsubscribe(const std::string& filter) {
  int packet = 0;
  if (mosquitto_unsubscribe(impl_->handle, &packet, filter.c_str()) != MOSQ_ERR_SUCCESS) return kNoAnswer;
  return impl_->codes_of(packet).empty() ? kNoAnswer : 0;
}

int MqttClient::publish(const std::string& topic, const std::string& payload, int qos, bool retain) {
  int packet = 0;
  if (mosquitto_publish_v5(impl_->handle, &packet, topic.c_str(), static_cast<int>(payload.size()), payload.data(), qos,
                           retain, nullptr) != MOSQ_ERR_SUCCESS) {
    return kNoAnswer;
  }
  if (qos == 0) return 0;
  const std::vector<int> codes = impl_->codes_of(packet);
  return codes.empty() ? kNoAnswer : codes.front();
}

void MqttClient::disconnect() {
  mosquitto_disconnect_v5(impl_->handle, 0, nullptr);
  wait_closed(impl_->options.deadline);
}

void MqttClient::kill_socket() {
  impl_->close_socket();
}

bool MqttClient::connected() const {
  const std::lock_guard lock(impl_->mutex);
  return !impl_->closed && impl_->connack == 0;
}

bool MqttClient::session_present() const {
  const std::lock_guard lock(impl_->mutex);
  return impl_->session_present;
}

bool MqttClient::wait_closed(std::chrono::milliseconds deadline) {
  return impl_->wait(deadline, [this] { return impl_->closed; });
}

std::optional<int> MqttClient::server_disconnect_reason() const {
  const std::lock_guard lock(impl_->mutex);
  return impl_->server_reason;
}

std::optional<MqttMessage> MqttClient::next_message(std::chrono::milliseconds deadline) {
  if (!impl_->wait(deadline, [this] { return !impl_->messages.empty(); })) return std::nullopt;
  const std::lock_guard lock(impl_->mutex);
  MqttMessage message = std::move(impl_->messages.front());
  impl_->messages.pop_front();
  return message;
}

std::vector<MqttMessage> MqttClient::take_messages() {
  const std::lock_guard lock(impl_->mutex);
  std::vector<MqttMessage> taken(impl_->messages.begin(), impl_->messages.end());
  impl_->messages.clear();
  return taken;
}

const MqttClientOptions& MqttClient::options() const {
  return impl_->options;
}

}  // namespace loomgate::harness
