// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sql/pg/statement.h"

namespace loomgate::store {

// Reading
extern const pg::Statement kControlLogs;
extern const pg::Statement kControlLogById;
// Making
extern const pg::Statement kEnqueueControl;
extern const pg::Statement kEnqueuePushes;
extern const pg::Statement kStagedOfNode;
extern const pg::Statement kTakeOverWaitingPush;
extern const pg::Statement kSupersedePush;
extern const pg::Statement kInsertPush;
extern const pg::Statement kTrimCommands;
// Answering
extern const pg::Statement kLockCommands;
extern const pg::Statement kCloseCommand;
extern const pg::Statement kRestartDeadline;
extern const pg::Statement kConfirmPush;
extern const pg::Statement kAttachOutput;
// Sending
extern const pg::Statement kMarkSent;
extern const pg::Statement kFailCommands;
extern const pg::Statement kStartDeadlines;
extern const pg::Statement kExpireCommands;
extern const pg::Statement kFailUnsentControls;
extern const pg::Statement kFailLostCommands;
extern const pg::Statement kDropDeliveries;
extern const pg::Statement kDropCommands;

}  // namespace loomgate::store
