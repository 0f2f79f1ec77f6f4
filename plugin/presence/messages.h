// SPDX-License-Identifier: Apache-2.0
// What the presence writer tells the operator.
#pragma once

#include "plugin/base/message.h"

namespace loomgate::presence {

inline const Message kWriting{"LG-PLG-201", Level::kInfo, "sessions are recorded as broker '{}', boot {}",
                              "loomgated sees devices come and go from these rows."};
inline const Message kNotWriting{
    "LG-PLG-202", Level::kWarning, "sessions cannot be recorded: {}",
    "What changes meanwhile is kept and written when the database is back; presence in the console "
    "may be behind until then. Check that PostgreSQL is up and that role loomgate_broker has its grants."};
inline const Message kNotOurRow{"LG-PLG-203", Level::kError,
                                "the row of broker '{}' was taken over or removed; registering again",
                                "Two brokers must not have the same broker_id: give each its own."};

}  // namespace loomgate::presence
