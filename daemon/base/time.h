// SPDX-License-Identifier: Apache-2.0
// Time as the contract wants it: UTC, microseconds. Code that waits or expires takes a Clock so that tests can turn it.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace loomgate {

using Timestamp = std::chrono::sys_time<std::chrono::microseconds>;
using Clock = std::function<Timestamp()>;
// For intervals: never jumps, whatever happens to the time of day.
using MonotonicClock = std::function<std::chrono::steady_clock::time_point()>;

Clock system_clock();
MonotonicClock steady_clock();
// 2026-04-23T12:00:00.123456Z, always six fractional digits.
std::string to_iso(Timestamp time);
// Any ISO 8601 date-time with a zone; nullopt otherwise.
std::optional<Timestamp> from_iso(std::string_view text);

}  // namespace loomgate
