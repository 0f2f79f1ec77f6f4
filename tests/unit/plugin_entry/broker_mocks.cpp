// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/plugin_entry/broker_mocks.h"

#include <array>
#include <cstdarg>
#include <cstdio>

#include "tests/harness/cmocka_compat.h"

namespace loomgate::plugin_entry_tests {

Broker& broker() {
  static Broker instance;
  return instance;
}

bool Broker::logged(const std::string& text) const {
  for (const std::string& line : log) {
    if (line.find(text) != std::string::npos) return true;
  }
  return false;
}

}  // namespace loomgate::plugin_entry_tests

using loomgate::plugin_entry_tests::broker;

extern "C" {

int mosquitto_callback_register(mosquitto_plugin_id_t*, int event, MOSQ_FUNC_generic_callback cb_func, const void*,
                                void* userdata) {
  check_expected(event);
  const int answer = mock_type(int);
  if (answer == MOSQ_ERR_SUCCESS) broker().callbacks[event] = cb_func;
  broker().user_data = userdata;
  return answer;
}

int mosquitto_callback_unregister(mosquitto_plugin_id_t*, int event, MOSQ_FUNC_generic_callback, const void*) {
  check_expected(event);
  broker().callbacks.erase(event);
  return MOSQ_ERR_SUCCESS;
}

int mosquitto_kick_client_by_clientid(const char* clientid, bool with_will) {
  check_expected(clientid);
  check_expected(with_will);
  return MOSQ_ERR_SUCCESS;
}

int mosquitto_broker_publish_copy(const char*, const char* topic, int payloadlen, const void* payload, int qos,
                                  bool retain, mosquitto_property*) {
  if (broker().publishing_throws) throw 42;
  EXPECT_EQ(qos, 0);
  EXPECT_TRUE(retain);
  broker().published[topic] = std::string(static_cast<const char*>(payload), static_cast<std::size_t>(payloadlen));
  return MOSQ_ERR_SUCCESS;
}

void mosquitto_log_printf(int, const char* fmt, ...) {
  std::array<char, 1024> line{};
  va_list arguments;
  va_start(arguments, fmt);
  std::vsnprintf(line.data(), line.size(), fmt, arguments);
  va_end(arguments);
  broker().log.emplace_back(line.data());
}

const char* mosquitto_client_id(const struct mosquitto* client) {
  if (client->throws) throw std::runtime_error("the accessor failed");
  return client->id;
}
const char* mosquitto_client_username(const struct mosquitto* client) {
  if (client->throws) throw 7;
  return client->username;
}
const char* mosquitto_client_address(const struct mosquitto* client) {
  return client->address;
}
}
