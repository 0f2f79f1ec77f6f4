// SPDX-License-Identifier: Apache-2.0
// The one table of settings. Everything that knows a setting's name reads it from here.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "daemon/app/settings.h"

namespace loomgate::app {

enum class Kind { kText, kBool, kInteger, kList, kUrl, kPath, kSecret };

struct SettingSpec {
  const char* section;
  const char* name;
  Kind kind;
  const char* standard;  // the default as it would be typed; empty: none
  // Puts a value into the settings; returns why it cannot be used, or an empty text. Null: accepted and not used here.
  std::string (*apply)(const SettingSpec& spec, std::string_view text, Settings& settings);
  const char* help;
  long least = 0;  // whole numbers
  long most = 0;
};

std::span<const SettingSpec> setting_table();

// Names of the past that are told apart from typing errors: why they do nothing now.
struct OldName {
  const char* name;
  const char* reason;
};
std::span<const OldName> old_names();

}  // namespace loomgate::app
