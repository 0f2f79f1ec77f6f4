// SPDX-License-Identifier: Apache-2.0
#include "daemon/agents/leader.h"

#include <poll.h>

#include <atomic>
#include <chrono>
#include <optional>
#include <thread>
#include <utility>

#include "sql/pg/event_fd.h"

namespace loomgate::agents {
namespace {

constexpr std::chrono::milliseconds kInterval{1000};
constexpr std::int64_t kLockKey = 0x4C4F4F4D41474E54;  // any number that is only ours

const pg::Statement kTryLead{"try_lead", pg::Access::kRead, "SELECT pg_try_advisory_lock($1)"};
const pg::Statement kStillThere{"still_there", pg::Access::kRead, "SELECT 1"};

// The server gives the lock back when our machine does not answer its probes. Over a unix socket this changes nothing.
constexpr const char* kProbeOften =
    "SET tcp_keepalives_idle = 1; SET tcp_keepalives_interval = 1; SET tcp_keepalives_count = 3; SET tcp_user_timeout "
    "= 4000";

}  // namespace

struct Leader::Impl {
  Impl(pg::ConnectOptions connect_options, LeaderCallbacks leader_callbacks)
      : options(std::move(connect_options)), callbacks(std::move(leader_callbacks)) {
    options.interrupt_fd = stop.fd();
    options.application_name += " leader";
    options.connect_timeout = std::chrono::milliseconds(2000);
    options.statement_timeout = std::chrono::milliseconds(2000);
    thread = std::thread([this] { run(); });
  }
  ~Impl() {
    stopping = true;
    stop.raise();
    thread.join();
  }

  void run() {
    while (!stopping) {
      std::string reason = "the daemon stops";
      try {
        if (!connection) connect();
        if (callbacks.on_second) callbacks.on_second(*connection);
        if (leading || try_lead()) {
          connection->exec(kStillThere);
        } else if (callbacks.on_standby) {
          callbacks.on_standby(*connection);
        }
        wait();
        continue;
      } catch (const std::exception& error) {
        if (!stopping) reason = error.what();
      }
      // The lock goes with the connection, but what leading means must end first.
      step_down(reason);
      connection.reset();
      if (!stopping) wait();
    }
    step_down("the daemon stops");
  }

  void connect() {
    connection.emplace(options);
    connection->exec_script(kProbeOften);
  }

  bool try_lead() {
    if (!connection->exec(kTryLead, pg::params(kLockKey))[0].get<bool>(0)) return false;
    callbacks.on_elected();
    leading = true;
    return true;
  }

  void step_down(const std::string& reason) {
    if (!leading.exchange(false)) return;
    callbacks.on_lost(reason);
  }

  // A second, or less when the connection has something to say: usually its end.
  void wait() {
    pollfd items[] = {{stop.fd(), POLLIN, 0}, {connection ? connection->socket() : -1, POLLIN, 0}};
    ::poll(items, 2, static_cast<int>(kInterval.count()));
  }

  pg::ConnectOptions options;
  LeaderCallbacks callbacks;
  pg::EventFd stop;
  std::atomic<bool> stopping{false};
  std::atomic<bool> leading{false};
  std::optional<pg::Connection> connection;
  std::thread thread;
};

Leader::Leader(pg::ConnectOptions options, LeaderCallbacks callbacks)
    : impl_(std::make_unique<Impl>(std::move(options), std::move(callbacks))) {}
Leader::~Leader() = default;
bool Leader::leading() const {
  return impl_->leading;
}

}  // namespace loomgate::agents
