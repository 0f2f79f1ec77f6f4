// SPDX-License-Identifier: Apache-2.0
// Links that work without a login for some minutes (spec auth 6, http-api 2.2): signed tokens bound to one node's config
// text or to one generated file. They may be used any number of times; a changed password ends them. Thread safe.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "daemon/base/time.h"
#include "daemon/services/auth.h"

namespace loomgate::services {

inline constexpr const char* kClientArtifactFile = "client_artifact";
inline constexpr const char* kConfigPackageFile = "config_bulk_package";
inline constexpr const char* kSnapshotFile = "snapshot_export";

// What one token opens: a permission, and claims that name the resource.
struct DownloadScope {
  std::string permission;
  std::vector<std::pair<std::string, std::string>> resource;
};

DownloadScope node_config_scope(std::string_view config_id, std::string_view node_id);
// INVALID_DOWNLOAD_RESOURCE for a kind that is none of the three, or a blank id.
DownloadScope file_scope(std::string_view kind, std::string_view id);

struct DownloadToken {
  std::string access_token;
  Timestamp expires_at{};
};

// Who holds a valid token.
struct DownloadPrincipal {
  std::string subject;
  std::string token_id;
  Timestamp expires_at{};
};

class DownloadTokenService {
 public:
  // auth must outlive the service; its secret signs the tokens.
  DownloadTokenService(std::chrono::minutes life, AuthService& auth, Clock clock = system_clock())
      : life_(life), auth_(auth), clock_(std::move(clock)) {}

  // `subject` is admin, or mcp:<token name>.
  DownloadToken mint(const DownloadScope& scope, std::string_view subject = "admin");

  // In this order: DOWNLOAD_TOKEN_REQUIRED, INVALID_TOKEN, TOKEN_EXPIRED, INVALID_DOWNLOAD_TOKEN,
  // DOWNLOAD_TOKEN_SCOPE_MISMATCH.
  DownloadPrincipal check(std::optional<std::string_view> token, const DownloadScope& wanted);

 private:
  const std::chrono::minutes life_;
  AuthService& auth_;
  const Clock clock_;
};

}  // namespace loomgate::services
