// SPDX-License-Identifier: Apache-2.0
// Log lines of the event stream.
#pragma once

#include "plugin/base/message.h"

namespace loomgate::events {

inline const Message kFeedLost{"LG-EVENT-001", Level::kWarning, "the event stream has no database: {}",
                               "Browsers keep their last picture until PostgreSQL answers again; then they get what they "
                               "missed."};
inline const Message kSlowReader{"LG-EVENT-002", Level::kInfo, "{} slow event stream(s) ended",
                                 "Their browsers took fewer bytes than there was news; they reconnect and read anew."};

}  // namespace loomgate::events
