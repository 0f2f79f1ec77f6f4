// SPDX-License-Identifier: Apache-2.0
// Log lines of the conversation with agents.
#pragma once

#include "plugin/base/message.h"

namespace loomgate::agents {

inline const Message kConnected{
    "LG-MQTT-001", Level::kInfo, "connected to the broker {}:{} as {} ({})",
    "The MQTT session is up. \"continued\" means that the broker had kept messages for us."};
inline const Message kDisconnected{"LG-MQTT-002", Level::kWarning, "no connection to the broker {}:{}: {}",
                                   "The daemon keeps trying. Check that the broker runs, that WFM_MQTT_URL names it, "
                                   "and that its plugin reaches PostgreSQL."};
inline const Message kLeading{"LG-AGENT-001", Level::kInfo, "this daemon ({}) now leads the conversation with agents",
                              "One daemon of a deployment holds the MQTT session; the others stand by."};
inline const Message kNotLeading{
    "LG-AGENT-002", Level::kInfo, "this daemon ({}) no longer leads: {}",
    "Its database connection ended or the daemon stops. Another daemon takes over within seconds."};
inline const Message kDropped{"LG-AGENT-003", Level::kWarning, "{} messages of agents dropped since the last line: {}",
                              "Somebody sends what the contract does not allow. The counters in /metrics tell the "
                              "reasons; agents are not disturbed."};
inline const Message kBatchFailed{"LG-AGENT-004", Level::kWarning, "messages of agents could not be stored yet: {}",
                                  "Nothing is acknowledged, so the broker keeps them. Check PostgreSQL."};
inline const Message kMessageFailed{"LG-AGENT-005", Level::kError,
                                    "a message of node {} could not be handled and was dropped: {}",
                                    "The message is well formed, but its content could not be stored. Please report it."};
inline const Message kWorkFailed{
    "LG-AGENT-006", Level::kWarning, "work for agents is interrupted: {}",
    "Commands, deadlines and presence wait until PostgreSQL answers again; nothing is lost."};
inline const Message kParked{
    "LG-AGENT-007", Level::kError, "command {} for node {} was given up: {}",
    "The command failed and its outbox row stays parked. Look at the reason and send the command again."};
inline const Message kSilentBroker{
    "LG-AGENT-008", Level::kWarning, "{} sessions ended: their broker was not heard of for {} s",
    "A broker died or lost PostgreSQL. Its agents count as dropped until they speak again."};

}  // namespace loomgate::agents
