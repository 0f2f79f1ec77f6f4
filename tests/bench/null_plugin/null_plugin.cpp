// SPDX-License-Identifier: Apache-2.0
// A plugin that says yes to everything: what the broker's plugin interface costs by itself. For tests/bench only.
#include <initializer_list>
// The plugin headers of Mosquitto 2.0.11 need this order.
#include <mosquitto.h>
#include <mosquitto_broker.h>
#include <mosquitto_plugin.h>

namespace {

int yes(int /*event*/, void* /*event_data*/, void* /*userdata*/) { return MOSQ_ERR_SUCCESS; }

}  // namespace

extern "C" {

int mosquitto_plugin_version(int count, const int* versions) {
  for (int index = 0; index < count; ++index) {
    if (versions[index] == 5) return 5;
  }
  return -1;
}

int mosquitto_plugin_init(mosquitto_plugin_id_t* identifier, void** /*userdata*/, mosquitto_opt* /*options*/, int /*count*/) {
  for (const int event : {MOSQ_EVT_BASIC_AUTH, MOSQ_EVT_ACL_CHECK, MOSQ_EVT_DISCONNECT, MOSQ_EVT_TICK}) {
    const int result = mosquitto_callback_register(identifier, event, yes, nullptr, nullptr);
    if (result != MOSQ_ERR_SUCCESS) return result;
  }
  return MOSQ_ERR_SUCCESS;
}

int mosquitto_plugin_cleanup(void* /*userdata*/, mosquitto_opt* /*options*/, int /*count*/) { return MOSQ_ERR_SUCCESS; }
}
