// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include <chrono>

namespace loomgate::bench {

// Processor time that the process has used so far, all its threads together, by the scheduler's own count (nanoseconds).
std::chrono::nanoseconds cpu_time(pid_t process);

}  // namespace loomgate::bench
