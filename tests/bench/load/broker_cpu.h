// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include <chrono>

namespace loomgate::bench {

// Processor time by the scheduler's own count, nanoseconds.
struct CpuTime {
  std::chrono::nanoseconds main_thread{0};  // the one that serves the clients
  std::chrono::nanoseconds all_threads{0};

  CpuTime operator-(const CpuTime& other) const { return {main_thread - other.main_thread, all_threads - other.all_threads}; }
};

// What the process has used so far.
CpuTime cpu_time(pid_t process);

}  // namespace loomgate::bench
