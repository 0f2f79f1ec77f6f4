// SPDX-License-Identifier: Apache-2.0
#include "daemon/events/event_service.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <map>

#include "daemon/base/log.h"
#include "daemon/events/change_cursor.h"
#include "daemon/events/coalescer.h"
#include "daemon/events/frame.h"
#include "daemon/events/messages.h"
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

using Shared = std::shared_ptr<const http::Piece>;

struct Member {
  std::uint64_t id = 0;
  Subscriber subscriber;
  Steady::time_point next_clock{};
};

std::string event_type(const std::string& change_type) {
  return change_type.starts_with("control.log.") ? change_type : change_type + ".updated";
}

}  // namespace

struct EventService::Impl {
  Impl(pg::ConnectOptions given_options, Sources given_sources, Clock given_clock)
      : options(std::move(given_options)), sources(std::move(given_sources)), clock(std::move(given_clock)) {
    options.application_name = "loomgated events";
  }

  // Everything below runs on the listener's thread.
  void turn(pg::Connection& connection) {
    for (const std::uint64_t id : leavers.take()) members.erase(id);
    take_newcomers(connection);
    note_listeners(connection);
    if (members.empty()) return rest();
    end_old_sessions();
    for (const auto& change : cursor.read(connection)) coalescer.add(change, Steady::now());
    tell();
    send_clocks();
    drop_unreachable();
  }

  // The leader, wherever it runs, asks devices only while somebody looks.
  void note_listeners(pg::Connection& connection) {
    const auto now = Steady::now();
    const bool any = !members.empty();
    if (any == noted && (!any || now < noted_at + kListenersNoted)) return;
    store::note_listeners(connection, sources.instance, members.size());
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
      generation = sources.session_generation();
    }
    const auto status = piece_of({{"system.status", "", "", ""}}, told, told);
    const auto now = Steady::now();
    for (Member& newcomer : newcomers.take()) {
      Member& member = members.emplace(newcomer.id, std::move(newcomer)).first->second;
      send(member, status);
      send(member, clock_piece());
      member.next_clock = now + kClockInterval;
      if (const auto last = member.subscriber.last_event_id) replay(connection, member, *last);
    }
  }

  void replay(pg::Connection& connection, Member& member, std::uint64_t last_event_id) {
    Coalescer missed(kPause);
    const auto now = Steady::now();
    for (const auto& change : cursor.missed_since(connection, last_event_id)) missed.add(change, now);
    auto due = missed.take_due(now);
    leave_out_mass_of_pages(due);  // it has just connected, so it reads its page in any case
    send(member, piece_of(due, std::min(last_event_id, told), told));
  }

  void tell() {
    const auto now = Steady::now();
    auto due = coalescer.take_due(now);
    const bool read_anew = leave_out_mass_of_pages(due);
    // Only the last frame says that everything up to here was told: who loses the connection before it asks again.
    const auto afterwards = coalescer.next_due() ? told : cursor.position();
    try {
      const auto piece = piece_of(due, told, afterwards);
      for (auto& [id, member] : members) {
        send(member, piece);
        if (read_anew) end(member);
      }
    } catch (...) {
      for (const auto& change : due) coalescer.add(change, now);
      throw;
    }
    told = afterwards;
  }

  // All events of one moment; null when there is nothing to tell.
  Shared piece_of(const std::vector<store::Change>& changes, std::uint64_t id, std::uint64_t last_id_of_all) {
    if (changes.empty()) return nullptr;
    auto payloads = sources.payloads(changes);
    const auto is_there = [](const auto& payload) { return payload.has_value(); };
    auto left = std::count_if(payloads.begin(), payloads.end(), is_there);
    std::string text;
    for (std::size_t at = 0; at < changes.size(); ++at) {
      if (!payloads[at]) continue;
      text += frame(event_type(changes[at].type), --left == 0 ? last_id_of_all : id, clock(), std::move(*payloads[at]));
    }
    return text.empty() ? nullptr : std::make_shared<const http::Piece>(std::move(text));
  }

  Shared clock_piece() {
    return std::make_shared<const http::Piece>(
        frame("system.clock.sync", told, clock(),
              json::Json::object({{"timestamp", to_iso(clock())}, {"timezone", sources.timezone}})));
  }

  static void send(Member& member, const Shared& piece) {
    if (piece) member.subscriber.stream->send(piece);
  }

  void send_clocks() {
    const auto now = Steady::now();
    Shared piece;
    for (auto& [id, member] : members) {
      if (member.next_clock > now) continue;
      if (!piece) piece = clock_piece();
      send(member, piece);
      member.next_clock = now + kClockInterval;
    }
  }

  void drop_unreachable() {
    std::size_t slow = 0;
    std::erase_if(members, [&](const auto& entry) {
      const auto& stream = *entry.second.subscriber.stream;
      slow += stream.overflowed() ? 1 : 0;
      return !stream.is_open();
    });
    if (slow > 0) log(kSlowReader, slow);
    count = members.size();
  }

  void end_old_sessions() {
    if (Steady::now() < sessions_checked + kSessionsChecked) return;
    sessions_checked = Steady::now();
    const auto before = std::exchange(generation, sources.session_generation());
    const auto now = clock();
    for (auto& [id, member] : members) {
      const auto& expires_at = member.subscriber.expires_at;
      if (before == generation && (!expires_at || *expires_at > now)) continue;
      end(member);
    }
  }

  // After what is queued.
  static void end(Member& member) { member.subscriber.stream->close(); }

  void end_all() {
    for (auto& [id, member] : members) member.subscriber.stream->close();
    for (const Member& member : newcomers.take()) member.subscriber.stream->close();
    members.clear();
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
  std::uint64_t told = 0;  // every member was sent everything before this place
  std::string generation;
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
  impl_->newcomers.post({id, std::move(subscriber), {}});
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
