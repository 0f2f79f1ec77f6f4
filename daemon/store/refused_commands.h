// SPDX-License-Identifier: Apache-2.0
// Commands that never left: an operator asked for one, and it could not even be queued (spec http-api 6.7). They stand in
// the log as failed, so that whoever looks at the node sees what was tried and why it did not work.
#pragma once

#include <string_view>

#include "sql/pg/transaction.h"

namespace loomgate::store {

// `reason` is a sentence for the operator. Writes the log row and its two changes.
void record_refused_command(pg::Transaction& transaction, std::string_view config_id, std::string_view node_id,
                            std::string_view action, std::string_view requested_by, std::string_view reason);

}  // namespace loomgate::store
