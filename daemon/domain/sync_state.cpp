// SPDX-License-Identifier: Apache-2.0
#include "daemon/domain/sync_state.h"

#include <algorithm>

namespace loomgate::domain {

Layer next_desired(const Layer& stored, std::string_view sha256) {
  if (stored.sha256 == sha256) return stored;
  return {.sha256 = std::string(sha256), .version = stored.version + 1};
}

Layer auto_staged(const Layer& staged, const Layer& desired) {
  const int least = staged.version + (staged.sha256 == desired.sha256 ? 0 : 1);
  return {.sha256 = desired.sha256, .version = std::max(desired.version, least)};
}

Layer saved_layer(const Layer& staged, const Layer& desired, std::string_view sha256) {
  return {.sha256 = std::string(sha256), .version = std::max(staged.version, desired.version) + 1};
}

Layer synced_layer(const Layer& staged, const Layer& desired, std::string_view sha256) {
  if (staged.sha256 == sha256) return staged;
  return saved_layer(staged, desired, sha256);
}

const char* apply_status(std::string_view desired_sha256, std::string_view staged_sha256) {
  if (desired_sha256.empty()) return "empty";
  if (staged_sha256 == desired_sha256) return "in_sync";
  return staged_sha256.empty() ? "pending" : "staged_outdated";
}

const char* config_sync_state(std::string_view desired_sha256, std::string_view staged_sha256) {
  return !desired_sha256.empty() && staged_sha256 == desired_sha256 ? "in_sync" : "pending";
}

const char* wg_config_version_state(bool effectively_dynamic, std::string_view confirmed_sha256,
                                    std::string_view staged_sha256) {
  if (!effectively_dynamic) return "latest";
  return !confirmed_sha256.empty() && confirmed_sha256 == staged_sha256 ? "latest" : "pending";
}

}  // namespace loomgate::domain
