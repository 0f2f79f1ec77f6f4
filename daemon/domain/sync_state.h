// SPDX-License-Identifier: Apache-2.0
// Desired, staged and confirmed: how versions move and what the three layers are called (spec domain 8.2 to 8.4).
#pragma once

#include <string>
#include <string_view>

namespace loomgate::domain {

struct Layer {
  std::string sha256;  // empty: nothing there yet
  int version = 0;

  bool operator==(const Layer&) const = default;
};

// After rendering a text with this hash: the version grows by one exactly when the hash changed.
Layer next_desired(const Layer& stored, std::string_view sha256);
// Staging by refresh (auto_sync on and topology valid). Never moves a version back.
Layer auto_staged(const Layer& staged, const Layer& desired);
// Staging a text typed by hand: always a new version.
Layer saved_layer(const Layer& staged, const Layer& desired, std::string_view sha256);
// Staging the current preview on request: a new version only for a new text.
Layer synced_layer(const Layer& staged, const Layer& desired, std::string_view sha256);

// SyncStatus.status and server_apply_status: empty, in_sync, staged_outdated, pending.
const char* apply_status(std::string_view desired_sha256, std::string_view staged_sha256);
// What an enabled node's runtime row stores: in_sync or pending.
const char* config_sync_state(std::string_view desired_sha256, std::string_view staged_sha256);
// latest or pending.
const char* wg_config_version_state(bool effectively_dynamic, std::string_view confirmed_sha256,
                                    std::string_view staged_sha256);

}  // namespace loomgate::domain
