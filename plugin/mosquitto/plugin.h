// SPDX-License-Identifier: Apache-2.0
// The plugin between its callbacks (design.md 4, mqtt.md 16). Every public function runs on the broker's thread, in a
// callback; none waits for the database, except login() for an unknown name: at most lookup_wait_ms, at most
// lookup_rate times a second. Callbacks must be constant-time, so sessions are ended and figures published from tick()
// only.
#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <memory>
#include <string_view>
#include <vector>

#include "plugin/access/credentials.h"
#include "plugin/access/topic_policy.h"
#include "plugin/mosquitto/broker_api.h"
#include "plugin/mosquitto/broker_log.h"
#include "plugin/mosquitto/broker_waker.h"
#include "plugin/mosquitto/counters.h"
#include "plugin/mosquitto/options.h"
#include "plugin/mosquitto/revocations.h"
#include "plugin/presence/presence_writer.h"
#include "plugin/presence/session_journal.h"
#include "plugin/replica/replica.h"

namespace loomgate::plugin {

class Plugin {
 public:
  // Reads the cache; throws std::exception when the plugin cannot work. `given` is kept for reload().
  Plugin(Options options, OptionPairs given);
  ~Plugin();
  Plugin(const Plugin&) = delete;
  Plugin& operator=(const Plugin&) = delete;

  // `tells_connects`: the broker has an event for accepted logins (2.1), so a good password alone opens no session.
  void start(bool tells_connects);

  // BASIC_AUTH: a MOSQ_ERR_ code.
  int login(struct mosquitto* client, std::string_view username, std::string_view client_id, std::string_view password);
  // ACL_CHECK: SUCCESS, ACL_DENIED or PLUGIN_DEFER.
  int check_access(const struct mosquitto* client, std::string_view username, std::string_view client_id, int access,
                   const access::TopicRequest& request);
  void connected(struct mosquitto* client, std::string_view username, std::string_view client_id);
  void disconnected(struct mosquitto* client, int reason);
  void tick();
  void reload();
  // For what no callback may let out.
  void failed(const char* what) noexcept;

 private:
  access::Login check_with_look_up(std::string_view username, std::string_view client_id, std::string_view password);
  int refuse(std::string_view username, access::LoginResult result);
  bool is_stale() const;

  void take_news();
  void apply_changes(std::size_t most);
  void end_revoked_sessions();
  void note_work_left();
  void tell_staleness();
  void tell_missing_ticks();
  void publish_figures(std::int64_t now_ms);
  std::vector<NamedValue> figures() const;

  Options options_;
  const OptionPairs given_;
  BrokerLog log_;
  const LogSink sink_;
  Counters counters_;
  EventSummary summary_;

  // The table and what is on its way into it.
  Mailbox<replica::AccessUpdate> updates_;
  access::AccessTable table_;
  std::deque<replica::AccessUpdate> backlog_;
  Revocations revocations_;
  std::atomic<std::size_t> work_left_{0};

  presence::SessionQueue queue_;
  presence::JournalStatus journal_status_;
  presence::SessionJournal journal_;
  replica::LookupLimiter limiter_;

  bool tells_connects_ = false;
  bool reloading_ = false;  // between RELOAD and the next tick the broker asks again for every session it has
  bool stale_told_ = false;
  bool ticked_ = false;
  std::int64_t started_ms_ = 0;
  std::int64_t published_ms_ = 0;
  std::int64_t failure_told_ms_ = 0;
  std::vector<std::uint64_t> published_;

  BrokerWaker waker_;
  presence::PresenceWriter writer_;
  replica::Replica replica_;  // last: its thread uses waker_ and updates_
};

}  // namespace loomgate::plugin
