// SPDX-License-Identifier: Apache-2.0
#include "daemon/events/frame.h"

#include <fmt/format.h>

namespace loomgate::events {

std::string frame(std::string_view type, std::uint64_t id, Timestamp now, json::Json payload) {
  auto data = json::Json::object();
  data.append("id", std::to_string(id));
  data.append("type", type);
  data.append("timestamp", to_iso(now));
  data.append("payload", std::move(payload));
  return fmt::format("event: {}\nid: {}\ndata: {}\n\n", type, id, data.dump());
}

}  // namespace loomgate::events
