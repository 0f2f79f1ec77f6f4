// SPDX-License-Identifier: Apache-2.0
// A plugin that says yes to everything: what the broker's plugin interface costs by itself; with the option `threads`
// also what it costs a broker that a plugin has threads at all, which only sleep. For tests/bench only.
#include <unistd.h>

#include <cstdlib>
#include <initializer_list>
#include <string_view>
#include <thread>
// The plugin headers of Mosquitto 2.0.11 need this order.
#include <mosquitto.h>
#include <mosquitto_broker.h>
#include <mosquitto_plugin.h>

#include "plugin/base/own_files.h"

namespace {

int yes(int /*event*/, void* /*event_data*/, void* /*userdata*/) {
  return MOSQ_ERR_SUCCESS;
}

void sleep_for_ever() {
  loomgate::use_own_files({});
  for (;;) ::pause();
}

}  // namespace

extern "C" {

int mosquitto_plugin_version(int count, const int* versions) {
  for (int index = 0; index < count; ++index) {
    if (versions[index] == 5) return 5;
  }
  return -1;
}

int mosquitto_plugin_init(mosquitto_plugin_id_t* identifier, void** /*userdata*/, mosquitto_opt* options, int count) {
  for (int index = 0; index < count; ++index) {
    if (std::string_view(options[index].key) != "threads") continue;
    for (int threads = std::atoi(options[index].value); threads > 0; --threads) std::thread(sleep_for_ever).detach();
  }
  for (const int event : {MOSQ_EVT_BASIC_AUTH, MOSQ_EVT_ACL_CHECK, MOSQ_EVT_DISCONNECT, MOSQ_EVT_TICK}) {
    const int result = mosquitto_callback_register(identifier, event, yes, nullptr, nullptr);
    if (result != MOSQ_ERR_SUCCESS) return result;
  }
  return MOSQ_ERR_SUCCESS;
}

int mosquitto_plugin_cleanup(void* /*userdata*/, mosquitto_opt* /*options*/, int /*count*/) {
  return MOSQ_ERR_SUCCESS;
}
}
