// SPDX-License-Identifier: Apache-2.0
#include "tests/harness/daemon.h"

#include <fmt/format.h>

#include <csignal>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <stdexcept>

#include "tests/harness/ports.h"

namespace loomgate::harness {
namespace {

constexpr std::chrono::seconds kStartDeadline{60};
constexpr std::chrono::seconds kStopDeadline{60};
constexpr const char* kReadyLine = "loomgated ready at ";

std::string read_text(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(file), {});
}

int count(const std::string& text, const std::string& wanted) {
  int found = 0;
  for (auto at = text.find(wanted); at != std::string::npos; at = text.find(wanted, at + wanted.size())) ++found;
  return found;
}

}  // namespace

std::string loomgated_program() {
  const char* other = std::getenv("LOOMGATE_DAEMON");
  return other != nullptr ? other : LOOMGATED_PROGRAM;
}

LoomgateDaemon::LoomgateDaemon(DaemonOptions options) : options_(std::move(options)), port_(free_port()) {}

LoomgateDaemon::~LoomgateDaemon() = default;

std::string LoomgateDaemon::url() const {
  return fmt::format("http://127.0.0.1:{}", port_);
}

std::vector<std::pair<std::string, std::string>> LoomgateDaemon::environment() const {
  std::vector<std::pair<std::string, std::string>> env = {
      {"WFM_DATABASE", options_.dsn},
      {"WFM_LISTEN", fmt::format("127.0.0.1:{}", port_)},
      {"WFM_DATA_DIR", (directory_ / "data").string()},
      {"WFM_ENABLE_MQTT_SERVICES", options_.mqtt_port == 0 ? "false" : "true"},
      {"WFM_LOG_LEVEL", "debug"},
  };
  if (options_.mqtt_port != 0) {
    env.emplace_back("WFM_MQTT_URL", fmt::format("mqtt://127.0.0.1:{}", options_.mqtt_port));
    env.emplace_back("WFM_MQTT_PUBLIC_PORT", std::to_string(options_.mqtt_port));
  }
  if (!options_.master_key_file.empty())
    env.emplace_back("LOOMGATE_MASTER_KEY_FILE", options_.master_key_file.string());
  for (const auto& [name, value] : options_.env) {
    std::erase_if(env, [&](const auto& ours) { return ours.first == name; });
    env.emplace_back(name, value);
  }
  return env;
}

void LoomgateDaemon::launch() {
  log_begin_ = log().size();
  ProcessOptions process;
  process.argv = options_.arguments;
  process.argv.insert(process.argv.begin(), loomgated_program());
  process.env = environment();
  process.output = directory_ / "log";
  process_ = std::make_unique<Process>(std::move(process));
}

void LoomgateDaemon::start() {
  launch();
  const bool ready = eventually(
      kStartDeadline, [this] { return !running() || log().find(kReadyLine, log_begin_) != std::string::npos; });
  if (!ready || !running()) throw std::runtime_error("loomgated did not become ready:\n" + log().substr(log_begin_));
}

std::optional<int> LoomgateDaemon::start_and_fail() {
  launch();
  eventually(kStartDeadline, [this] { return !running() || log().find(kReadyLine, log_begin_) != std::string::npos; });
  return running() ? std::nullopt : process_->wait(kStopDeadline);
}

int LoomgateDaemon::stop() {
  process_->signal(SIGTERM);
  const auto code = process_->wait(kStopDeadline);
  if (!code) throw std::runtime_error("loomgated did not stop:\n" + log().substr(log_begin_));
  return *code;
}

void LoomgateDaemon::kill9() {
  process_->signal_group(SIGKILL);
  process_->wait(kStopDeadline);
}

void LoomgateDaemon::restart() {
  if (running()) stop();
  start();
}

void LoomgateDaemon::signal(int number) {
  process_->signal(number);
}

bool LoomgateDaemon::running() {
  return process_ && process_->running();
}

std::string LoomgateDaemon::log() const {
  return read_text(directory_ / "log");
}

bool LoomgateDaemon::logged(const std::string& text, int times, std::chrono::milliseconds deadline) const {
  return eventually(deadline, [&] { return count(log(), text) >= times; });
}

std::string LoomgateDaemon::bootstrap_code() const {
  auto code = read_text(directory_ / "data" / "bootstrap-code");
  while (code.ends_with('\n')) code.pop_back();
  return code;
}

LoomgateDaemon::Run LoomgateDaemon::run(std::vector<std::string> arguments) const {
  const TempDir scratch;
  ProcessOptions process;
  process.argv = std::move(arguments);
  process.argv.insert(process.argv.begin(), loomgated_program());
  process.env = environment();
  process.output = scratch / "output";
  Process ran(std::move(process));
  const auto code = ran.wait(std::chrono::seconds(60));
  return {code.value_or(-1), read_text(scratch / "output")};
}

}  // namespace loomgate::harness
