// SPDX-License-Identifier: Apache-2.0
#include "daemon/base/time.h"

#include <fmt/format.h>

namespace loomgate {

namespace {

using std::chrono::microseconds;
using std::chrono::sys_days;

constexpr bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

// Takes pieces off the front of a text; the first piece that is not there makes it fail for good.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : rest_(text) {}

  bool failed() const { return failed_; }
  bool at_end() const { return rest_.empty(); }

  // Exactly `count` digits as a number up to `most`.
  int digits(std::size_t count, int most) {
    int value = 0;
    for (std::size_t i = 0; i < count; ++i) {
      if (i >= rest_.size() || !is_digit(rest_[i])) return fail();
      value = value * 10 + (rest_[i] - '0');
    }
    rest_.remove_prefix(count);
    return value <= most ? value : fail();
  }
  bool take_any(std::string_view choices) {
    if (rest_.empty() || choices.find(rest_.front()) == std::string_view::npos) return false;
    taken_ = rest_.front();
    rest_.remove_prefix(1);
    return true;
  }
  void need_any(std::string_view choices) {
    if (!take_any(choices)) fail();
  }
  char taken() const { return taken_; }
  bool next_is_digit() const { return !rest_.empty() && is_digit(rest_.front()); }
  int fail() {
    failed_ = true;
    return 0;
  }

 private:
  std::string_view rest_;
  bool failed_ = false;
  char taken_ = 0;
};

// One to any number of digits; what is finer than a microsecond is cut.
microseconds fraction(Scanner& scan) {
  if (!scan.next_is_digit()) scan.fail();
  std::int64_t value = 0;
  int count = 0;
  while (scan.next_is_digit()) {
    const int digit = scan.digits(1, 9);
    if (count < 6) value = value * 10 + digit;
    ++count;
  }
  for (; count < 6; ++count) value *= 10;
  return microseconds(value);
}

std::chrono::minutes zone_offset(Scanner& scan) {
  if (scan.take_any("Zz")) return std::chrono::minutes(0);
  scan.need_any("+-");
  const int sign = scan.taken() == '-' ? -1 : 1;
  const int hours = scan.digits(2, 23);
  const bool has_minutes = scan.take_any(":") || scan.next_is_digit();
  const int minutes = has_minutes ? scan.digits(2, 59) : 0;
  return std::chrono::minutes(sign * (hours * 60 + minutes));
}

}  // namespace

Clock system_clock() {
  return [] { return std::chrono::time_point_cast<microseconds>(std::chrono::system_clock::now()); };
}

MonotonicClock steady_clock() {
  return [] { return std::chrono::steady_clock::now(); };
}

std::string to_iso(Timestamp time) {
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(time - day);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:06}Z", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()), clock.hours().count(),
                     clock.minutes().count(), clock.seconds().count(), clock.subseconds().count());
}

std::optional<Timestamp> from_iso(std::string_view text) {
  Scanner scan(text);
  const int year = scan.digits(4, 9999);
  scan.need_any("-");
  const int month = scan.digits(2, 12);
  scan.need_any("-");
  const int day = scan.digits(2, 31);
  scan.need_any("Tt ");
  const int hours = scan.digits(2, 23);
  scan.need_any(":");
  const int minutes = scan.digits(2, 59);
  const int seconds = scan.take_any(":") ? scan.digits(2, 59) : 0;
  const microseconds part = scan.take_any(".,") ? fraction(scan) : microseconds(0);
  const std::chrono::minutes offset = zone_offset(scan);
  const std::chrono::year_month_day date(std::chrono::year(year), std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day)));
  if (scan.failed() || !scan.at_end() || !date.ok()) return std::nullopt;
  return Timestamp(sys_days(date).time_since_epoch() + std::chrono::hours(hours) + std::chrono::minutes(minutes) +
                   std::chrono::seconds(seconds) + part - offset);
}

}  // namespace loomgate
