// SPDX-License-Identifier: Apache-2.0
#include "daemon/crypto/tokens.h"

#include <openssl/hmac.h>

#include "daemon/crypto/openssl.h"
#include "plugin/base/digest.h"

namespace loomgate::crypto {
namespace {

constexpr std::string_view kHeader = R"({"alg":"HS256","typ":"JWT"})";

std::string signature_of(std::string_view signed_part, std::string_view secret) {
  std::string mac(Sha256{}.size(), '\0');
  unsigned int size = 0;
  const auto* done = HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()), as_bytes(signed_part),
                          signed_part.size(), reinterpret_cast<std::uint8_t*>(mac.data()), &size);
  require(done != nullptr && size == mac.size(), "cannot sign a token");
  return base64url(mac);
}

bool is_same(std::string_view left, std::string_view right) {
  return equal_constant_time({as_bytes(left), left.size()}, {as_bytes(right), right.size()});
}

std::optional<json::Json> decoded_object(std::string_view part) {
  const auto text = from_base64url(part);
  if (!text) return std::nullopt;
  auto parsed = json::parse(*text);
  if (!parsed.value || !parsed.value->view().is(json::Type::kObject)) return std::nullopt;
  return std::move(parsed.value);
}

bool is_hs256(const json::Json& header) {
  const auto algorithm = header.view().find("alg");
  return algorithm && algorithm->is(json::Type::kString) && algorithm->string() == "HS256";
}

std::optional<std::int64_t> integer_claim(const json::Json& claims, std::string_view name) {
  const auto claim = claims.view().find(name);
  if (!claim || !claim->is(json::Type::kNumber)) return std::nullopt;
  return claim->integer();
}

}  // namespace

std::string sign_token(const json::Json& claims, std::string_view secret) {
  const std::string signed_part = base64url(kHeader) + '.' + base64url(claims.dump());
  return signed_part + '.' + signature_of(signed_part, secret);
}

TokenCheck check_token(std::string_view token, std::string_view secret, std::int64_t now_seconds) {
  const std::size_t first = token.find('.');
  if (first == std::string_view::npos) return {};
  const std::size_t second = token.find('.', first + 1);
  if (second == std::string_view::npos) return {};
  // A fourth part would be inside the signature text, which then cannot match.
  if (!is_same(signature_of(token.substr(0, second), secret), token.substr(second + 1))) return {};

  const auto header = decoded_object(token.substr(0, first));
  if (!header || !is_hs256(*header)) return {};
  auto claims = decoded_object(token.substr(first + 1, second - first - 1));
  if (!claims) return {};
  const auto expiry = integer_claim(*claims, "exp");
  if (!expiry) return {};
  return {.state = now_seconds < *expiry ? TokenState::kValid : TokenState::kExpired, .claims = std::move(*claims)};
}

}  // namespace loomgate::crypto
