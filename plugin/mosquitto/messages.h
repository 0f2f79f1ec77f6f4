// SPDX-License-Identifier: Apache-2.0
// What the plugin itself tells the operator.
#pragma once

#include "plugin/base/message.h"

namespace loomgate::plugin {

inline const Message kStarted{"LG-PLG-001", Level::kInfo, "loomgate plugin {} started as broker '{}'",
                              "The plugin is loaded and answers for usernames node_... and wfm-server-..."};
inline const Message kBadOptions{
    "LG-PLG-002", Level::kError, "loomgate plugin not started: {}",
    "The broker does not start. Correct the plugin_opt_ line, or the key of the config_file, that the "
    "sentence names."};
inline const Message kRefusals{
    "LG-PLG-003", Level::kInfo, "refused {} login(s) in the last {} s; the last: '{}', {}",
    "Devices that were unbound, disabled or bound again elsewhere knock every 5 s; this is harmless. "
    "A wrong client id or many unknown names may be an attack."};
inline const Message kKicked{"LG-PLG-004", Level::kInfo, "ended {} session(s) whose access was revoked or renewed",
                             "Follows a reset, disable, delete, re-bind or the switching off of MQTT services."};
inline const Message kReloaded{"LG-PLG-005", Level::kInfo, "config_file {} read again", "Follows SIGHUP."};
inline const Message kReloadRefused{"LG-PLG-006", Level::kError, "config_file not read again, the old values stay: {}",
                                    "Correct the file and send SIGHUP again."};
inline const Message kCallbackFailed{
    "LG-PLG-007", Level::kError, "a callback failed and was answered with a refusal: {}",
    "A defect of the plugin or out of memory; please report it with the lines before it."};
inline const Message kNoTick{
    "LG-PLG-008", Level::kError, "the broker does not tick: revoked sessions cannot be ended",
    "Mosquitto 2.0 never ticks under per_listener_settings true. Set it to false, which is the default."};
inline const Message kStale{"LG-PLG-009", Level::kError,
                            "no contact with the database for {} s: new logins are refused",
                            "Sessions that are open stay. The limit is option stale_seconds."};
inline const Message kFresh{"LG-PLG-010", Level::kInfo, "the database is back: logins are accepted again",
                            "Nothing to do."};

}  // namespace loomgate::plugin
