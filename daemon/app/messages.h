// SPDX-License-Identifier: Apache-2.0
// Log lines of start and stop. docs/messages.md is generated from these and from those of the other rooms.
#pragma once

#include "plugin/base/message.h"

namespace loomgate::app {

inline const Message kStarting{"LG-APP-001", Level::kInfo, "loomgated {} starts; database {}, broker {}:{}",
                               "The effective settings are printed by `loomgated settings`."};
inline const Message kReady{"LG-APP-002", Level::kInfo, "ready: {}", "The HTTP server answers at this address."};
inline const Message kStopping{"LG-APP-003", Level::kInfo, "stopping on signal {}",
                               "Requests that run are finished first; devices keep their sessions at the broker."};
inline const Message kStopped{"LG-APP-004", Level::kInfo, "stopped", "Nothing to do."};
inline const Message kSettingWarning{"LG-APP-005", Level::kWarning, "setting: {}",
                                     "The daemon runs, but look at the setting that the line names."};
inline const Message kSettingNote{"LG-APP-006", Level::kInfo, "settings: {}", "For your information."};
inline const Message kMigrated{"LG-APP-007", Level::kInfo, "database schema brought from version {} to {}",
                               "Nothing to do. Every daemon on this database must be of this version now."};
inline const Message kWaitingForDatabase{
    "LG-APP-008", Level::kWarning, "the database cannot be reached yet: {}",
    "The start waits for up to a minute. Check WFM_DATABASE and that PostgreSQL runs."};
inline const Message kSetupCode{"LG-APP-009", Level::kWarning,
                                "no administrator password is set; bootstrap code: {} (also in {})",
                                "Open the page and set the password. From another machine the page asks for this code; "
                                "from this machine it does not."};
inline const Message kLevelChanged{"LG-APP-010", Level::kInfo, "log level is now {}",
                                   "SIGHUP read it from the settings."};
inline const Message kReloadFailed{"LG-APP-011", Level::kWarning, "SIGHUP: {}; the log level stays",
                                   "Repair the --env-file."};

}  // namespace loomgate::app
