// SPDX-License-Identifier: Apache-2.0
// The MQTT account of the deployment's session (spec mqtt 16, 17). A deployment has one MQTT session, whoever leads:
// the name is made once and kept in the settings, so a new leader continues the session, with what the broker kept in
// it, where the old one stopped. The password is the leader's own: a new one locks the old leader out.
#pragma once

#include <string>
#include <string_view>

#include "sql/pg/transaction.h"

namespace loomgate::store {

// wfm-server-<12 hex digits>: username and client id. Made at the first call ever.
std::string service_account_name(pg::Transaction& transaction);
// Stores salt and hash of the password unless the account already has it, and touches the heartbeat. True when written
// anew.
bool keep_service_account(pg::Transaction& transaction, std::string_view name, std::string_view password);
// Accounts without a heartbeat for a day, left by deployments that were restored or renamed.
void drop_stale_service_accounts(pg::Transaction& transaction);

}  // namespace loomgate::store
