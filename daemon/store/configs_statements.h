// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sql/pg/statement.h"

namespace loomgate::store {

extern const pg::Statement kAllConfigs;
extern const pg::Statement kConfigById;
extern const pg::Statement kLockConfig;
extern const pg::Statement kLockConfigOfNode;
extern const pg::Statement kLockConfigOfGroup;
extern const pg::Statement kLockConfigOfForward;
extern const pg::Statement kInsertConfig;
extern const pg::Statement kUpdateConfig;
extern const pg::Statement kDeleteConfig;
extern const pg::Statement kTouchConfig;
extern const pg::Statement kLockSwitchedConfigs;
extern const pg::Statement kForgetPreviousProtocols;

}  // namespace loomgate::store
