// SPDX-License-Identifier: Apache-2.0
#include "daemon/agents/agents.h"

#include <optional>
#include <utility>

#include "daemon/agents/leader.h"
#include "daemon/agents/messages.h"
#include "daemon/agents/status_board.h"
#include "daemon/agents/tally.h"
#include "daemon/agents/term.h"
#include "daemon/base/log.h"
#include "daemon/crypto/tokens.h"
#include "daemon/store/database_clock.h"
#include "daemon/store/settings.h"
#include "plugin/base/guarded.h"
#include "sql/pg/listener.h"

namespace loomgate::agents {

struct AgentsService::Impl {
  AgentsOptions options;
  pg::Pool& pool;
  const crypto::Sealer& sealer;
  store::DatabaseClock database_clock;
  Clock clock = [this] { return database_clock.now(); };
  std::string password = crypto::random_token(32);
  Tally tally;
  StatusBoard board;
  Guarded<std::unique_ptr<Term>> term;
  std::optional<Leader> leader;
  std::optional<pg::Listener> listener;

  Impl(AgentsOptions service_options, pg::Pool& service_pool, const crypto::Sealer& service_sealer, Clock service_clock)
      : options(std::move(service_options)),
        pool(service_pool),
        sealer(service_sealer),
        database_clock(service_clock),
        board(options.mqtt.enabled, clock) {}

  void start() {
    if (!options.mqtt.enabled) {
      pool.transact(
          [](pg::Transaction& transaction) { store::put_setting(transaction, "mqtt_services_enabled", "false"); });
      return;
    }
    if (leader) return;
    leader.emplace(pool.options(), LeaderCallbacks{
                                       [this] { begin_term(); },
                                       [this](const std::string& reason) { end_term(reason); },
                                       [this](pg::Connection& connection) { board.read(connection); },
                                       [this](pg::Connection& connection) { database_clock.measure(connection); },
                                   });
    auto listen = pool.options();
    listen.application_name += " agents";
    pg::ListenerCallbacks callbacks;
    callbacks.on_connected = [this](pg::Connection&) { wake(); };
    callbacks.on_notified = [this](pg::Connection&, const std::vector<pg::Notification>&) { wake(); };
    listener.emplace(std::move(listen), std::vector<std::string>{"loomgate_outbox", "loomgate_sessions"},
                     std::chrono::milliseconds(5000), std::move(callbacks));
  }

  void stop() {
    listener.reset();
    leader.reset();
  }

  void begin_term() {
    auto begun = std::make_unique<Term>(
        TermParts{options.mqtt, options.timings, options.instance, password, pool, sealer, clock, tally, board});
    term.with([&](auto& current) { current = std::move(begun); });
    log(kLeading, options.instance);
  }

  void end_term(const std::string& reason) {
    auto ended = term.with([](auto& current) { return std::exchange(current, nullptr); });
    ended.reset();
    board.start_over();
    log(kNotLeading, options.instance, reason);
  }

  // The last owner of a term joins its threads, so nobody but the leader's thread may be that: the lock is held.
  void wake() {
    term.with([](auto& current) {
      if (current) current->wake();
    });
  }
};

AgentsService::AgentsService(AgentsOptions options, pg::Pool& pool, const crypto::Sealer& sealer, Clock clock)
    : impl_(std::make_unique<Impl>(std::move(options), pool, sealer, std::move(clock))) {}
AgentsService::~AgentsService() {
  stop();
}

void AgentsService::start() {
  impl_->start();
}
void AgentsService::stop() {
  impl_->stop();
}
MqttServiceStatus AgentsService::status() const {
  return impl_->board.status();
}
bool AgentsService::leading() const {
  return impl_->leader && impl_->leader->leading();
}
std::map<std::string, std::uint64_t> AgentsService::counters() const {
  return impl_->tally.counts();
}

}  // namespace loomgate::agents
