// SPDX-License-Identifier: Apache-2.0
// How a room logs without knowing where lines go: it fills a catalogued Message and hands it to a sink. In the broker
// only one thread may log, so the plugin's sink posts to a mailbox; it may be called from any thread.
#pragma once

#include <fmt/core.h>

#include <functional>
#include <string>
#include <utility>

#include "plugin/base/message.h"

namespace loomgate {

struct LogLine {
  const Message* message;
  std::string text;
};

using LogSink = std::function<void(LogLine)>;

template <typename... Args>
void log(const LogSink& sink, const Message& message, const Args&... args) {
  sink(LogLine{&message, fmt::format(fmt::runtime(message.text), args...)});
}

}  // namespace loomgate
