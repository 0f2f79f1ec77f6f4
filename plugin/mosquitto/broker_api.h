// SPDX-License-Identifier: Apache-2.0
// Mosquitto's plugin API, 2.0.11 or 2.1, from one source. Events that 2.0 does not know are named here by number:
// registering them at run time is answered with MOSQ_ERR_NOT_SUPPORTED there.
#pragma once

#if __has_include(<mosquitto/broker.h>)
#include <mosquitto.h>
#include <mosquitto/broker.h>
#include <mosquitto/broker_plugin.h>
#else
// mosquitto_plugin.h needs mosquitto_broker.h before it.
// clang-format off
#include <mosquitto.h>
#include <mosquitto_broker.h>
#include <mosquitto_plugin.h>
// clang-format on
#endif

#include <string_view>

namespace loomgate::plugin {

inline constexpr int kEventConnect = 11;
inline constexpr int kEventClientOffline = 28;

inline std::string_view text_or_empty(const char* text) {
  return text != nullptr ? std::string_view(text) : std::string_view();
}

// 2.1 has a password length, 2.1.0-2.1.2 leave it zero, 2.0 has none: the length counts only when it is not zero.
template <typename Event>
std::string_view password_of(const Event& event) {
  if (event.password == nullptr) return {};
  if constexpr (requires { event.password_len; }) {
    if (event.password_len > 0) return {event.password, static_cast<std::size_t>(event.password_len)};
  }
  return event.password;
}

// The events of 2.1 begin like this, as those of 2.0 do.
struct ClientEvent {
  void* future;
  struct mosquitto* client;
};

}  // namespace loomgate::plugin
