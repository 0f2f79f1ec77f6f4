// SPDX-License-Identifier: Apache-2.0
// The C border: translate arguments and return codes, let nothing out, fail closed.
#include <array>
#include <exception>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "plugin/mosquitto/broker_api.h"
#include "plugin/mosquitto/messages.h"
#include "plugin/mosquitto/plugin.h"

namespace loomgate::plugin {
namespace {

struct Subscription {
  int event;
  MOSQ_FUNC_generic_callback callback;
  bool optional;  // newer than 2.0
};

struct Loaded {
  mosquitto_plugin_id_t* identifier;
  std::unique_ptr<Plugin> plugin;
  std::vector<Subscription> subscribed;

  ~Loaded() {
    for (const Subscription& subscription : subscribed) {
      mosquitto_callback_unregister(identifier, subscription.event, subscription.callback, nullptr);
    }
  }
};

// No exception may cross into the broker; what failed is answered with `on_failure`.
template <typename Work>
int guarded(void* user_data, int on_failure, Work work) noexcept {
  Plugin* plugin = static_cast<Loaded*>(user_data)->plugin.get();
  try {
    return work(*plugin);
  } catch (const std::exception& error) {
    plugin->failed(error.what());
  } catch (...) {
    plugin->failed("an exception of unknown type");
  }
  return on_failure;
}

access::Action action_of(int access) {
  switch (access) {
    case MOSQ_ACL_WRITE:
      return access::Action::kPublish;
    case MOSQ_ACL_SUBSCRIBE:
      return access::Action::kSubscribe;
    case MOSQ_ACL_UNSUBSCRIBE:
      return access::Action::kUnsubscribe;
    default:
      return access::Action::kRead;
  }
}

int on_basic_auth(int, void* event_data, void* user_data) {
  return guarded(user_data, MOSQ_ERR_AUTH, [event_data](Plugin& plugin) {
    const auto* event = static_cast<const mosquitto_evt_basic_auth*>(event_data);
    return plugin.login(event->client, text_or_empty(event->username),
                        text_or_empty(mosquitto_client_id(event->client)), password_of(*event));
  });
}

int on_acl_check(int, void* event_data, void* user_data) {
  return guarded(user_data, MOSQ_ERR_ACL_DENIED, [event_data](Plugin& plugin) {
    const auto* event = static_cast<const mosquitto_evt_acl_check*>(event_data);
    return plugin.check_access(event->client, text_or_empty(mosquitto_client_username(event->client)),
                               text_or_empty(mosquitto_client_id(event->client)), event->access,
                               {action_of(event->access), text_or_empty(event->topic), event->qos, event->retain});
  });
}

int on_connect(int, void* event_data, void* user_data) {
  return guarded(user_data, MOSQ_ERR_SUCCESS, [event_data](Plugin& plugin) {
    auto* client = static_cast<const ClientEvent*>(event_data)->client;
    plugin.connected(client, text_or_empty(mosquitto_client_username(client)),
                     text_or_empty(mosquitto_client_id(client)));
    return MOSQ_ERR_SUCCESS;
  });
}

// DISCONNECT, and CLIENT_OFFLINE of 2.1, which has the same members.
int on_disconnect(int, void* event_data, void* user_data) {
  return guarded(user_data, MOSQ_ERR_SUCCESS, [event_data](Plugin& plugin) {
    const auto* event = static_cast<const mosquitto_evt_disconnect*>(event_data);
    plugin.disconnected(event->client, event->reason);
    return MOSQ_ERR_SUCCESS;
  });
}

int on_tick(int, void*, void* user_data) {
  return guarded(user_data, MOSQ_ERR_SUCCESS, [](Plugin& plugin) {
    plugin.tick();
    return MOSQ_ERR_SUCCESS;
  });
}

// 2.1 ends the broker when this is not a success.
int on_reload(int, void*, void* user_data) {
  return guarded(user_data, MOSQ_ERR_SUCCESS, [](Plugin& plugin) {
    plugin.reload();
    return MOSQ_ERR_SUCCESS;
  });
}

constexpr std::array kSubscriptions{
    Subscription{MOSQ_EVT_BASIC_AUTH, on_basic_auth, false}, Subscription{MOSQ_EVT_ACL_CHECK, on_acl_check, false},
    Subscription{MOSQ_EVT_DISCONNECT, on_disconnect, false}, Subscription{MOSQ_EVT_TICK, on_tick, false},
    Subscription{MOSQ_EVT_RELOAD, on_reload, false},         Subscription{kEventConnect, on_connect, true},
    Subscription{kEventClientOffline, on_disconnect, true},
};

// Throws with a sentence. True when the broker tells accepted logins.
bool subscribe(Loaded& loaded) {
  bool tells_connects = false;
  for (const Subscription& subscription : kSubscriptions) {
    const int answer =
        mosquitto_callback_register(loaded.identifier, subscription.event, subscription.callback, nullptr, &loaded);
    if (answer == MOSQ_ERR_SUCCESS) {
      loaded.subscribed.push_back(subscription);
      tells_connects = tells_connects || subscription.event == kEventConnect;
    } else if (!subscription.optional) {
      throw std::runtime_error("the broker refused event " + std::to_string(subscription.event) +
                               "; is the plugin loaded twice?");
    }
  }
  return tells_connects;
}

OptionPairs pairs_of(const mosquitto_opt* options, int count) {
  OptionPairs pairs;
  for (int i = 0; i < count; ++i) pairs.emplace_back(text_or_empty(options[i].key), text_or_empty(options[i].value));
  return pairs;
}

std::unique_ptr<Loaded> load(mosquitto_plugin_id_t* identifier, const OptionPairs& given) {
  auto options = load_options(given);
  if (const auto* error = std::get_if<OptionError>(&options)) throw std::runtime_error(error->sentence);
  auto plugin = std::make_unique<Plugin>(std::get<Options>(std::move(options)), given);
  auto loaded = std::unique_ptr<Loaded>(new Loaded{identifier, std::move(plugin), {}});
  loaded->plugin->start(subscribe(*loaded));
  return loaded;
}

void explain(const char* sentence) {
  const std::string text = fmt::format(fmt::runtime(kBadOptions.text), sentence);
  mosquitto_log_printf(MOSQ_LOG_ERR, "%s %s", kBadOptions.id, text.c_str());
}

}  // namespace
}  // namespace loomgate::plugin

extern "C" {

__attribute__((visibility("default"))) int mosquitto_plugin_version(int supported_version_count,
                                                                    const int* supported_versions) {
  for (int i = 0; i < supported_version_count; ++i) {
    if (supported_versions[i] == MOSQ_PLUGIN_VERSION) return MOSQ_PLUGIN_VERSION;
  }
  return -1;
}

__attribute__((visibility("default"))) int mosquitto_plugin_init(mosquitto_plugin_id_t* identifier, void** user_data,
                                                                 struct mosquitto_opt* options, int option_count) {
  using namespace loomgate::plugin;
  try {
    *user_data = load(identifier, pairs_of(options, option_count)).release();
    return MOSQ_ERR_SUCCESS;
  } catch (const std::exception& error) {
    explain(error.what());
  } catch (...) {
    explain("of an unknown failure");
  }
  *user_data = nullptr;
  return MOSQ_ERR_UNKNOWN;
}

__attribute__((visibility("default"))) int mosquitto_plugin_cleanup(void* user_data, struct mosquitto_opt*, int) {
  using namespace loomgate::plugin;
  try {
    delete static_cast<Loaded*>(user_data);
  } catch (...) {
  }
  return MOSQ_ERR_SUCCESS;
}
}
