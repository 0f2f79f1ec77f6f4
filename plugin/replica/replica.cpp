// SPDX-License-Identifier: Apache-2.0
#include "plugin/replica/replica.h"

#include <time.h>

#include <algorithm>
#include <system_error>
#include <thread>

#include "plugin/base/own_files.h"
#include "plugin/replica/messages.h"
#include "plugin/replica/roster_cache.h"
#include "sql/pg/transaction.h"

namespace loomgate::replica {
namespace {

constexpr std::int64_t kSavePauseMs = 1000;

void count(std::atomic<std::uint64_t>& counter, std::uint64_t by = 1) {
  counter.fetch_add(by, std::memory_order_relaxed);
}

std::vector<std::string> split(const std::string& payload) {
  std::vector<std::string> words;
  for (std::size_t at = 0; at < payload.size();) {
    const std::size_t end = std::min(payload.find(' ', at), payload.size());
    if (end > at) words.push_back(payload.substr(at, end - at));
    at = end + 1;
  }
  return words;
}

}  // namespace

std::int64_t monotonic_ms() {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
  return std::int64_t{now.tv_sec} * 1000 + now.tv_nsec / 1000000;
}

Replica::Replica(ReplicaOptions options, Mailbox<AccessUpdate>& updates, LogSink log, TableOwner owner)
    : options_(std::move(options)), updates_(updates), log_(std::move(log)), owner_(std::move(owner)) {
  status_.confirmed_ms = monotonic_ms();
  if (!options_.cache_file.empty()) load_from_cache();
}

Replica::~Replica() {
  stopping_ = true;
}

void Replica::start() {
  pg::ConnectOptions connect;
  connect.conninfo = options_.conninfo;
  connect.application_name = options_.application_name;
  connect.statement_timeout = std::chrono::milliseconds(10000);
  const auto idle = std::min(options_.ping_interval, std::chrono::milliseconds(kSavePauseMs));
  listener_ = std::make_unique<pg::Listener>(
      connect, std::vector<std::string>{"loomgate_access"}, idle,
      pg::ListenerCallbacks{
          .on_start =
              [this](const std::vector<int>& files) {
                if (options_.own_files) use_own_files(files);
              },
          .on_connected = [this](pg::Connection& connection) { on_connected(connection); },
          .on_notified = [this](pg::Connection& connection,
                                const auto& notifications) { on_notified(connection, notifications); },
          .on_idle = [this](pg::Connection& connection) { on_idle(connection); },
          .on_lost = [this](const std::string& reason) { on_lost(reason); }});
}

void Replica::load_from_cache() {
  const auto loaded = load_cache(options_.cache_file);
  if (std::holds_alternative<CacheMissing>(loaded)) {
    loomgate::log(log_, kCacheMissing, options_.cache_file);
  } else if (const auto* refused = std::get_if<CacheRefused>(&loaded)) {
    loomgate::log(log_, kCacheRefused, options_.cache_file, refused->reason);
  } else {
    const auto& cached = std::get<CachedRoster>(loaded);
    loomgate::log(log_, kCacheLoaded, options_.cache_file, cached.roster.devices.size(), cached.roster.daemons.size(),
                  cached.age.count());
    roster_ = cached.roster;
    status_.confirmed_ms = monotonic_ms() - std::chrono::milliseconds(cached.age).count();
    status_.loaded = true;
    post(access::difference({}, roster_));
  }
}

void Replica::on_connected(pg::Connection& connection) {
  load_all(connection);
  after_contact();
  loomgate::log(log_, kConnected, roster_.devices.size(), roster_.daemons.size());
}

void Replica::on_notified(pg::Connection& connection, const std::vector<pg::Notification>& notifications) {
  count(status_.notifications, notifications.size());
  std::vector<std::string> usernames;
  for (const pg::Notification& notification : notifications) {
    for (std::string& word : split(notification.payload)) usernames.push_back(std::move(word));
  }
  const bool everything = std::find(usernames.begin(), usernames.end(), "*") != usernames.end();
  everything ? load_all(connection) : load_some(connection, usernames);
  after_contact();
}

void Replica::on_idle(pg::Connection& connection) {
  answer_question(connection);
  const std::int64_t now = monotonic_ms();
  if (now - loaded_ms_ >= options_.reload_interval.count()) {
    load_all(connection);
  } else if (now - status_.confirmed_ms >= options_.ping_interval.count()) {
    report_services(connection);
  } else {
    keep_cache();
    return;
  }
  after_contact();
}

void Replica::on_lost(const std::string& reason) {
  status_.connected = false;
  count(status_.losses);
  loomgate::log(log_, kLost, reason);
}

void Replica::after_contact() {
  status_.connected = true;
  status_.confirmed_ms = monotonic_ms();
  wake_owner();
  keep_cache();
}

void Replica::load_all(pg::Connection& connection) {
  access::Roster fresh;
  BadRows bad;
  fresh.devices.reserve(roster_.devices.size());
  pg::Transaction transaction(connection);
  transaction.exec(kOpenAccess);
  while (true) {
    const pg::Result rows = transaction.exec(kNextAccess);
    if (rows.empty()) break;
    add_rows(rows, fresh, bad);
  }
  transaction.commit();
  fresh.normalize();
  report_bad_rows(bad);
  report_services(connection);
  const access::Changes changes = access::difference(roster_, fresh);
  fresh.devices.shrink_to_fit();
  roster_ = std::move(fresh);
  post(changes);
  note_loaded(!changes.empty());
  loaded_ms_ = monotonic_ms();
  count(status_.full_loads);
  if (!options_.cache_file.empty() && !unsaved_) touch_cache(options_.cache_file);
}

void Replica::load_some(pg::Connection& connection, const std::vector<std::string>& usernames) {
  access::Roster part;
  BadRows bad;
  add_rows(connection.exec(kAccessOf, pg::params(usernames)), part, bad);
  part.normalize();
  if (bad.count > 0) report_bad_rows(bad);
  const access::Changes changes = access::difference_for(roster_, part, usernames);
  access::apply(roster_, changes);
  post(changes);
  note_loaded(!changes.empty());
}

void Replica::post(const access::Changes& changes) {
  for (auto from = changes.begin(); from != changes.end();) {
    const auto rest = static_cast<std::size_t>(changes.end() - from);
    const auto to = from + static_cast<std::ptrdiff_t>(std::min(rest, AccessUpdate::kMostChanges));
    updates_.post({{from, to}, roster_.devices.size()});
    from = to;
  }
}

void Replica::note_loaded(bool changed) {
  const bool first_load = !status_.loaded.exchange(true);
  unsaved_ = unsaved_ || changed || first_load;
}

// A signal that falls between two sleeps of the broker is lost, so it is sent again until everything was taken. While
// the broker waits for an answer of ours it is awake, and waiting for it here would only hold that answer back.
void Replica::wake_owner() {
  using namespace std::chrono_literals;
  constexpr auto kLongest = 1000ms;
  const auto give_up = std::chrono::steady_clock::now() + kLongest;
  for (auto pause = 200us; !updates_.empty() || owner_.busy();
       pause = std::min<std::chrono::microseconds>(2 * pause, 2ms)) {
    if (stopping_ || desk_.question() || std::chrono::steady_clock::now() > give_up) return;
    owner_.wake();
    std::this_thread::sleep_for(pause);
  }
}

void Replica::report_bad_rows(const BadRows& bad) {
  status_.bad_rows = static_cast<std::uint64_t>(bad.count);
  if (bad == bad_rows_) return;
  bad_rows_ = bad;
  if (bad.count > 0) loomgate::log(log_, kBadRows, bad.count, bad.first);
}

void Replica::report_services(pg::Connection& connection) {
  const pg::Result result = connection.exec(kServicesEnabled);
  const bool enabled = !result.empty() && result[0].get<bool>(0);
  if (enabled == services_enabled_) return;
  services_enabled_ = enabled;
  loomgate::log(log_, enabled ? kServicesOn : kServicesOff);
}

void Replica::answer_question(pg::Connection& connection) {
  const auto question = desk_.question();
  if (!question) return;
  load_some(connection, {question->username});
  desk_.answered(*question);
  status_.confirmed_ms = monotonic_ms();
}

bool Replica::look_up(const std::string& username, std::chrono::milliseconds patience) {
  if (!status_.connected || !listener_) return false;
  desk_.ask(username);
  listener_->wake();
  return desk_.wait(patience);
}

void Replica::keep_cache() {
  const std::int64_t now = monotonic_ms();
  if (!unsaved_ || options_.cache_file.empty() || now - saved_ms_ < kSavePauseMs) return;
  saved_ms_ = now;
  try {
    save_cache(options_.cache_file, roster_);
    unsaved_ = false;
    cache_broken_ = false;
    count(status_.cache_saves);
  } catch (const std::system_error& error) {
    count(status_.cache_failures);
    if (!std::exchange(cache_broken_, true)) loomgate::log(log_, kCacheNotWritten, options_.cache_file, error.what());
  }
}

}  // namespace loomgate::replica
