// SPDX-License-Identifier: Apache-2.0
// What the lines of a conversation do (words in capitals stand for something; [ ] may be left out).
//
//   device NAME                              a node, bound and enabled; lines below name it
//   clock +TIME                              time passes: everybody's, and the daemon works meanwhile
//   host clock +TIME | -TIME                 the daemon's host is set to another time of day
//   database clock +TIME | -TIME             the database's is
//   daemon restarts                          what it kept in memory is gone
//   broker silent | back                     its heartbeats; a broker is there until it falls silent
//   broker repeats                           the last message is delivered once more
//   link down | up                           the daemon's MQTT session; what is not acknowledged yet is lost
//   link holds | releases                    the broker's acknowledgements of what the daemon sends
//   console opens | closes                   somebody looks: devices are asked every two minutes
//   admin stages NAME TEXT                   a text for the device, offered as a service does
//   admin controls NAME start|stop|wg_show
//   admin asks NAME                          one detect
//   NAME session opens [TIME ago]            the broker accepted the device; a number each, from 1
//   NAME session [N] ends [reason R] [TIME ago]      N: the newest; R: -1, as Mosquitto 2.0 says
//   NAME[/SESSION] says SUFFIX PAYLOAD       an envelope with this payload, without a request id; SESSION names the
//                                            agent's session, none by default
//   NAME[/SESSION] answers [OTHER's] KIND N PAYLOAD  the answer to the N-th push, control, info or detect that the
//   device
//                                            (or another) was sent, on the topic of that kind
//   NAME[/SESSION] reports KIND N PAYLOAD    the event that goes before that answer
//   NAME sends SUFFIX TEXT                   a body as it stands; the TEXT `oversize` is one above 1 MiB
//   wire TOPIC TEXT                          any topic; {NAME} and {config} in it are ids
//   expect ...                               expectations.h
#pragma once

#include <string>

#include "tests/integration/agents_replay/world.h"

namespace loomgate::test {

// Does what one line says, or checks what it expects. Empty, or what is not as expected. Throws ScriptError.
std::string perform(World& world, const std::string& line);

}  // namespace loomgate::test
