// SPDX-License-Identifier: Apache-2.0
#include "daemon/store/database_clock.h"

#include <chrono>

#include "sql/pg/statement.h"

namespace loomgate::store {
namespace {

constexpr std::chrono::milliseconds kUsefulRoundTrip{200};
// Less is what NTP leaves, and what a busy machine adds to the measurement: following it would make time jump.
constexpr std::chrono::milliseconds kWorthCorrecting{500};

const pg::Statement kDatabaseTime{"database_time", pg::Access::kRead, "SELECT clock_timestamp()"};

}  // namespace

void DatabaseClock::measure(pg::Connection& connection) {
  const auto asked = local();
  const auto theirs = connection.exec(kDatabaseTime)[0].get<pg::Timestamp>(0);
  const auto answered = local();
  // The first answer counts, however long it took: to be wrong by half of that is better than to know nothing.
  if (answered - asked > kUsefulRoundTrip && measured_) return;
  measured_ = true;
  const auto offset = theirs - (asked + (answered - asked) / 2);
  const std::chrono::microseconds change = offset - std::chrono::microseconds(offset_us_);
  if (change > kWorthCorrecting || change < -kWorthCorrecting) offset_us_ = offset.count();
}

}  // namespace loomgate::store
