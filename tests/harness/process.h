// SPDX-License-Identifier: Apache-2.0
// A child process in its own process group. Not thread safe.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace loomgate::harness {

struct ProcessOptions {
  std::vector<std::string> argv;                         // argv[0] is looked up in PATH
  std::vector<std::pair<std::string, std::string>> env;  // added to ours
  std::filesystem::path output;                          // takes stdout and stderr, appended; empty: /dev/null
  std::filesystem::path working_directory;               // empty: ours
  std::string user;                                      // the child runs as this user; needs root; empty: as we do
};

class Process {
 public:
  // Throws std::runtime_error when the program cannot be started.
  explicit Process(ProcessOptions options);
  ~Process();  // kills and reaps the whole group
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  pid_t pid() const { return pid_; }
  bool running();
  void signal(int number);        // to the process; nothing when it has ended
  void signal_group(int number);  // to it and the children that stayed in its group
  // The exit code, or 128 + signal; nullopt when it still runs at the deadline.
  std::optional<int> wait(std::chrono::milliseconds deadline);
  std::string output() const;  // what the output file holds now

 private:
  void reap(bool block);

  ProcessOptions options_;
  pid_t pid_ = -1;
  std::optional<int> status_;
};

// Runs a program to its end; throws std::runtime_error with its output when it fails or takes longer than a minute.
std::string run_program(ProcessOptions options);

// What /proc says of any process. One that has ended but was not collected by its parent yet is not alive.
struct ProcessState {
  bool alive = false;
  bool frozen = false;  // by SIGSTOP
  pid_t parent = 0;
};
ProcessState look_at(pid_t process);

// Whether we are root and must give rights away for servers that refuse to run as root.
bool running_as_root();

}  // namespace loomgate::harness
