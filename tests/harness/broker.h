// SPDX-License-Identifier: Apache-2.0
// A real Mosquitto on a free loopback port in a directory of its own, by default with the plugin of this build. It runs
// as we do. LOOMGATE_PLUGIN names another plugin file. Not thread safe but for the getters.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "tests/harness/eventually.h"
#include "tests/harness/process.h"
#include "tests/harness/temp_dir.h"

namespace loomgate::harness {

struct BrokerOptions {
  enum class Access { kPlugin, kAnonymous, kNone };
  Access access = Access::kPlugin;  // kNone: neither plugin nor anonymous users; extra_config says who may come
  std::vector<std::pair<std::string, std::string>> plugin_options;  // plugin_opt_<first> <second>
  std::string extra_config;                                         // lines for mosquitto.conf, before all others
  bool log_clients = true;                                          // one line per connect and disconnect
};

class MosquittoBroker {
 public:
  explicit MosquittoBroker(BrokerOptions options);  // made, not started
  ~MosquittoBroker();

  // Returns when it accepts connections; throws std::runtime_error with its log when it does not come up.
  void start();
  // For configurations that must be refused: its exit code, or nothing when it came up after all.
  std::optional<int> start_and_fail();
  void stop();  // SIGTERM, waits for its end
  void kill9();
  void restart();
  void reload();  // SIGHUP; returns at once
  bool running();

  int port() const { return port_; }
  pid_t pid() const { return process_->pid(); }
  std::chrono::microseconds cpu_time() const;  // user and system time so far
  std::string log() const;                     // of all starts
  // Whether the text stands in the log `times` times before the deadline.
  bool logged(const std::string& text, int times = 1,
              std::chrono::milliseconds deadline = kPatience) const;

  std::filesystem::path file(const std::string& name) const { return directory_ / name; }
  BrokerOptions& options() { return options_; }  // for the next start

 private:
  void launch();
  bool accepts_connections() const;

  BrokerOptions options_;
  TempDir directory_;
  int port_;
  std::unique_ptr<Process> process_;
};

// The plugin with this dsn and no cache file.
BrokerOptions broker_with_plugin(const std::string& dsn);

}  // namespace loomgate::harness
