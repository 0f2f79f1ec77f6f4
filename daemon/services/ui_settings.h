// SPDX-License-Identifier: Apache-2.0
// The console's preferences (spec http-api 4.9, 6.8): language and colour scheme, kept in `settings`.
#pragma once

#include <string>

#include "daemon/domain/entities.h"
#include "sql/pg/pool.h"

namespace loomgate::services {

struct UiSettings {
  std::string locale = "zh-CN";       // zh-CN, en-US
  std::string theme_mode = "system";  // system, light, dark
};

class UiSettingsService {
 public:
  explicit UiSettingsService(pg::Pool& pool) : pool_(pool) {}
  UiSettings get();
  // The caller has checked the values.
  UiSettings put(const UiSettings& wanted, const domain::Actor& actor);

 private:
  pg::Pool& pool_;
};

}  // namespace loomgate::services
