// SPDX-License-Identifier: Apache-2.0
// The event stream (spec http-api 9): follows `changes`, builds every event once and hands it to all subscribers. Without
// subscribers nothing is read and nothing is built. The id of an event is a place in the changes of the whole deployment,
// so a browser that comes back with it, to this daemon or another, gets what it missed.
//
// Threads: one of its own does everything, with a connection of its own; join(), leave() and subscribers() may be called
// from any thread. Only join() waits, for one answer of the database.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "daemon/base/time.h"
#include "daemon/http/stream.h"
#include "daemon/json/json.h"
#include "daemon/store/changes.h"
#include "sql/pg/connection.h"

namespace loomgate::events {

struct Subscriber {
  std::shared_ptr<http::Stream> stream;
  std::optional<std::uint64_t> last_event_id;
  std::optional<Timestamp> expires_at;  // the stream ends then
};

// What the events say; made by those who know projections.
struct Sources {
  // On the service's thread. One payload for each change, in order; null for what no longer exists. The type of the event
  // is the change's type and ".updated" (control logs carry their own).
  std::function<std::vector<std::optional<json::Json>>(const std::vector<store::Change>&)> payloads;
  // From any thread. Changes when every session before it ended: streams that were opened before end, too.
  std::function<std::string()> session_generation;
  std::string timezone;
  std::string instance;  // this daemon among those of the deployment
};

class EventService {
 public:
  EventService(pg::ConnectOptions connection, Sources sources, Clock clock = system_clock());
  ~EventService();  // stop()
  EventService(const EventService&) = delete;
  EventService& operator=(const EventService&) = delete;

  void start();
  // Ends every stream. Safe to call twice.
  void stop();

  // To be called as soon as its session was checked: the stream ends with the sessions that are there now. Throws what
  // session_generation() throws. The subscriber gets the system's status and the clock first, then what it missed, then
  // live events.
  std::uint64_t join(Subscriber subscriber);
  void leave(std::uint64_t id);
  std::size_t subscribers() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace loomgate::events
