// SPDX-License-Identifier: Apache-2.0
#include "plugin/access/credentials.h"

namespace loomgate::access {
namespace {

bool owns_client_id(std::string_view username, std::string_view client_id, NameClass names) {
  if (names == NameClass::kDevice) {
    if (!client_id.starts_with(kDeviceClientPrefix)) return false;
    client_id.remove_prefix(kDeviceClientPrefix.size());
  }
  return client_id == username;
}

}  // namespace

Login check_credentials(const AccessTable& table, std::string_view username, std::string_view client_id,
                        std::string_view password) {
  const NameClass names = classify_names(username, client_id);
  if (names == NameClass::kForeign) return {LoginResult::kNotOurs, nullptr};
  if (names == NameClass::kMalformed) return {LoginResult::kMalformed, nullptr};

  static const Principal nobody;
  const Principal* found = table.find(username);
  const Principal& principal = found != nullptr ? *found : nobody;
  const bool same = equal_constant_time(mqtt_password_hash(principal.salt, password), principal.hash);
  if (found == nullptr) return {LoginResult::kUnknown, nullptr};
  if (!same) return {LoginResult::kWrongPassword, nullptr};
  if (!owns_client_id(username, client_id, names)) return {LoginResult::kWrongClientId, nullptr};
  return {LoginResult::kAllowed, found};
}

}  // namespace loomgate::access
