// SPDX-License-Identifier: Apache-2.0
// The administrator's account: set-up, login, sessions, password change (spec auth 1..5, 9). Sessions are signed
// tokens; the secret that signs them is sealed in `settings` and replaced at every password change, which ends all of
// them.
//
// Thread safe. Password derivations take some 0.2 s each; at most two run at once, and who would have to queue for long
// is turned away with RATE_LIMITED.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "daemon/base/time.h"
#include "daemon/crypto/sealer.h"
#include "daemon/services/auth_throttle.h"
#include "daemon/services/bootstrap.h"
#include "daemon/store/accounts.h"
#include "sql/pg/pool.h"

namespace loomgate::services {

struct AuthOptions {
  std::chrono::minutes session_life{1440};
  // True with a public origin: set-up is then open to whoever comes first, as the console expects. Otherwise it needs
  // to come from this machine or to bring the bootstrap code.
  bool open_setup = false;
};

// Where a request came from, as far as trust and throttling go.
struct Caller {
  std::string address;  // of the client
  bool local = false;   // from this machine, not through a proxy, and asked for by a loopback name
  std::string request_id;
};

struct AuthState {
  bool setup_required = false;
  bool authenticated = false;
  std::string username;  // empty: nobody
  std::string display_name;
  std::optional<Timestamp> expires_at;
};

struct TokenSession {
  AuthState state;
  std::string access_token;
};

// What a valid session token says.
struct SessionPrincipal {
  std::string subject;
  std::string token_id;
  Timestamp expires_at{};
};

class AuthService {
 public:
  // pool, sealer and bootstrap must outlive the service.
  AuthService(AuthOptions options, pg::Pool& pool, const crypto::Sealer& sealer, BootstrapCode& bootstrap,
              Clock clock = system_clock());

  // Never throws for a bad token: it is simply nobody's.
  AuthState state(std::optional<std::string_view> token);

  // AUTH_ALREADY_INITIALIZED; AUTH_FAILED when a bootstrap code is needed and missing or wrong; RATE_LIMITED. Of two at
  // once exactly one wins. Stores the console's locale and drops the bootstrap code.
  TokenSession setup(std::string_view password, std::string_view locale, std::string_view bootstrap_code,
                     const Caller& caller);

  // AUTH_SETUP_REQUIRED, AUTH_FAILED, RATE_LIMITED. Re-hashes a record whose cost is below today's.
  TokenSession login(std::string_view username, std::string_view password, const Caller& caller);

  // AUTH_FAILED, PASSWORD_UNCHANGED, AUTH_SETUP_REQUIRED, RATE_LIMITED. Ends every session; the answer is a new one.
  TokenSession change_password(std::string_view current, std::string_view wanted, const Caller& caller);

  // The access check of admin routes, in the contract's order: AUTH_SETUP_REQUIRED, AUTH_REQUIRED, INVALID_TOKEN,
  // TOKEN_EXPIRED.
  SessionPrincipal authenticate(std::optional<std::string_view> token);

  // Another text after every change that ends all sessions: what was opened under an older one must end, too.
  std::string session_generation();

  // The session that the token is, if it is a valid one. Never throws for a bad token.
  std::optional<SessionPrincipal> session(std::optional<std::string_view> token);

  // What signs sessions and download tokens; nullopt while nobody can log in.
  std::optional<std::string> token_secret();

  // Development API only: forgets account, secret and UI settings.
  AuthState reset();

 private:
  struct Lookup;
  Lookup look_up();
  std::string open_secret(const pg::Bytes& sealed) const;
  bool verify(std::string_view password, const std::string& record);
  std::string derive(std::string_view password);
  void refuse_if_throttled(const Caller& caller);
  // Counts the failure and throws AUTH_FAILED.
  [[noreturn]] void fail(const Caller& caller, std::string_view what, std::string message);
  void check_setup_right(const store::AdminAccount& account, std::string_view code, const Caller& caller);
  void renew_record(std::string_view password, const std::string& stored);
  TokenSession new_session(const std::string& secret);
  std::string rotate_secret(pg::Transaction& transaction);

  const AuthOptions options_;
  pg::Pool& pool_;
  const crypto::Sealer& sealer_;
  BootstrapCode& bootstrap_;
  const Clock clock_;
  Throttle throttle_;
  KdfGate gate_;
};

}  // namespace loomgate::services
