// SPDX-License-Identifier: Apache-2.0
// Structured log lines: text on a terminal, JSON otherwise (WFM_LOG_FORMAT decides). Thread safe. Never pass a secret.
#pragma once

#include <fmt/format.h>

#include <string>
#include <string_view>

#include "plugin/base/message.h"

namespace loomgate {

enum class LogFormat { kText, kJson };
void configure_log(Level least, LogFormat format);
void write_log(const Message& message, const std::string& text);
bool log_enabled(Level level);

template <typename... Args>
void log(const Message& message, const Args&... args) {
  if (!log_enabled(message.level)) return;
  try {
    write_log(message, fmt::format(fmt::runtime(message.text), args...));
  } catch (const fmt::format_error&) {
    write_log(message, message.text);
  }
}

}  // namespace loomgate
