// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sql/pg/statement.h"

namespace loomgate::store {

extern const pg::Statement kNodeById;
extern const pg::Statement kNodesOfConfig;
extern const pg::Statement kNodesById;
extern const pg::Statement kEnabledPeers;
extern const pg::Statement kNodeIdsOfConfig;
extern const pg::Statement kNodesOnDefaultPort;
extern const pg::Statement kVirtualIps;
extern const pg::Statement kHoldersOfAddress;
extern const pg::Statement kInsertNode;
extern const pg::Statement kUpdateNode;
extern const pg::Statement kDeleteNode;
extern const pg::Statement kRegisterTags;
extern const pg::Statement kResetRuntime;
extern const pg::Statement kResetClient;
extern const pg::Statement kResetConfirmed;
extern const pg::Statement kResetPresence;
extern const pg::Statement kDropBindToken;
extern const pg::Statement kShowOffline;

}  // namespace loomgate::store
