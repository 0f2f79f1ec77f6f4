// SPDX-License-Identifier: Apache-2.0
#include "daemon/services/ui_settings.h"

#include "daemon/store/audit.h"
#include "daemon/store/settings.h"

namespace loomgate::services {
namespace {

constexpr const char* kLocale = "ui_locale";
constexpr const char* kTheme = "ui_theme_mode";

}  // namespace

UiSettings UiSettingsService::get() {
  auto lease = pool_.acquire();
  UiSettings found;
  found.locale = store::find_setting(*lease, kLocale).value_or(found.locale);
  found.theme_mode = store::find_setting(*lease, kTheme).value_or(found.theme_mode);
  return found;
}

UiSettings UiSettingsService::put(const UiSettings& wanted, const domain::Actor& actor) {
  pool_.transact([&](pg::Transaction& transaction) {
    store::put_setting(transaction, kLocale, wanted.locale);
    store::put_setting(transaction, kTheme, wanted.theme_mode);
    store::add_audit(transaction, actor, {"settings.ui", "", "", "ui", wanted.locale + ", " + wanted.theme_mode});
  });
  return wanted;
}

}  // namespace loomgate::services
