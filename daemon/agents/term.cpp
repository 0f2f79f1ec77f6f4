// SPDX-License-Identifier: Apache-2.0
#include "daemon/agents/term.h"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

#include "daemon/agents/catch_up.h"
#include "daemon/agents/courier.h"
#include "daemon/agents/inbox.h"
#include "daemon/agents/messages.h"
#include "daemon/agents/mqtt_link.h"
#include "daemon/agents/presence_clock.h"
#include "daemon/agents/prober.h"
#include "daemon/base/log.h"
#include "daemon/crypto/tokens.h"
#include "daemon/domain/topics.h"
#include "daemon/store/commands.h"
#include "daemon/store/configs.h"
#include "daemon/store/service_accounts.h"
#include "daemon/store/settings.h"

namespace loomgate::agents {
namespace {

using SteadyClock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr milliseconds kTick{1000};
constexpr milliseconds kHousekeeping{60000};
constexpr milliseconds kBrokerCheck{5000};
constexpr milliseconds kAccountCheck{2000};
constexpr milliseconds kStatusInterval{5000};
constexpr milliseconds kComparison{1000};
// How long after a connect what had queued up at the broker may still be being read.
constexpr std::chrono::seconds kBacklog{30};

// Something done every so often.
class Every {
 public:
  Every(milliseconds interval, SteadyClock::time_point first) : interval_(interval), next_(first) {}
  bool due(SteadyClock::time_point now) {
    if (now < next_) return false;
    next_ = now + interval_;
    return true;
  }

 private:
  milliseconds interval_;
  SteadyClock::time_point next_;
};

LinkAccount make_account(const TermParts& parts) {
  return parts.pool.transact([&](pg::Transaction& transaction) {
    auto& connection = transaction.connection();
    if (store::find_setting(connection, "mqtt_services_enabled") != "true") {
      store::put_setting(transaction, "mqtt_services_enabled", "true");
    }
    auto name = store::service_account_name(transaction);
    store::keep_service_account(transaction, name, parts.password);
    return LinkAccount{std::move(name), parts.password};
  });
}

std::vector<std::string> filters() {
  const auto all = domain::upstream_filters();
  return {all.begin(), all.end()};
}

}  // namespace

struct Term::Impl {
  TermParts parts;
  store::Deadlines deadlines;
  LinkAccount account;
  CatchUp catch_up;
  Courier courier;
  PresenceClock presence;
  Prober prober;
  Inbox inbox;

  std::mutex mutex;
  std::condition_variable changed;
  bool woken = false;
  bool stopping = false;
  std::atomic<bool> status_changed{true};
  std::atomic<SteadyClock::time_point> connected_at{SteadyClock::time_point{}};
  bool work_fails = false;

  // By the worker's thread.
  Every commands_tick, broker_tick, ttl_tick, sweep_tick, status_tick, house_tick, account_tick, detect_tick, comparison_tick;

  std::optional<MqttLink> link;
  std::thread worker;

  explicit Impl(TermParts term_parts)
      : parts(std::move(term_parts)),
        deadlines{parts.timings.control_deadline, parts.timings.push_deadline},
        account(make_account(parts)),
        catch_up(parts.timings.catch_up_least, parts.timings.catch_up_most),
        courier(parts.pool, parts.sealer, parts.instance + '/' + crypto::random_token(9), deadlines, parts.timings.pushes_per_second, parts.clock),
        presence(parts.pool, parts.clock),
        prober(parts.pool, parts.timings.detect_timeout, parts.clock),
        inbox(parts.pool, deadlines, parts.clock, parts.tally,
              [this](const std::vector<std::string>& node_ids) { expect(node_ids); }),
        commands_tick(milliseconds(std::min<std::int64_t>(1000, parts.timings.control_deadline.count() / 4)),
                      SteadyClock::now()),
        // After an outage of the database every broker's heartbeat is old: give them time to come back.
        broker_tick(kBrokerCheck, SteadyClock::now() + PresenceClock::kBrokerSilence + kBrokerCheck),
        ttl_tick(parts.timings.ttl_interval, SteadyClock::now()),
        sweep_tick(parts.timings.sweep_interval, SteadyClock::now() + parts.timings.catch_up_most),
        status_tick(kStatusInterval, SteadyClock::now()),
        house_tick(kHousekeeping, SteadyClock::now()),
        account_tick(kAccountCheck, SteadyClock::now() + kAccountCheck),
        detect_tick(parts.timings.detect_interval, SteadyClock::now() + parts.timings.detect_interval),
        comparison_tick(kComparison, SteadyClock::now() + kComparison) {
    courier.take_over();
    parts.status.start_over();
    link.emplace(parts.mqtt, account, filters(), handlers());
    worker = std::thread([this] { work(); });
  }

