// SPDX-License-Identifier: Apache-2.0
#include "plugin/mosquitto/broker_log.h"

#include <algorithm>

#include "plugin/mosquitto/broker_api.h"
#include "plugin/mosquitto/messages.h"

namespace loomgate::plugin {
namespace {

constexpr std::int64_t kSummaryEveryMs = 10000;

int broker_level(Level level) {
  switch (level) {
    case Level::kTrace:
    case Level::kDebug:
      return MOSQ_LOG_DEBUG;
    case Level::kInfo:
      return MOSQ_LOG_INFO;
    case Level::kWarning:
      return MOSQ_LOG_WARNING;
    case Level::kError:
      return MOSQ_LOG_ERR;
  }
  return MOSQ_LOG_ERR;
}

}  // namespace

void BrokerLog::write_lines() {
  for (const LogLine& line : lines_.take()) {
    mosquitto_log_printf(broker_level(line.message->level), "%s %s", line.message->id, line.text.c_str());
  }
}

void EventSummary::refused(std::string_view username, std::string_view reason) {
  ++refused_;
  last_reason_ = reason;
  const std::string_view shown = username.substr(0, last_username_.size() - 1);
  const auto end = std::transform(shown.begin(), shown.end(), last_username_.begin(),
                                  [](char c) { return c >= 0x20 && c < 0x7f ? c : '?'; });
  std::fill(end, last_username_.end(), '\0');
}

void EventSummary::tell(const LogSink& log, std::int64_t now_ms) {
  if ((refused_ == 0 && ended_ == 0) || now_ms - told_ms_ < kSummaryEveryMs) return;
  if (refused_ > 0)
    loomgate::log(log, kRefusals, refused_, kSummaryEveryMs / 1000, last_username_.data(), last_reason_);
  if (ended_ > 0) loomgate::log(log, kKicked, ended_);
  refused_ = ended_ = 0;
  told_ms_ = now_ms;
}

}  // namespace loomgate::plugin
