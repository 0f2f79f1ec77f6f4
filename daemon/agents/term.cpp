// SPDX-License-Identifier: Apache-2.0
#include "daemon/agents/term.h"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

#include "daemon/agents/desk.h"
#include "daemon/agents/every.h"
#include "daemon/agents/messages.h"
#include "daemon/agents/mqtt_link.h"
#include "daemon/base/log.h"
#include "daemon/crypto/tokens.h"
#include "daemon/domain/topics.h"
#include "daemon/store/service_accounts.h"
#include "daemon/store/settings.h"

namespace loomgate::agents {
namespace {

using SteadyClock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr milliseconds kTick{1000};
constexpr milliseconds kHousekeeping{60000};
constexpr milliseconds kAccountCheck{2000};
constexpr milliseconds kStatusInterval{5000};

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
  LinkAccount account;
  Desk desk;

  std::mutex mutex;
  std::condition_variable changed;
  bool woken = false;
  bool stopping = false;
  std::atomic<bool> status_changed{true};
  bool work_fails = false;

  // By the worker's thread.
  Every status_tick, house_tick, account_tick;

  std::optional<MqttLink> link;
  std::thread worker;

  explicit Impl(TermParts term_parts)
      : parts(std::move(term_parts)),
        account(make_account(parts)),
        desk({parts.pool, parts.sealer, parts.instance + '/' + crypto::random_token(9), parts.timings, parts.clock,
              steady_clock(), parts.tally}),
        status_tick(kStatusInterval, SteadyClock::now()),
        house_tick(kHousekeeping, SteadyClock::now()),
        account_tick(kAccountCheck, SteadyClock::now() + kAccountCheck) {
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
      if (!desk.take(batch)) return false;
      wake();
      return true;
    };
    made.on_published = [this](const PublishResult& result) {
      desk.published(result);
      wake();
    };
    made.on_connected = [this](bool continued) {
      log(kConnected, parts.mqtt.host, parts.mqtt.port, account.client_id, continued ? "continued" : "new session");
      parts.status.connected();
      desk.connected();
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
    if (const auto next = desk.next()) until = std::min(until, *next);
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
    const bool more = desk.work(*link);
    const auto now = SteadyClock::now();
    if (house_tick.due(now)) keep_house();
    if (!link->connected() && account_tick.due(now)) keep_account();
    if (status_tick.due(now) || status_changed.exchange(false)) {
      parts.pool.transact([&](pg::Transaction& transaction) { parts.status.write(transaction); });
    }
    return more;
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
