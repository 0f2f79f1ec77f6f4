// SPDX-License-Identifier: Apache-2.0
// Lines between a load that goes on and the runner: orders on stdin, answers on stdout.
#pragma once

#include <optional>
#include <string>

namespace loomgate::bench {

class Orders {
 public:
  // The next whole line, without waiting.
  std::optional<std::string> next();
  bool ended() const { return ended_; }  // the runner has closed its end

 private:
  std::string text_;
  bool ended_ = false;
};

void say(const std::string& line);

}  // namespace loomgate::bench
