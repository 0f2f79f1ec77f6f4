// SPDX-License-Identifier: Apache-2.0
// Log lines of the use cases.
#pragma once

#include "plugin/base/message.h"

namespace loomgate::services {

inline const Message kLoginFailed{"LG-AUTH-001", Level::kWarning, "login of {} from {} failed",
    "Somebody gave a wrong user name or password. Repeated failures of one source are slowed down by themselves."};
inline const Message kSetUp{"LG-AUTH-002", Level::kInfo, "the administrator's password was set from {}",
    "Set-up is over. If it was not you, stop the daemon and look who reached it."};
inline const Message kPasswordChanged{"LG-AUTH-003", Level::kInfo, "the administrator's password was changed from {}",
    "Every earlier session and download link has ended."};
inline const Message kSetupRefused{"LG-AUTH-004", Level::kWarning, "set-up from {} refused: bootstrap code missing or wrong",
    "Set-up from another machine needs the code that the first start logged and wrote to LOOMGATE_BOOTSTRAP_FILE."};
inline const Message kRehashed{"LG-AUTH-005", Level::kInfo, "the stored password record was renewed at login",
    "Nothing to do: it came from an older system and is now as costly to guess as new ones."};
inline const Message kAuthReset{"LG-AUTH-006", Level::kWarning, "the administrator's account was reset through the development API",
    "Switch WFM_ENABLE_DEV_TEST_API off where this is not wanted."};
inline const Message kBindFailed{"LG-BIND-001", Level::kInfo, "bind from {} refused: {}",
    "A device came with a token that cannot be used. Make a new bind command for it."};
inline const Message kBound{"LG-BIND-002", Level::kInfo, "node {} bound to {} ({})",
    "The device has new MQTT credentials; an older connection of the node is ended by the broker."};
inline const Message kNotTidied{"LG-KEEP-001", Level::kWarning, "old rows were not dropped: {}",
    "It is tried again every minute. Until it works audit_log, changes and other tables of the past keep growing."};

}  // namespace loomgate::services
