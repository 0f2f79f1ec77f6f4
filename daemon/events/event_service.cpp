// SPDX-License-Identifier: Apache-2.0
#include "daemon/events/event_service.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <map>

#include "daemon/base/log.h"
#include "daemon/events/change_cursor.h"
#include "daemon/events/coalescer.h"
#include "daemon/events/member.h"
#include "daemon/events/messages.h"
#include "daemon/events/pieces.h"
#include "daemon/events/returners.h"
#include "daemon/store/probes.h"
#include "plugin/base/mailbox.h"
#include "sql/pg/listener.h"

namespace loomgate::events {
namespace {

using namespace std::chrono_literals;
using Steady = std::chrono::steady_clock;

constexpr auto kPause = 250ms;          // between two events about one thing
constexpr auto kTurn = 50ms;            // how late an event may be because of waiting
constexpr auto kClockInterval = 15s;    // spec 9.3
constexpr auto kListenersNoted = 10s;
constexpr auto kSessionsChecked = 2s;   // how long a stream outlives its session
constexpr auto kCatchUp = 50ms;         // live events do not wait longer for readers that came back

}  // namespace

struct EventService::Impl {
  Impl(pg::ConnectOptions given_options, Sources given_sources, Clock given_clock)
      : options(std::move(given_options)), sources(std::move(given_sources)), clock(std::move(given_clock)) {
    options.application_name = "loomgated events";
  }

  // Everything below runs on the listener's thread.
  void turn(pg::Connection& connection) {
    for (const std::uint64_t id : leavers.take()) forget(id);
    take_newcomers(connection);
    note_listeners(connection);
    if (open_streams() == 0) return rest();
    check_sessions();
    for (const auto& change : cursor.read(connection)) coalescer.add(change, Steady::now());
    tell();
    for (auto& member : returners.catch_up(connection, told, kCatchUp)) members.emplace(member.id, std::move(member));
    if (!returners.empty()) listener->wake();
    send_clocks();
    drop_unreachable();
  }

  std::size_t open_streams() const { return members.size() + returners.size(); }

  void forget(std::uint64_t id) {
    members.erase(id);
    returners.erase_if([id](const Member& member) { return member.id == id; });
  }

  // The leader, wherever it runs, asks devices only while somebody looks.
  void note_listeners(pg::Connection& connection) {
    const auto now = Steady::now();
    const bool any = open_streams() > 0;
    if (any == noted && (!any || now < noted_at + kListenersNoted)) return;
    store::note_listeners(connection, sources.instance, open_streams());
    noted = any;
    noted_at = now;
  }

  // Nobody listens: nothing is remembered either.
  void rest() {
    count = 0;
    cursor.reset();
    coalescer.clear();
  }

  void take_newcomers(pg::Connection& connection) {
    if (newcomers.empty()) return;
    if (!cursor.is_set()) {
      cursor.start(connection);
      told = cursor.position();
    }
    const auto status = sources.payloads({{"system.status", "", "", ""}}).at(0).value_or(json::Json::object());
    std::map<std::uint64_t, SharedPiece> greetings;
    for (Member& newcomer : newcomers.take()) {
      const auto seen = newcomer.subscriber.last_event_id;
      // Who came back must not be given a newer id before it has what it missed.
      const auto id = std::min(seen.value_or(told), told);
      auto& greeting = greetings[id];
      if (!greeting) greeting = pieces.greeting(status, id);
      newcomer.send(greeting);
      newcomer.next_clock = Steady::now() + kClockInterval;
      if (seen) {
        returners.add(std::move(newcomer), *seen);
      } else {
        members.emplace(newcomer.id, std::move(newcomer));
      }
    }
  }

