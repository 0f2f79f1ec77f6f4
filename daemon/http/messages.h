// SPDX-License-Identifier: Apache-2.0
// What the HTTP server says to the operator.
#pragma once

#include "plugin/base/message.h"

namespace loomgate::http::messages {

inline const Message kListening{"LG-HTTP-001", Level::kInfo, "listening on {} port {}",
                                "Nothing to do. Point the browser or the reverse proxy here."};
inline const Message kAnswered{"LG-HTTP-002", Level::kDebug, "{} {} {} {} ms from {} request {}",
                               "One line per answered request: method, path, status, duration, client, request id."};
inline const Message kFault{"LG-HTTP-003", Level::kError, "request {} ({} {}) failed inside: {}",
                            "The client got INTERNAL_ERROR with this request id. Report it with the lines around it."};
inline const Message kOverloaded{
    "LG-HTTP-004", Level::kWarning, "all workers are busy and the queue is full: answering 503",
    "Logged once until the queue has room again. Give the daemon more workers, or find out what is slow."};
inline const Message kStopping{"LG-HTTP-005", Level::kInfo, "stopping: {} requests running",
                               "Nothing to do. Running requests are answered first."};
inline const Message kStopTimedOut{"LG-HTTP-006", Level::kWarning,
                                   "stopping: {} answers were not taken by their clients in time",
                                   "Nothing to do. Their connections were closed."};
inline const Message kLibrary{"LG-HTTP-007", Level::kDebug, "libmicrohttpd: {}",
                              "Mostly clients that break off or send what is not HTTP."};

}  // namespace loomgate::http::messages
