// SPDX-License-Identifier: Apache-2.0
#include "daemon/services/mqtt_settings.h"

#include <fmt/format.h>

#include <algorithm>

#include "daemon/base/error_codes.h"
#include "daemon/base/tcp_connect.h"
#include "daemon/crypto/tls_handshake.h"
#include "daemon/store/audit.h"
#include "daemon/store/changes.h"
#include "daemon/store/settings.h"

namespace loomgate::services {
namespace {

constexpr std::chrono::seconds kTestLimit{3};
constexpr int kMostTests = 2;
constexpr std::size_t kLongestHost = 253;

void announce(pg::Transaction& transaction) {
  store::add_changes(transaction, {{"settings.mqtt", "", "", ""}, {"system.status", "", "", ""}});
}

std::string stored_form(const MqttSettingsWrite& write) {
  return json::Json::object({{"host", write.host}, {"port", write.port}, {"tls", write.tls}}).dump();
}

// The contract's test does not fail for a certificate, so a wrong one is only told.
std::string reached(const std::string& host, int port, bool tls, bool names_host) {
  if (!tls) return fmt::format("{}:{} can be reached", host, port);
  if (names_host) return fmt::format("{}:{} can be reached over TLS", host, port);
  return fmt::format(
      "{0}:{1} can be reached over TLS, but the certificate does not name {0}: devices that are bound to this address "
      "would refuse it",
      host, port);
}

MqttReach reach(const std::string& host, int port, bool tls) {
  const auto begin = std::chrono::steady_clock::now();
  const auto connection = connect_tcp(host, port, begin + kTestLimit);
  crypto::TlsTrial trial{connection.problem};
  if (trial.problem.empty() && tls) trial = crypto::try_tls_handshake(connection.socket, host, begin + kTestLimit);
  const auto spent = std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - begin);
  MqttReach result;
  result.success = trial.problem.empty();
  result.message = result.success ? reached(host, port, tls, trial.names_host)
                                  : fmt::format("{}:{} cannot be reached: {}", host, port, trial.problem);
  result.latency_ms = static_cast<int>(spent.count());
  return result;
}

// Counts one test for as long as it lives.
class Turn {
 public:
  explicit Turn(std::atomic<int>& running) : running_(running), mine_(running.fetch_add(1) < kMostTests) {}
  ~Turn() { running_.fetch_sub(1); }
  Turn(const Turn&) = delete;
  Turn& operator=(const Turn&) = delete;
  explicit operator bool() const { return mine_; }

 private:
  std::atomic<int>& running_;
  const bool mine_;
};

}  // namespace

void MqttSettingsService::require_mqtt() const {
  if (!mqtt_enabled_) throw Error(errors::kMqttDisabled, "MQTT services are switched off");
}

DeviceAddress MqttSettingsService::get() const {
  require_mqtt();
  auto connection = pool_.acquire();
  return effective_device_address(*connection, defaults_);
}

DeviceAddress MqttSettingsService::put(const domain::Actor& actor, const MqttSettingsWrite& write) const {
  require_mqtt();
  return pool_.transact([&](pg::Transaction& transaction) {
    store::put_setting(transaction, kDeviceAddressKey, stored_form(write));
    announce(transaction);
    const auto address = effective_device_address(transaction.connection(), defaults_);
    store::add_audit(transaction, actor,
                     {"settings.mqtt", "", "", fmt::format("{}:{}", address.host, address.port),
                      address.tls ? "Devices dial this address with TLS" : "Devices dial this address without TLS"});
    return address;
  });
}

DeviceAddress MqttSettingsService::reset(const domain::Actor& actor) const {
  require_mqtt();
  return pool_.transact([&](pg::Transaction& transaction) {
    store::delete_setting(transaction, kDeviceAddressKey);
    announce(transaction);
    store::add_audit(transaction, actor, {"settings.mqtt.reset", "", "", "mqtt", "Devices dial the standard address"});
    return effective_device_address(transaction.connection(), defaults_);
  });
}

MqttReach MqttSettingsService::test(const MqttSettingsWrite& write) const {
  require_mqtt();
  const Turn turn(tests_running_);
  if (!turn) return {false, "Other tests are running; try again in a few seconds", 0};
  return reach(write.host.empty() ? defaults_.host : write.host, write.port, write.tls);
}

}  // namespace loomgate::services

namespace loomgate::json {

using services::DeviceAddress;
using services::MqttReach;
using services::MqttSettingsWrite;

namespace {

std::optional<std::string> find_bad_host(View value) {
  const bool fits = std::ranges::none_of(value.string(), [](unsigned char c) { return c <= ' ' || c == 0x7f || c == '/'; });
  if (fits) return std::nullopt;
  return "A host name or an IP address is needed, without scheme and port";
}

}  // namespace

const Shape<DeviceAddress>& Describe<DeviceAddress>::shape() {
  static const auto shape = Shape<DeviceAddress>("MqttSettings")
                                .field("host", &DeviceAddress::host)
                                .field("port", &DeviceAddress::port)
                                .field("tls", &DeviceAddress::tls);
  return shape;
}

const Shape<MqttSettingsWrite>& Describe<MqttSettingsWrite>::shape() {
  static const auto shape =
      Shape<MqttSettingsWrite>("MqttSettingsWrite")
          .field("host", &MqttSettingsWrite::host, free_text(services::kLongestHost).check(find_bad_host).defaults(""))
          .field("port", &MqttSettingsWrite::port, integer(1, 65535).defaults(8883))
          .field("tls", &MqttSettingsWrite::tls, boolean().defaults(true));
  return shape;
}

const Shape<MqttReach>& Describe<MqttReach>::shape() {
  static const auto shape = Shape<MqttReach>("MqttReach")
                                .field("success", &MqttReach::success)
                                .field("message", &MqttReach::message)
                                .field("latency_ms", &MqttReach::latency_ms);
  return shape;
}

}  // namespace loomgate::json
