// SPDX-License-Identifier: Apache-2.0
// Cleans up after a test program that dies without running its destructors (a crash, a sanitizer report, kill -9): a small
// shell process that waits for our end of a pipe to close and then kills the process groups and removes the directories
// it was told of.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <mutex>
#include <string>

namespace loomgate::harness {

class Janitor {
 public:
  static Janitor& instance();

  void watch_group(pid_t group);
  void forget_group(pid_t group);
  void watch_directory(const std::filesystem::path& path);

 private:
  Janitor();
  void tell(const std::string& line);

  std::mutex mutex_;
  int pipe_ = -1;
};

}  // namespace loomgate::harness
