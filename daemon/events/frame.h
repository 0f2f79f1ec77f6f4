// SPDX-License-Identifier: Apache-2.0
// One event on the wire (spec http-api 9.2), made once and shared by every stream that sends it.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "daemon/base/time.h"
#include "daemon/json/json.h"

namespace loomgate::events {

using Frame = std::shared_ptr<const std::string>;

// `id` is the cursor that a browser sends back as Last-Event-ID.
Frame make_frame(std::string_view type, std::uint64_t id, Timestamp now, json::Json payload);

}  // namespace loomgate::events
