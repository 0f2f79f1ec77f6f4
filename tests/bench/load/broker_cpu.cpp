// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/load/broker_cpu.h"

#include <fmt/format.h>

#include <filesystem>
#include <fstream>
#include <string>

namespace loomgate::bench {

CpuTime cpu_time(pid_t process) {
  CpuTime sum;
  std::error_code gone;  // a thread may end while we look
  for (const auto& task : std::filesystem::directory_iterator(fmt::format("/proc/{}/task", process), gone)) {
    std::ifstream file(task.path() / "schedstat");
    std::chrono::nanoseconds::rep running = 0;
    if (!(file >> running)) continue;
    sum.all_threads += std::chrono::nanoseconds(running);
    if (task.path().filename() == std::to_string(process)) sum.main_thread = std::chrono::nanoseconds(running);
  }
  return sum;
}

}  // namespace loomgate::bench
