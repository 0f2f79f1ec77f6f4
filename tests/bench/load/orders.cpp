// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/load/orders.h"

#include <poll.h>
#include <unistd.h>

#include <array>
#include <cstdio>

namespace loomgate::bench {

std::optional<std::string> Orders::next() {
  pollfd item{STDIN_FILENO, POLLIN, 0};
  if (!ended_ && ::poll(&item, 1, 0) > 0) {
    std::array<char, 4096> bytes;
    const auto count = ::read(STDIN_FILENO, bytes.data(), bytes.size());
    if (count <= 0) ended_ = true;
    if (count > 0) text_.append(bytes.data(), static_cast<std::size_t>(count));
  }
  const auto end = text_.find('\n');
  if (end == std::string::npos) return std::nullopt;
  auto line = text_.substr(0, end);
  text_.erase(0, end + 1);
  return line;
}

void say(const std::string& line) {
  std::puts(line.c_str());
  std::fflush(stdout);
}

}  // namespace loomgate::bench