  void tell() {
    const auto now = Steady::now();
    auto due = coalescer.take_due(now);
    const bool read_anew = leave_out_mass_of_pages(due);
    // Only the last frame says that everything up to here was told: who loses the connection before it asks again.
    const auto afterwards = coalescer.next_due() ? told : cursor.position();
    try {
      const auto piece = pieces.events(due, told, afterwards);
      for (auto& [id, member] : members) {
        member.send(piece);
        if (read_anew) member.end();
      }
    } catch (...) {
      for (const auto& change : due) coalescer.add(change, now);
      throw;
    }
    told = afterwards;
  }

  void send_clocks() {
    const auto now = Steady::now();
    SharedPiece piece;
    for (auto& [id, member] : members) {
      if (member.next_clock > now) continue;
      if (!piece) piece = pieces.clock(told);
      member.send(piece);
      member.next_clock = now + kClockInterval;
    }
  }

  void drop_unreachable() {
    std::size_t slow = 0;
    const auto is_gone = [&](const Member& member) {
      const auto& stream = *member.subscriber.stream;
      slow += stream.overflowed() ? 1 : 0;
      return !stream.is_open();
    };
    std::erase_if(members, [&](const auto& entry) { return is_gone(entry.second); });
    returners.erase_if(is_gone);
    if (slow > 0) log(kSlowReader, slow);
    count = open_streams();
  }

  void check_sessions() {
    if (Steady::now() < sessions_checked + kSessionsChecked) return;
    sessions_checked = Steady::now();
    const auto generation = sources.session_generation();
    const auto now = clock();
    for_each([&](Member& member) {
      if (!member.has_session(generation, now)) member.end();
    });
  }

  void for_each(const std::function<void(Member&)>& act) {
    for (auto& [id, member] : members) act(member);
    returners.for_each(act);
  }

  void end_all() {
    for (Member& newcomer : newcomers.take()) newcomer.end();
    for_each([](Member& member) { member.end(); });
    members.clear();
    returners.erase_if([](const Member&) { return true; });
    count = 0;
  }

  pg::ConnectOptions options;
  Sources sources;
  Clock clock;
  std::atomic<std::uint64_t> last_id{0};
  std::atomic<std::size_t> count{0};
  Mailbox<Member> newcomers;
  Mailbox<std::uint64_t> leavers;

  std::map<std::uint64_t, Member> members;
  ChangeCursor cursor;
  Coalescer coalescer{kPause};
  Pieces pieces{sources, clock};
  Returners returners{cursor, coalescer, pieces};
  std::uint64_t told = 0;  // every member was sent everything before this place
  Steady::time_point sessions_checked{};
  bool noted = false;
  Steady::time_point noted_at{};
  std::unique_ptr<pg::Listener> listener;
};

EventService::EventService(pg::ConnectOptions connection, Sources sources, Clock clock)
    : impl_(std::make_unique<Impl>(std::move(connection), std::move(sources), std::move(clock))) {}

EventService::~EventService() {
  stop();
}

void EventService::start() {
  const auto turn = [this](pg::Connection& connection) { impl_->turn(connection); };
  impl_->listener = std::make_unique<pg::Listener>(
      impl_->options, std::vector<std::string>{"loomgate_changes"}, kTurn,
      pg::ListenerCallbacks{.on_start = {},
                            .on_connected = turn,
                            .on_notified = [turn](pg::Connection& connection, const auto&) { turn(connection); },
                            .on_idle = turn,
                            .on_lost = [](const std::string& reason) { log(kFeedLost, reason); }});
}

void EventService::stop() {
  impl_->listener.reset();
  impl_->end_all();
}

std::uint64_t EventService::join(Subscriber subscriber) {
  const std::uint64_t id = ++impl_->last_id;
  impl_->newcomers.post({id, std::move(subscriber), impl_->sources.session_generation(), {}});
  impl_->listener->wake();
  return id;
}

void EventService::leave(std::uint64_t id) {
  impl_->leavers.post(id);
}

std::size_t EventService::subscribers() const {
  return impl_->count;
}

}  // namespace loomgate::events
