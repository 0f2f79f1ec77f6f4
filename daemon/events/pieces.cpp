// SPDX-License-Identifier: Apache-2.0
#include "daemon/events/pieces.h"

#include <algorithm>

#include "daemon/events/frame.h"

namespace loomgate::events {
namespace {

std::string event_type(const std::string& change_type) {
  return change_type.starts_with("control.log.") ? change_type : change_type + ".updated";
}

}  // namespace

SharedPiece Pieces::events(const std::vector<store::Change>& changes, std::uint64_t id, std::uint64_t last_id) const {
  if (changes.empty()) return nullptr;
  auto payloads = sources_.payloads(changes);
  auto left = std::ranges::count_if(payloads, [](const auto& payload) { return payload.has_value(); });
  std::string text;
  for (std::size_t at = 0; at < changes.size(); ++at) {
    if (!payloads[at]) continue;
    text += frame(event_type(changes[at].type), --left == 0 ? last_id : id, clock_(), std::move(*payloads[at]));
  }
  return text.empty() ? nullptr : std::make_shared<const http::Piece>(std::move(text));
}

SharedPiece Pieces::greeting(const json::Json& status, std::uint64_t id) const {
  return std::make_shared<const http::Piece>(frame("system.status.updated", id, clock_(), status) + clock_frame(id));
}

SharedPiece Pieces::clock(std::uint64_t id) const {
  return std::make_shared<const http::Piece>(clock_frame(id));
}

std::string Pieces::clock_frame(std::uint64_t id) const {
  return frame("system.clock.sync", id, clock_(), json::Json::object({{"timestamp", to_iso(clock_())}, {"timezone", sources_.timezone}}));
}

}  // namespace loomgate::events
