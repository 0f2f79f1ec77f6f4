// SPDX-License-Identifier: Apache-2.0
#include "daemon/services/auth.h"

#include <fmt/format.h>

#include <algorithm>

#include "daemon/base/error_codes.h"
#include "daemon/base/log.h"
#include "daemon/crypto/passwords.h"
#include "daemon/crypto/tokens.h"
#include "daemon/services/messages.h"
#include "daemon/store/accounts.h"
#include "daemon/store/audit.h"
#include "daemon/store/settings.h"
#include "plugin/base/digest.h"

namespace loomgate::services {
namespace {

constexpr std::size_t kSecretBytes = 48;
constexpr std::size_t kTokenIdBytes = 16;
constexpr ThrottleRule kPerSource{5, std::chrono::seconds(60)};
constexpr ThrottleRule kOverall{60, std::chrono::seconds(10)};
constexpr int kParallelKdf = 2;
constexpr int kWaitingKdf = 4;

// Verified for unknown user names, so that an answer takes as long as for the known one.
const std::string& decoy_record() {
  static const std::string record = fmt::format("pbkdf2_sha256${}${:0>32}${:0>64}", crypto::kPasswordIterations, 0, 0);
  return record;
}

Error rate_limited(std::chrono::seconds wait) {
  return Error(errors::kRateLimited, fmt::format("Too many attempts; try again in {} s", wait.count()),
               json::Json::object({{"retry_after", json::Json(static_cast<std::int64_t>(wait.count()))}}));
}

std::int64_t unix_seconds(Timestamp time) {
  return std::chrono::duration_cast<std::chrono::seconds>(time.time_since_epoch()).count();
}

Timestamp from_unix(std::int64_t seconds) {
  return Timestamp(std::chrono::seconds(seconds));
}

AuthState signed_in(Timestamp expires_at) {
  return {false, true, store::kAdminUsername, store::kAdminDisplayName, expires_at};
}

bool has_text(json::View claims, std::string_view name, std::string_view wanted) {
  const auto claim = claims.find(name);
  return claim && claim->is(json::Type::kString) && claim->string() == wanted;
}

bool permits_everything(json::View claims) {
  const auto list = claims.find("permissions");
  if (!list || !list->is(json::Type::kArray)) return false;
  const auto items = list->items();
  return std::ranges::any_of(items,
                             [](json::View item) { return item.is(json::Type::kString) && item.string() == "*"; });
}

// nullopt unless the token is a session of the administrator; expired ones are told apart.
std::optional<SessionPrincipal> read_session(std::string_view token, std::string_view secret, Timestamp now,
                                             bool& expired) {
  const auto check = crypto::check_token(token, secret, unix_seconds(now));
  expired = false;
  if (check.state == crypto::TokenState::kInvalid) return std::nullopt;
  const auto claims = check.claims.view();
  if (!has_text(claims, "kind", "session") || !has_text(claims, "sub", store::kAdminUsername) ||
      !permits_everything(claims)) {
    return std::nullopt;
  }
  const auto id = claims.find("jti");
  SessionPrincipal principal{store::kAdminUsername, id && id->is(json::Type::kString) ? std::string(id->string()) : "",
                             from_unix(claims.find("exp")->integer().value_or(0))};
  expired = check.state == crypto::TokenState::kExpired;
  if (expired) return std::nullopt;
  return principal;
}

domain::Actor admin_actor(const Caller& caller) {
  return {"admin", store::kAdminUsername, caller.request_id};
}

}  // namespace

struct AuthService::Lookup {
  store::AdminAccount account;
  std::string secret;  // empty: none yet
};

AuthService::AuthService(AuthOptions options, pg::Pool& pool, const crypto::Sealer& sealer, BootstrapCode& bootstrap,
                         Clock clock)
    : options_(options),
      pool_(pool),
      sealer_(sealer),
      bootstrap_(bootstrap),
      clock_(std::move(clock)),
      throttle_(kPerSource, kOverall),
      gate_(kParallelKdf, kWaitingKdf) {}

AuthService::Lookup AuthService::look_up() {
  Lookup found;
  {
    auto lease = pool_.acquire();
    found.account = store::read_admin(*lease);
  }
  if (found.account.sealed_token_secret) found.secret = open_secret(*found.account.sealed_token_secret);
  return found;
}

std::string AuthService::open_secret(const pg::Bytes& sealed) const {
  return sealer_.open({"settings", "sealed_value", store::kTokenSecretKey}, sealed);
}

bool AuthService::verify(std::string_view password, const std::string& record) {
  const auto pass = gate_.enter();
  if (!pass) throw rate_limited(std::chrono::seconds(1));
  return crypto::verify_password(password, record);
}

std::string AuthService::derive(std::string_view password) {
  const auto pass = gate_.enter();
  if (!pass) throw rate_limited(std::chrono::seconds(1));
  return crypto::hash_password(password);
}

void AuthService::refuse_if_throttled(const Caller& caller) {
  if (const auto wait = throttle_.wait_of(throttle_source(caller.address), clock_())) throw rate_limited(*wait);
}

void AuthService::fail(const Caller& caller, std::string_view what, std::string message) {
  throttle_.failed(throttle_source(caller.address), clock_());
  log(kLoginFailed, what, caller.address);
  throw Error(errors::kAuthFailed, std::move(message));
}

TokenSession AuthService::new_session(const std::string& secret) {
  const auto issued = unix_seconds(clock_());
  const auto expires = issued + std::chrono::seconds(options_.session_life).count();
  auto permissions = json::Json::array();
  permissions.push("*");
  const auto claims = json::Json::object({{"sub", store::kAdminUsername},
                                          {"iat", issued},
                                          {"exp", expires},
                                          {"jti", crypto::random_token(kTokenIdBytes)},
                                          {"kind", "session"},
                                          {"permissions", std::move(permissions)}});
  return {signed_in(from_unix(expires)), crypto::sign_token(claims, secret)};
}

std::string AuthService::rotate_secret(pg::Transaction& transaction) {
  auto secret = crypto::random_token(kSecretBytes);
  store::put_sealed_setting(transaction, sealer_, store::kTokenSecretKey, secret);
  return secret;
}

AuthState AuthService::state(std::optional<std::string_view> token) {
  const auto found = look_up();
  AuthState anonymous;
  anonymous.setup_required = !found.account.usable;
  if (anonymous.setup_required || !token || found.secret.empty()) return anonymous;
  bool expired = false;
  const auto principal = read_session(*token, found.secret, clock_(), expired);
  return principal && found.account.enabled ? signed_in(principal->expires_at) : anonymous;
}

SessionPrincipal AuthService::authenticate(std::optional<std::string_view> token) {
  const auto found = look_up();
  if (!found.account.usable)
    throw Error(errors::kAuthSetupRequired, "The administrator's password has not been set yet");
  if (!token || token->empty()) throw Error(errors::kAuthRequired, "Log in first");
  bool expired = false;
  const auto principal = found.secret.empty() ? std::nullopt : read_session(*token, found.secret, clock_(), expired);
  if (expired) throw Error(errors::kTokenExpired, "The session has expired");
  if (!principal || !found.account.enabled) throw Error(errors::kInvalidToken, "The session is not valid");
  return *principal;
}

std::optional<SessionPrincipal> AuthService::session(std::optional<std::string_view> token) {
  const auto secret = token && !token->empty() ? token_secret() : std::nullopt;
  if (!secret) return std::nullopt;
  bool expired = false;
  return read_session(*token, *secret, clock_(), expired);
}

std::optional<std::string> AuthService::token_secret() {
  auto found = look_up();
  if (!found.account.usable || !found.account.enabled || found.secret.empty()) return std::nullopt;
  return std::move(found.secret);
}

void AuthService::check_setup_right(const store::AdminAccount& account, std::string_view code, const Caller& caller) {
  const bool guarded = !options_.open_setup || !account.stored_hash.empty();
  if (!guarded || (caller.local && code.empty())) return;
  refuse_if_throttled(caller);
  bool right = false;
  {
    auto lease = pool_.acquire();
    right = bootstrap_.matches(*lease, code);
  }
  if (right) return;
  log(kSetupRefused, caller.address);
  fail(caller, "set-up", "Set-up from another machine needs the bootstrap code that the first start wrote to its log");
}

TokenSession AuthService::setup(std::string_view password, std::string_view locale, std::string_view bootstrap_code,
                                const Caller& caller) {
  const Error too_late(errors::kAuthAlreadyInitialized, "The administrator's password has been set already");
  const auto found = look_up();
  if (found.account.usable) throw too_late;
  check_setup_right(found.account, bootstrap_code, caller);
  const auto record = derive(password);
  const auto secret = pool_.transact([&](pg::Transaction& transaction) -> std::string {
    if (!store::replace_admin_password(transaction, record, found.account.stored_hash)) return "";
    store::put_setting(transaction, "ui_locale", locale);
    bootstrap_.forget(transaction);
    store::add_audit(transaction, admin_actor(caller), {"auth.setup", "", "", store::kAdminUsername, "Password set"});
    return rotate_secret(transaction);
  });
  if (secret.empty()) throw too_late;
  bootstrap_.remove_file();
  log(kSetUp, caller.address);
  return new_session(secret);
}

TokenSession AuthService::login(std::string_view username, std::string_view password, const Caller& caller) {
  const auto found = look_up();
  if (!found.account.usable)
    throw Error(errors::kAuthSetupRequired, "The administrator's password has not been set yet");
  refuse_if_throttled(caller);
  const bool known = username == store::kAdminUsername && found.account.enabled;
  const bool right = verify(password, known ? found.account.stored_hash : decoy_record());
  if (!known || !right) fail(caller, "a user", "Wrong user name or password");
  throttle_.succeeded(throttle_source(caller.address));
  const auto secret = pool_.transact([&](pg::Transaction& transaction) -> std::string {
    // The password may have been changed while this one was being hashed. Record and secret come from one statement, so a
    // session is only ever signed with the secret that belongs to the record that was verified.
    const auto now = store::read_admin(transaction.connection());
    if (!now.enabled || now.stored_hash != found.account.stored_hash) return "";
    store::add_audit(transaction, admin_actor(caller), {"auth.login", "", "", store::kAdminUsername, "Logged in"});
    if (now.sealed_token_secret) return open_secret(*now.sealed_token_secret);
    return store::keep_sealed_setting(transaction, sealer_, store::kTokenSecretKey, crypto::random_token(kSecretBytes));
  });
  if (secret.empty()) throw Error(errors::kAuthFailed, "Wrong user name or password");
  if (crypto::needs_rehash(found.account.stored_hash)) renew_record(password, found.account.stored_hash);
  return new_session(secret);
}

void AuthService::renew_record(std::string_view password, const std::string& stored) {
  const auto pass = gate_.enter();
  if (!pass) return;  // the next login will do it
  const auto record = crypto::hash_password(password);
  const bool renewed = pool_.transact(
      [&](pg::Transaction& transaction) { return store::replace_admin_password(transaction, record, stored); });
  if (renewed) log(kRehashed);
}

TokenSession AuthService::change_password(std::string_view current, std::string_view wanted, const Caller& caller) {
  const auto found = look_up();
  if (!found.account.usable)
    throw Error(errors::kAuthSetupRequired, "The administrator's password has not been set yet");
  refuse_if_throttled(caller);
  if (!verify(current, found.account.stored_hash)) fail(caller, "a password change", "The current password is wrong");
  if (current == wanted) throw Error(errors::kPasswordUnchanged, "The new password is the old one");
  const auto record = derive(wanted);
  const auto secret = pool_.transact([&](pg::Transaction& transaction) -> std::string {
    if (!store::replace_admin_password(transaction, record, found.account.stored_hash)) return "";
    store::add_audit(transaction, admin_actor(caller),
                     {"auth.password", "", "", store::kAdminUsername, "Password changed"});
    return rotate_secret(transaction);
  });
  if (secret.empty()) throw Error(errors::kAuthFailed, "The current password is wrong");
  log(kPasswordChanged, caller.address);
  return new_session(secret);
}

std::string AuthService::session_generation() {
  auto lease = pool_.acquire();
  const auto account = store::read_admin(*lease);
  if (!account.usable || !account.enabled || !account.sealed_token_secret) return {};
  return sha256_hex({reinterpret_cast<const char*>(account.sealed_token_secret->data()), account.sealed_token_secret->size()});
}

AuthState AuthService::reset() {
  pool_.transact([](pg::Transaction& transaction) {
    store::forget_admin(transaction);
    store::delete_setting(transaction, "ui_locale");
    store::delete_setting(transaction, "ui_theme_mode");
    store::add_audit(transaction, {"system", "development API", ""},
                     {"auth.reset", "", "", store::kAdminUsername, "Account reset"});
  });
  log(kAuthReset);
  return state(std::nullopt);
}

}  // namespace loomgate::services
