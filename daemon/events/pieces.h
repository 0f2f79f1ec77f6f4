// SPDX-License-Identifier: Apache-2.0
// What goes over the wire, each thing made once for all its readers (spec http-api 9.2-9.4). Not thread safe.
#pragma once

#include <cstdint>
#include <vector>

#include "daemon/events/member.h"

namespace loomgate::events {

class Pieces {
 public:
  Pieces(const Sources& sources, const Clock& clock) : sources_(sources), clock_(clock) {}

  // All events of one moment; null when there is nothing to tell. Only the last one carries `last_id`.
  SharedPiece events(const std::vector<store::Change>& changes, std::uint64_t id, std::uint64_t last_id) const;
  // What every stream begins with: the system's status and the clock.
  SharedPiece greeting(const json::Json& status, std::uint64_t id) const;
  SharedPiece clock(std::uint64_t id) const;

 private:
  std::string clock_frame(std::uint64_t id) const;

  const Sources& sources_;
  const Clock& clock_;
};

}  // namespace loomgate::events
