// SPDX-License-Identifier: Apache-2.0
#include "daemon/services/download_tokens.h"

#include <algorithm>

#include "daemon/base/error_codes.h"
#include "daemon/crypto/tokens.h"
#include "daemon/json/json.h"

namespace loomgate::services {
namespace {

constexpr std::size_t kTokenIdBytes = 16;

std::int64_t unix_seconds(Timestamp time) {
  return std::chrono::duration_cast<std::chrono::seconds>(time.time_since_epoch()).count();
}

std::string text_claim(json::View claims, std::string_view name) {
  const auto claim = claims.find(name);
  return claim && claim->is(json::Type::kString) ? std::string(claim->string()) : "";
}

bool permits(json::View claims, std::string_view permission) {
  const auto list = claims.find("permissions");
  if (!list || !list->is(json::Type::kArray)) return false;
  const auto items = list->items();
  return std::ranges::any_of(items, [&](json::View item) {
    return item.is(json::Type::kString) && item.string() == permission;
  });
}

void require_download(json::View claims, const DownloadScope& wanted) {
  const auto resource = claims.find("resource");
  if (text_claim(claims, "kind") != "download" || !permits(claims, wanted.permission) || !resource ||
      !resource->is(json::Type::kObject)) {
    throw Error(errors::kInvalidDownloadToken, "The token does not open downloads of this kind");
  }
  const bool fits = std::ranges::all_of(wanted.resource, [&](const auto& claim) {
    return text_claim(*resource, claim.first) == claim.second;
  });
  if (!fits) throw Error(errors::kDownloadTokenScopeMismatch, "The token belongs to another download");
}

}  // namespace

DownloadScope node_config_scope(std::string_view config_id, std::string_view node_id) {
  return {"config.node.download", {{"config_id", std::string(config_id)}, {"node_id", std::string(node_id)}}};
}

DownloadScope file_scope(std::string_view kind, std::string_view id) {
  const bool known = kind == kClientArtifactFile || kind == kConfigPackageFile || kind == kSnapshotFile;
  if (!known || id.find_first_not_of(" \t\r\n") == std::string_view::npos) {
    throw Error(errors::kInvalidDownloadResource, "There is no such kind of file, or the id is empty");
  }
  return {"file.download", {{"kind", std::string(kind)}, {"resource_id", std::string(id)}}};
}

DownloadToken DownloadTokenService::mint(const DownloadScope& scope, std::string_view subject) {
  const auto issued = unix_seconds(clock_());
  const auto expires = issued + std::chrono::seconds(life_).count();
  auto permissions = json::Json::array();
  permissions.push(scope.permission);
  auto resource = json::Json::object();
  for (const auto& [name, value] : scope.resource) resource.append(name, value);
  const auto claims = json::Json::object({{"sub", subject},
                                          {"iat", issued},
                                          {"exp", expires},
                                          {"jti", crypto::random_token(kTokenIdBytes)},
                                          {"kind", "download"},
                                          {"permissions", std::move(permissions)},
                                          {"resource", std::move(resource)}});
  const auto secret = auth_.token_secret();
  if (!secret) throw Error(errors::kAuthSetupRequired, "The administrator's password has not been set yet");
  return {crypto::sign_token(claims, *secret), Timestamp(std::chrono::seconds(expires))};
}

DownloadPrincipal DownloadTokenService::check(std::optional<std::string_view> token, const DownloadScope& wanted) {
  if (!token || token->empty()) throw Error(errors::kDownloadTokenRequired, "This download needs a token or a session");
  const auto secret = auth_.token_secret();
  const auto check = secret ? crypto::check_token(*token, *secret, unix_seconds(clock_())) : crypto::TokenCheck{};
  if (check.state == crypto::TokenState::kInvalid) throw Error(errors::kInvalidToken, "The download token is not valid");
  if (check.state == crypto::TokenState::kExpired) throw Error(errors::kTokenExpired, "The download token has expired");
  const auto claims = check.claims.view();
  require_download(claims, wanted);
  return {text_claim(claims, "sub"), text_claim(claims, "jti"),
          Timestamp(std::chrono::seconds(claims.find("exp")->integer().value_or(0)))};
}

}  // namespace loomgate::services
