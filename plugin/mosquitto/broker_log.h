// SPDX-License-Identifier: Apache-2.0
// Lines on their way to the broker's log. Only the broker's thread may log, so other threads post their lines and the
// next callback writes them. Refused logins and ended sessions are counted and told in one line per ten seconds at
// most.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "plugin/base/log_sink.h"
#include "plugin/base/mailbox.h"

namespace loomgate::plugin {

class BrokerLog {
 public:
  // Any thread; the log must outlive the sink.
  LogSink sink() {
    return [this](LogLine line) { lines_.post(std::move(line)); };
  }
  // Broker's thread.
  void flush() {
    if (!lines_.empty()) write_lines();
  }

 private:
  void write_lines();
  Mailbox<LogLine> lines_;
};

// Of the broker's thread.
class EventSummary {
 public:
  void refused(std::string_view username, std::string_view reason);
  void ended_sessions(std::uint64_t count) { ended_ += count; }
  // Logs when something happened and ten seconds have passed since the last summary.
  void tell(const LogSink& log, std::int64_t now_ms);

 private:
  std::uint64_t refused_ = 0;
  std::uint64_t ended_ = 0;
  std::int64_t told_ms_ = 0;
  // What came over the wire is kept short and printable.
  std::array<char, 64> last_username_{};
  std::string_view last_reason_;
};

}  // namespace loomgate::plugin
