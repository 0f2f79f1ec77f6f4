// SPDX-License-Identifier: Apache-2.0
// One reader of the event stream, as the service keeps it. Not thread safe.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

#include "daemon/events/event_service.h"

namespace loomgate::events {

// The same text for many readers; null says that there is nothing to send.
using SharedPiece = std::shared_ptr<const http::Piece>;

struct Member {
  std::uint64_t id = 0;
  Subscriber subscriber;
  std::string generation;  // of the sessions when it joined
  std::chrono::steady_clock::time_point next_clock{};

  void send(const SharedPiece& piece) {
    if (piece) subscriber.stream->send(piece);
  }
  // After what is queued.
  void end() { subscriber.stream->close(); }
  bool has_session(const std::string& current_generation, Timestamp now) const {
    return generation == current_generation && (!subscriber.expires_at || *subscriber.expires_at > now);
  }
};

}  // namespace loomgate::events
