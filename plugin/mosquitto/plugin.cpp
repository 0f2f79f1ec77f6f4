// SPDX-License-Identifier: Apache-2.0
#include "plugin/mosquitto/plugin.h"

#include <chrono>
#include <thread>

#include "plugin/base/digest.h"
#include "plugin/mosquitto/messages.h"

namespace loomgate::plugin {
namespace {

using namespace std::chrono_literals;
using access::LoginResult;
using replica::monotonic_ms;

// What one callback may spend on news; the rest waits for the next one.
constexpr std::size_t kChangesPerCallback = 2000;
constexpr std::int64_t kTickExpectedMs = 5000;
constexpr std::int64_t kFailureToldEveryMs = 10000;
// At shutdown: for the threads to write the last sessions.
constexpr auto kLastWords = 1500ms;

std::string random_boot_id() {
  std::array<std::uint8_t, 8> bytes{};
  random_bytes(bytes);
  return to_hex(bytes);
}

presence::BrokerIdentity identity_of(const Options& options) {
  return {.broker_id = options.broker_id,
          .boot_id = random_boot_id(),
          .broker_version = "",
          .plugin_version = LOOMGATE_VERSION};
}

replica::ReplicaOptions replica_options(const Options& options) {
  return {.conninfo = options.dsn, .cache_file = options.cache_file, .ping_interval = 3s};
}

}  // namespace

Plugin::Plugin(Options options, OptionPairs given)
    : options_(std::move(options)),
      given_(std::move(given)),
      sink_(log_.sink()),
      journal_(table_, queue_, journal_status_),
      limiter_(options_.lookup_rate),
      started_ms_(monotonic_ms()),
      waker_(options_.wake_signal),
      writer_(options_.dsn, identity_of(options_), queue_, journal_status_, sink_,
              [this] { return to_json(figures()); }),
      replica_(replica_options(options_), updates_, sink_,
               replica::TableOwner{.wake = [this] { waker_.wake(); }, .busy = [this] { return work_left_ > 0; }}) {
  apply_changes(SIZE_MAX);
}

void Plugin::start(bool tells_connects) {
  tells_connects_ = tells_connects;
  const SignalsBlocked blocked;
  // The broker does not tell its version; that it has the newer events does.
  writer_.start(tells_connects ? "2.1 or newer" : "2.0");
  replica_.start();
  loomgate::log(sink_, kStarted, LOOMGATE_VERSION, options_.broker_id);
  log_.flush();
}

Plugin::~Plugin() {
  if (writer_.status().connected) {
    const auto give_up = std::chrono::steady_clock::now() + kLastWords;
    while (!journal_.end_all() && std::chrono::steady_clock::now() < give_up) std::this_thread::sleep_for(1ms);
    writer_.finish(kLastWords);
  }
  log_.flush();
}

int Plugin::login(struct mosquitto* client, std::string_view username, std::string_view client_id,
                  std::string_view password) {
  take_news();
  const access::Login login = check_with_look_up(username, client_id, password);
  if (login.result == LoginResult::kNotOurs) {
    counters_.logins_deferred.add();
    return MOSQ_ERR_PLUGIN_DEFER;
  }
  if (login.result != LoginResult::kAllowed) return refuse(username, login.result);
  if (is_stale() && !(reloading_ && journal_.book().is_open(client, login.principal->key))) {
    counters_.refused_stale.add();
    summary_.refused(username, "no contact with the database for too long");
    return MOSQ_ERR_AUTH;
  }
  // A reload asks for sessions that exist, offline ones too: nobody logs in then.
  if (reloading_) return MOSQ_ERR_SUCCESS;
  counters_.logins_accepted.add();
  if (!tells_connects_) journal_.login(client, *login.principal, mosquitto_client_address(client));
  return MOSQ_ERR_SUCCESS;
}

access::Login Plugin::check_with_look_up(std::string_view username, std::string_view client_id,
                                         std::string_view password) {
  const access::Login login = access::check_credentials(table_, username, client_id, password);
  const replica::ReplicaStatus& status = replica_.status();
  if (login.result != LoginResult::kUnknown || !status.connected || !status.loaded) return login;
  const std::chrono::milliseconds now(monotonic_ms());
  if (!limiter_.may_ask(username, now)) {
    counters_.lookups_saved.add();
    return login;
  }
  counters_.lookups.add();
  const bool answered = replica_.look_up(std::string(username), options_.lookup_wait);
  apply_changes(SIZE_MAX);
  const access::Login second = access::check_credentials(table_, username, client_id, password);
  if (second.result != LoginResult::kUnknown) {
    counters_.lookups_found.add();
  } else if (answered) {
    limiter_.remember_missing(username, now);
  } else {
    counters_.lookups_timed_out.add();
    limiter_.back_off();
  }
  return second;
}

int Plugin::refuse(std::string_view username, LoginResult result) {
  switch (result) {
    case LoginResult::kUnknown:
      counters_.refused_unknown.add();
      summary_.refused(username, "nobody of that name may connect");
      break;
    case LoginResult::kWrongPassword:
      counters_.refused_password.add();
      summary_.refused(username, "wrong password");
      break;
    case LoginResult::kWrongClientId:
      counters_.refused_client_id.add();
      summary_.refused(username, "client id of somebody else");
      break;
    default:
      counters_.refused_malformed.add();
      summary_.refused(username, "malformed username or client id");
      break;
  }
  // The only refusal that 2.0 answers with a CONNACK; the same for every reason.
  return MOSQ_ERR_AUTH;
}

int Plugin::check_access(const struct mosquitto* client, std::string_view username, std::string_view client_id,
                         int access, const access::TopicRequest& request) {
  take_news();
  const bool known = access == MOSQ_ACL_READ || access == MOSQ_ACL_WRITE || access == MOSQ_ACL_SUBSCRIBE ||
                     access == MOSQ_ACL_UNSUBSCRIBE;
  switch (access::authorize(table_, username, client_id, request)) {
    case access::Verdict::kNotOurs:
      return MOSQ_ERR_PLUGIN_DEFER;
    case access::Verdict::kAllowed:
      // The will of a connection that the same device replaces. The device has not gone, so nobody is told that it has.
      if (access == MOSQ_ACL_WRITE && journal_.book().is_taken_over(client)) return MOSQ_ERR_ACL_DENIED;
      if (known) return MOSQ_ERR_SUCCESS;
      break;
    case access::Verdict::kDenied:
      break;
  }
  counters_.acl_denied.add();
  return MOSQ_ERR_ACL_DENIED;
}

void Plugin::connected(struct mosquitto* client, std::string_view username, std::string_view client_id) {
  // No news here: the answer must be the one that BASIC_AUTH gave a moment ago, or a revocation between the two would
  // leave a session that nobody ends.
  const access::Principal* principal = table_.find(username);
  if (principal != nullptr && table_.client_id_of(principal->key) == client_id) {
    journal_.login(client, *principal, mosquitto_client_address(client));
  }
}

void Plugin::disconnected(struct mosquitto* client, int reason) {
  journal_.logout(client, reason);
}

void Plugin::reload() {
  reloading_ = true;
  if (options_.config_file.empty()) return;
  auto loaded = load_options(given_);
  if (const auto* error = std::get_if<OptionError>(&loaded)) {
    loomgate::log(sink_, kReloadRefused, error->sentence);
    return;
  }
  const Options& fresh = std::get<Options>(loaded);
  options_.stale = fresh.stale;
  options_.lookup_wait = fresh.lookup_wait;
  options_.lookup_rate = fresh.lookup_rate;
  options_.counters_interval = fresh.counters_interval;
  limiter_.set_rate(options_.lookup_rate);
  loomgate::log(sink_, kReloaded, options_.config_file);
}

void Plugin::tick() {
  ticked_ = true;
  reloading_ = false;
  take_news();
  if (revocations_.waiting() > 0) end_revoked_sessions();
  journal_.tick();
  const std::int64_t now_ms = monotonic_ms();
  summary_.tell(sink_, now_ms);
  tell_staleness();
  if (options_.counters_interval > 0s &&
      now_ms - published_ms_ >= std::chrono::milliseconds(options_.counters_interval).count()) {
    publish_figures(now_ms);
  }
}

bool Plugin::is_stale() const {
  return options_.stale > 0s &&
         monotonic_ms() - replica_.status().confirmed_ms > std::chrono::milliseconds(options_.stale).count();
}

void Plugin::tell_staleness() {
  const bool stale = is_stale();
  if (stale == stale_told_) return;
  stale_told_ = stale;
  stale ? loomgate::log(sink_, kStale, options_.stale.count()) : loomgate::log(sink_, kFresh);
}

void Plugin::take_news() {
  if (!updates_.empty() || !backlog_.empty()) apply_changes(kChangesPerCallback);
  log_.flush();
  if (!ticked_) tell_missing_ticks();
}

void Plugin::tell_missing_ticks() {
  if (monotonic_ms() - started_ms_ < kTickExpectedMs) return;
  ticked_ = true;
  loomgate::log(sink_, kNoTick);
}

void Plugin::apply_changes(std::size_t most) {
  for (replica::AccessUpdate& update : updates_.take()) backlog_.push_back(std::move(update));
  for (std::size_t done = 0; done < most && !backlog_.empty(); done += replica::AccessUpdate::kMostChanges) {
    table_.reserve(backlog_.front().devices);
    for (const access::Change& change : backlog_.front().changes) {
      access::PrincipalKey key = 0;
      if (table_.apply(change, key)) revocations_.add(key);
    }
    backlog_.pop_front();
  }
  counters_.devices.set(table_.devices());
  counters_.daemons.set(table_.daemons());
  note_work_left();
}

void Plugin::note_work_left() {
  work_left_ = backlog_.size() + revocations_.waiting();
}

void Plugin::end_revoked_sessions() {
  const int ended = revocations_.end_sessions(table_, journal_.book());
  if (ended > 0) {
    counters_.sessions_ended.add(static_cast<std::uint64_t>(ended));
    summary_.ended_sessions(static_cast<std::uint64_t>(ended));
  }
  note_work_left();
}

std::vector<NamedValue> Plugin::figures() const {
  return all_figures(counters_, replica_.status(), journal_status_, writer_.status());
}

void Plugin::publish_figures(std::int64_t now_ms) {
  published_ms_ = now_ms;
  const std::vector<NamedValue> current = figures();
  const bool first_time = published_.size() != current.size();
  if (first_time) published_.resize(current.size());
  for (std::size_t i = 0; i < current.size(); ++i) {
    if (!first_time && published_[i] == current[i].value) continue;
    const std::string topic = std::string("$SYS/broker/loomgate/") + current[i].name;
    const std::string text = std::to_string(current[i].value);
    mosquitto_broker_publish_copy(nullptr, topic.c_str(), static_cast<int>(text.size()), text.data(), 0, true, nullptr);
    published_[i] = current[i].value;
  }
}

void Plugin::failed(const char* what) noexcept {
  counters_.callback_failures.add();
  const std::int64_t now_ms = monotonic_ms();
  if (failure_told_ms_ != 0 && now_ms - failure_told_ms_ < kFailureToldEveryMs) return;
  failure_told_ms_ = now_ms;
  try {
    loomgate::log(sink_, kCallbackFailed, what);
  } catch (...) {  // not even memory for a line; the counter tells
  }
}

}  // namespace loomgate::plugin