  ~Impl() {
    {
      const std::lock_guard lock(mutex);
      stopping = true;
    }
    changed.notify_one();
    worker.join();
    link.reset();
  }

  LinkHandlers handlers() {
    LinkHandlers made;
    made.on_batch = [this](const std::vector<Incoming>& batch) {
      if (!inbox.take(batch)) return false;
      wake();
      return true;
    };
    made.on_published = [this](const PublishResult& result) {
      (result.ticket & Prober::kTicketBit) != 0 ? prober.published(result) : courier.published(result);
      wake();
    };
    made.on_connected = [this](bool continued) {
      log(kConnected, parts.mqtt.host, parts.mqtt.port, account.client_id, continued ? "continued" : "new session");
      parts.status.connected();
      connected_at = SteadyClock::now();
      show_status();
    };
    made.on_disconnected = [this](const std::string& reason) {
      const auto before = parts.status.status();
      parts.status.disconnected(reason);
      if (before.connected || before.last_error != reason) {
        log(kDisconnected, parts.mqtt.host, parts.mqtt.port, reason);
        show_status();
      }
    };
    return made;
  }

  void show_status() {
    status_changed = true;
    wake();
  }

  void expect(const std::vector<std::string>& node_ids) {
    catch_up.add(node_ids, SteadyClock::now());
    wake();
  }

  void wake() {
    {
      const std::lock_guard lock(mutex);
      woken = true;
    }
    changed.notify_one();
  }

  void work() {
    bool more = false;
    while (wait(more ? milliseconds(20) : kTick)) {
      try {
        more = work_once();
        work_fails = false;
      } catch (const std::exception& error) {
        if (!std::exchange(work_fails, true)) log(kWorkFailed, error.what());
        more = false;
        pause();
      }
    }
  }

  // False when the term ends.
  bool wait(milliseconds most) {
    auto until = SteadyClock::now() + most;
    if (const auto next = catch_up.next()) until = std::min(until, *next);
    std::unique_lock lock(mutex);
    changed.wait_until(lock, until, [&] { return woken || stopping; });
    woken = false;
    return !stopping;
  }

  // Failing work is not repeated for every wake-up.
  void pause() {
    std::unique_lock lock(mutex);
    changed.wait_for(lock, milliseconds(250), [&] { return stopping; });
  }

  // True when more work is due at once.
  bool work_once() {
    const auto now = SteadyClock::now();
    bool more = courier.settle();
    presence.follow_sessions();  // a session that is not shown yet holds its node's commands
    more = courier.pump(*link) || more;
    prober.settle();
    more = prober.pump(*link) || more;
    if (const auto node_ids = catch_up.take(now); !node_ids.empty()) {
      parts.pool.transact(
          [&](pg::Transaction& transaction) { store::enqueue_pushes(transaction, node_ids, "auto-sync"); });
      more = true;
    }
    if (commands_tick.due(now)) expire();
    if (detect_tick.due(now) && link->connected()) prober.start_round();
    if (broker_tick.due(now)) presence.end_silent_brokers();
    if (ttl_tick.due(now)) presence.expire_reachable();
    if (comparison_tick.due(now)) presence.compare_with_brokers(now < connected_at.load() + kBacklog);
    if (sweep_tick.due(now)) sweep();
    if (house_tick.due(now)) keep_house();
    if (!link->connected() && account_tick.due(now)) keep_account();
    if (status_tick.due(now) || status_changed.exchange(false)) {
      parts.pool.transact([&](pg::Transaction& transaction) { parts.status.write(transaction); });
    }
    return more;
  }

  void sweep() {
    parts.pool.transact([](pg::Transaction& transaction) { store::sweep_pushes(transaction); });
    parts.pool.transact([](pg::Transaction& transaction) { store::forget_previous_protocols(transaction); });
  }

  void expire() {
    parts.pool.transact([&](pg::Transaction& transaction) {
      const auto node_ids = store::expire_commands(transaction, deadlines);
      store::start_deadlines(transaction, node_ids, deadlines);
    });
    prober.expire();
  }

  void keep_house() {
    parts.pool.transact([&](pg::Transaction& transaction) {
      store::keep_service_account(transaction, account.client_id, account.password);
      store::drop_stale_service_accounts(transaction);
    });
  }

  // A predecessor that had not noticed its end may have written its own password once more.
  void keep_account() {
    parts.pool.transact([&](pg::Transaction& transaction) {
      store::keep_service_account(transaction, account.client_id, account.password);
    });
  }
};

Term::Term(TermParts parts) : impl_(std::make_unique<Impl>(std::move(parts))) {}
Term::~Term() = default;
void Term::wake() {
  impl_->wake();
}

}  // namespace loomgate::agents
