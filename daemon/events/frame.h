// SPDX-License-Identifier: Apache-2.0
// One event on the wire (spec http-api 9.2).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "daemon/base/time.h"
#include "daemon/json/json.h"

namespace loomgate::events {

// `id` is the cursor that a browser sends back as Last-Event-ID.
std::string frame(std::string_view type, std::uint64_t id, Timestamp now, json::Json payload);

}  // namespace loomgate::events
