// SPDX-License-Identifier: Apache-2.0
// What a conversation expects (words in capitals stand for something):
//
//   expect NAME presence online|dropped|offline
//   expect NAME tunnel running|stopped|unknown
//   expect NAME reason WORD                  why its presence is what it is: client-heartbeat, detect-timeout, ...
//   expect NAME session SESSION|nothing      the agent's session that the daemon believes in
//   expect NAME push N TEXT                  the next thing that it is sent is its N-th push, of this text
//   expect NAME control N start|stop         likewise
//   expect NAME info N wg_show
//   expect NAME detect N
//   expect NAME nothing                      it was sent nothing more
//   expect NAME outcome KIND N pending|acked|failed|timeout [TEXT]    of that command in the log, with this summary
//   expect NAME confirmed TEXT|nothing       the text that it is known to have
//   expect NAME logged EVENT N               so many events of this name stand in its log
//   expect dropped REASON N                  so many messages were counted under it since the start
//
// At its end a conversation must have spoken of everything that its devices were sent.
#pragma once

#include <string>

#include "tests/integration/agents_replay/script.h"
#include "tests/integration/agents_replay/world.h"

namespace loomgate::test {

// The words after "expect". Empty, or what is not so. Throws ScriptError.
std::string check(World& world, Words& words);
// What a device was sent and no line spoke of.
std::string check_end(World& world);

// The number-th of its kind; throws ScriptError when there is none.
const Sent& sent_to(const Device& device, const std::string& kind, int number);

}  // namespace loomgate::test
