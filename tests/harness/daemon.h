// SPDX-License-Identifier: Apache-2.0
// The real loomgated of this build on a free loopback port, with a data directory of its own. LOOMGATE_DAEMON names
// another program. Not thread safe but for the getters. A test that uses it says add_dependencies(<test> loomgated).
#pragma once

#include <chrono>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "tests/harness/api_client.h"
#include "tests/harness/eventually.h"
#include "tests/harness/process.h"
#include "tests/harness/temp_dir.h"

namespace loomgate::harness {

struct DaemonOptions {
  std::string dsn = {};
  int mqtt_port = 0;                           // 0: MQTT services are switched off
  std::filesystem::path master_key_file = {};  // empty: its own; several daemons on one database need the same
  std::vector<std::pair<std::string, std::string>> env = {};  // more settings; win over ours
  std::vector<std::string> arguments = {"serve"};
};

class LoomgateDaemon {
 public:
  explicit LoomgateDaemon(DaemonOptions options);  // made, not started
  ~LoomgateDaemon();

  // Returns when it is ready; throws std::runtime_error with its log when it does not get there.
  void start();
  // For installations that must be refused: its exit code, or nothing when it came up after all.
  std::optional<int> start_and_fail();
  int stop();  // SIGTERM; its exit code
  void kill9();
  void restart();
  void signal(int number);
  bool running();
  pid_t pid() const { return process_->pid(); }

  int port() const { return port_; }
  std::string url() const;
  ApiClient client() const { return ApiClient(url()); }
  std::string log() const;  // stdout and stderr of all starts
  bool logged(const std::string& text, int times = 1,
              std::chrono::milliseconds deadline = kPatience) const;
  std::string bootstrap_code() const;  // what stands in the file

  std::filesystem::path file(const std::string& name) const { return directory_ / name; }
  DaemonOptions& options() { return options_; }  // for the next start

  // Another sub-command with the same settings: exit code and everything it printed.
  struct Run {
    int exit_code = 0;
    std::string output;
  };
  Run run(std::vector<std::string> arguments) const;

 private:
  std::vector<std::pair<std::string, std::string>> environment() const;
  void launch();

  DaemonOptions options_;
  TempDir directory_;
  int port_;
  std::unique_ptr<Process> process_;
  std::size_t log_begin_ = 0;
};

std::string loomgated_program();

}  // namespace loomgate::harness
