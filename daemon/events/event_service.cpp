// SPDX-License-Identifier: Apache-2.0
#include "daemon/events/event_service.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <deque>
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
constexpr std::size_t kPortion = 50;    // events at once for readers that came back
constexpr auto kCatchUp = 50ms;         // live events do not wait longer for them

using Shared = std::shared_ptr<const http::Piece>;

struct Member {
  std::uint64_t id = 0;
  Subscriber subscriber;
  Steady::time_point next_clock{};
};

// Readers that came back and saw the same. What they missed is told in portions; only then do they get live events.
struct Returners {
  ChangeCursor::Place seen;
  std::vector<Member> members;
  std::vector<store::Change> missed;  // not told yet
  ChangeCursor::Place missed_until;
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
    for (const std::uint64_t id : leavers.take()) forget(id);
    take_newcomers(connection);
    note_listeners(connection);
    if (open_streams() == 0) return rest();
    end_old_sessions();
    for (const auto& change : cursor.read(connection)) coalescer.add(change, Steady::now());
    tell();
    catch_up(connection);
    send_clocks();
    drop_unreachable();
  }

  std::size_t open_streams() const {
    std::size_t streams = members.size();
    for (const auto& group : returners) streams += group.members.size();
    return streams;
  }

  void forget(std::uint64_t id) {
    members.erase(id);
    for (auto& group : returners) std::erase_if(group.members, [id](const Member& member) { return member.id == id; });
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
      generation = sources.session_generation();
    }
    const auto status = sources.payloads({{"system.status", "", "", ""}}).at(0).value_or(json::Json::object());
    std::map<std::uint64_t, Shared> greetings;
    for (Member& newcomer : newcomers.take()) {
      const auto seen = newcomer.subscriber.last_event_id;
      // Who came back must not be given a newer id before it has what it missed.
      const auto id = std::min(seen.value_or(told), told);
      auto& greeting = greetings[id];
      if (!greeting) greeting = std::make_shared<const http::Piece>(frame("system.status.updated", id, clock(), status) + clock_frame(id));
      send(newcomer, greeting);
      newcomer.next_clock = Steady::now() + kClockInterval;
      if (seen) {
        returners_of(*seen).members.push_back(std::move(newcomer));
      } else {
        members.emplace(newcomer.id, std::move(newcomer));
      }
    }
  }

  // Many come back at once when a daemon ends, and most of them saw the same.
  Returners& returners_of(std::uint64_t seen) {
    for (auto& group : returners) {
      if (group.seen.position == seen && group.seen.read_ahead.empty() && group.missed.empty()) return group;
    }
    returners.push_back({.seen = {seen, {}}, .members = {}, .missed = {}, .missed_until = {}});
    return returners.back();
  }

  // After cursor and coalescer have taken in what is new, so that nothing is told twice.
  void catch_up(pg::Connection& connection) {
    const auto until = Steady::now() + kCatchUp;
    while (!returners.empty() && Steady::now() < until) {
      if (tell_missed(connection, returners.front())) returners.pop_front();
    }
    if (!returners.empty()) listener->wake();
  }

  // One portion. True when the group has everything and its readers are members.
  bool tell_missed(pg::Connection& connection, Returners& group) {
    const bool read_now = group.missed.empty();
    if (read_now) read_missed(connection, group);
    const auto id = std::min(group.seen.position, told);
    if (read_now && group.missed.size() <= kPortion) {
      auto rest = group.missed;
      std::erase_if(rest, [this](const auto& change) { return coalescer.is_waiting(change); });
      send(group, piece_of(rest, id, told));
      for (auto& member : group.members) members.emplace(member.id, std::move(member));
      return true;
    }
    const auto end = group.missed.begin() + static_cast<std::ptrdiff_t>(std::min(kPortion, group.missed.size()));
    send(group, piece_of({group.missed.begin(), end}, id, id));
    group.missed.erase(group.missed.begin(), end);
    if (group.missed.empty()) group.seen = group.missed_until;  // and on with what happened meanwhile
    return false;
  }

  void read_missed(pg::Connection& connection, Returners& group) {
    Coalescer missed(kPause);
    const auto now = Steady::now();
    group.missed_until = cursor.place();
    for (const auto& change : cursor.missed_since(connection, group.seen)) missed.add(change, now);
    group.missed = missed.take_due(now);
    leave_out_mass_of_pages(group.missed);  // they have just connected, so they read their pages in any case
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

  std::string clock_frame(std::uint64_t id) {
    return frame("system.clock.sync", id, clock(),
                 json::Json::object({{"timestamp", to_iso(clock())}, {"timezone", sources.timezone}}));
  }

  static void send(Member& member, const Shared& piece) {
    if (piece) member.subscriber.stream->send(piece);
  }

  static void send(Returners& group, const Shared& piece) {
    for (auto& member : group.members) send(member, piece);
  }

  void send_clocks() {
    const auto now = Steady::now();
    Shared piece;
    for (auto& [id, member] : members) {
      if (member.next_clock > now) continue;
      if (!piece) piece = std::make_shared<const http::Piece>(clock_frame(told));
      send(member, piece);
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
    for (auto& group : returners) std::erase_if(group.members, is_gone);
    std::erase_if(returners, [](const Returners& group) { return group.members.empty(); });
    if (slow > 0) log(kSlowReader, slow);
    count = open_streams();
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
    for (auto& group : returners) {
      for (const Member& member : group.members) member.subscriber.stream->close();
    }
    members.clear();
    returners.clear();
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
  std::deque<Returners> returners;
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
