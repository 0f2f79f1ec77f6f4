// SPDX-License-Identifier: Apache-2.0
#include "daemon/base/log.h"

#include <unistd.h>

#include <atomic>

#include "daemon/base/level_name.h"
#include "daemon/base/time.h"
#include "daemon/json/json.h"
#include "daemon/json/unicode.h"

namespace loomgate {

namespace {

std::atomic<Level> least_level{Level::kInfo};
std::atomic<LogFormat> line_format{LogFormat::kText};

// One line stays one line, and no terminal sequence gets through.
std::string printable(const std::string& text) {
  std::string safe;
  for (const char c : json::repair_utf8(text)) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7F) {
      safe += fmt::format("\\x{:02x}", byte);
    } else {
      safe += c;
    }
  }
  return safe;
}

std::string text_line(const Message& message, const std::string& now, const std::string& text) {
  return fmt::format("{} {:<7} {} {}\n", now, level_name(message.level), message.id, printable(text));
}

std::string json_line(const Message& message, const std::string& now, const std::string& text) {
  return json::Json::object(
             {{"time", now}, {"level", level_name(message.level)}, {"id", message.id}, {"message", text}})
             .dump() +
         "\n";
}

}  // namespace

void configure_log(Level least, LogFormat format) {
  least_level = least;
  line_format = format;
}

bool log_enabled(Level level) {
  return level >= least_level.load(std::memory_order_relaxed);
}

void write_log(const Message& message, const std::string& text) {
  const std::string now = to_iso(system_clock()());
  const std::string line =
      line_format == LogFormat::kJson ? json_line(message, now, text) : text_line(message, now, text);
  // One write per line: lines of several threads do not mix. When even stderr fails there is nobody left to tell.
  [[maybe_unused]] const ssize_t written = ::write(STDERR_FILENO, line.data(), line.size());
}

}  // namespace loomgate
