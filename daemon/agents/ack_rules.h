// SPDX-License-Identifier: Apache-2.0
// What an ACK does to the command it names (spec mqtt 7, domain 8.6). Pure.
//
// An ACK counts only for a command of its own node and config whose kind fits the topic. A command is closed by its
// first final answer. One that timed out, or was closed without an answer, takes a late answer; a late `applied`
// confirms what the device runs, unless a newer push of that node has been closed meanwhile and says better.
#pragma once

#include "daemon/agents/envelope.h"
#include "daemon/store/command_delivery.h"

namespace loomgate::agents {

enum class AckEffect {
  kForeign,  // another node's, another config's, or not that kind of command: changes nothing, counted
  kNone,     // answered already, or too late to matter
  kWait,     // accepted: stays open, its deadline starts again
  kAcked,
  kFailed,
  kConfirm,  // acked, and the device runs what was pushed
};

AckEffect judge_ack(const store::AskedCommand& command, const Upstream& ack);

}  // namespace loomgate::agents
