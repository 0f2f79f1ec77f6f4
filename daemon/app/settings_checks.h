// SPDX-License-Identifier: Apache-2.0
// Rules between settings (spec environment 6): adds warnings, throws SettingsError where the start must stop.
#pragma once

#include "daemon/app/settings.h"

namespace loomgate::app {

void check_together(LoadedSettings& loaded);

}  // namespace loomgate::app
