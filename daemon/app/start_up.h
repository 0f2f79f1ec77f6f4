// SPDX-License-Identifier: Apache-2.0
// What several sub-commands begin with.
#pragma once

#include <string>

#include "daemon/app/settings.h"
#include "daemon/crypto/sealer.h"
#include "sql/pg/connection.h"

namespace loomgate::app {

inline constexpr const char* kVersion = LOOMGATE_VERSION;

// Throws SettingsError. `env_file` empty: none.
LoadedSettings load_program_settings(const std::string& env_file);

pg::ConnectOptions database_options(const Settings& settings, const char* application_name);

// Makes the key file at the first start. Throws SettingsError that names the setting.
crypto::Sealer open_sealer(const Settings& settings);

}  // namespace loomgate::app
