// SPDX-License-Identifier: Apache-2.0
// Reads GET /api/v1/events/stream as the console does, on a thread of its own, and keeps every event. Thread safe.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "daemon/json/json.h"

namespace loomgate::harness {

struct StreamEvent {
  std::string type;
  std::string id;
  json::Json data;  // the whole object: id, type, timestamp, payload
  std::chrono::steady_clock::time_point arrived_at;

  json::View payload() const { return *data.view().find("payload"); }
  // "status.runtime.online" below the payload, as text or compact JSON; empty when there is no such thing.
  std::string text(const std::string& path) const;
};

class EventReader {
 public:
  // Connects at once; `last_event_id` empty: as for the first time. `gzip`: accepts it, as browsers do.
  EventReader(const std::string& base_url, const std::string& bearer, const std::string& last_event_id = "",
              bool gzip = false);
  ~EventReader();
  EventReader(const EventReader&) = delete;
  EventReader& operator=(const EventReader&) = delete;

  std::vector<StreamEvent> events() const;
  std::vector<StreamEvent> events(const std::string& type) const;
  // The first event of that type, from `from` on, that passes; nullopt when none comes in time.
  std::optional<StreamEvent> wait(const std::string& type, std::chrono::milliseconds deadline,
                                  const std::function<bool(const StreamEvent&)>& passes = {}, std::size_t from = 0) const;
  std::string last_event_id() const;
  bool ended() const;    // by the server
  bool ended_well() const;  // and everything was complete: the last chunk, the checksum of gzip
  long status() const;   // of the answer; 0 before it
  std::string content_type() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace loomgate::harness
