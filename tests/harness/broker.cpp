// SPDX-License-Identifier: Apache-2.0
#include "tests/harness/broker.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <sstream>
#include <stdexcept>

#include "tests/harness/ports.h"

namespace loomgate::harness {
namespace {

using namespace std::chrono_literals;

std::string mosquitto_program() {
  // Not in the PATH of ordinary users.
  return ::access("/usr/sbin/mosquitto", X_OK) == 0 ? "/usr/sbin/mosquitto" : "mosquitto";
}

std::string plugin_file() {
  const char* named = std::getenv("LOOMGATE_PLUGIN");
  return named != nullptr ? named : LOOMGATE_PLUGIN_FILE;
}

std::string configuration(const BrokerOptions& options, int port) {
  std::ostringstream text;
  text
      << options.extra_config << "\n"
      << "listener " << port << " 127.0.0.1\n"
      << "allow_anonymous " << (options.access == BrokerOptions::Access::kAnonymous ? "true" : "false") << "\n"
      << "persistence false\nmax_packet_size 2000000\nmax_queued_messages 2000000000\nlog_dest stderr\nlog_timestamp false\n"
      << "log_type error\nlog_type warning\nlog_type notice\nlog_type information\n"
      << "connection_messages " << (options.log_clients ? "true" : "false") << "\n";
  if (running_as_root()) text << "user root\n";
  if (options.access == BrokerOptions::Access::kPlugin) {
    text << "plugin " << plugin_file() << "\n";
    for (const auto& [name, value] : options.plugin_options) text << "plugin_opt_" << name << " " << value << "\n";
  }
  return text.str();
}

std::vector<std::pair<std::string, std::string>> environment() {
  const std::string preload = LOOMGATE_PRELOAD;  // only in sanitizer builds
  if (preload.empty()) return {};
  // Mosquitto itself is not built with the sanitizer; what it leaks at its end is its own.
  return {{"LD_PRELOAD", preload},
          {"ASAN_OPTIONS", "detect_leaks=0:abort_on_error=1"},
          {"TSAN_OPTIONS", "halt_on_error=1"}};
}

}  // namespace

BrokerOptions broker_with_plugin(const std::string& dsn) {
  BrokerOptions options;
  options.plugin_options = {{"dsn", dsn}};
  return options;
}

MosquittoBroker::MosquittoBroker(BrokerOptions options) : options_(std::move(options)), port_(free_port()) {}

MosquittoBroker::~MosquittoBroker() = default;

void MosquittoBroker::launch() {
  std::ofstream(file("mosquitto.conf")) << configuration(options_, port_);
  process_ = std::make_unique<Process>(ProcessOptions{.argv = {mosquitto_program(), "-c", file("mosquitto.conf")},
                                                      .env = environment(),
                                                      .output = file("broker.log"),
                                                      .working_directory = directory_.path(),
                                                      .user = {}});
}

bool MosquittoBroker::accepts_connections() const {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port_));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const bool accepted = ::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  ::close(fd);
  return accepted;
}

void MosquittoBroker::start() {
  launch();
  const bool up = eventually(kPatience, [this] { return !process_->running() || accepts_connections(); });
  if (!up || !process_->running()) throw std::runtime_error("mosquitto did not come up:\n" + log());
}

std::optional<int> MosquittoBroker::start_and_fail() {
  launch();
  eventually(kPatience, [this] { return !process_->running() || accepts_connections(); });
  return process_->running() ? std::nullopt : process_->wait(kPatience);
}

void MosquittoBroker::stop() {
  process_->signal(SIGTERM);
  if (!process_->wait(kPatience)) throw std::runtime_error("mosquitto did not stop:\n" + log());
}

void MosquittoBroker::kill9() {
  process_->signal(SIGKILL);
  process_->wait(kPatience);
}

void MosquittoBroker::restart() {
  stop();
  start();
}

void MosquittoBroker::reload() {
  process_->signal(SIGHUP);
}

bool MosquittoBroker::running() {
  return process_ != nullptr && process_->running();
}

std::chrono::microseconds MosquittoBroker::cpu_time() const {
  std::ifstream stat("/proc/" + std::to_string(pid()) + "/stat");
  std::string text;
  std::getline(stat, text);
  // Fields are counted from behind the program's name, which may hold blanks; user and system time are numbers 14
  // and 15.
  std::istringstream fields(text.substr(text.rfind(')') + 2));
  std::string skipped;
  for (int field = 3; field < 14; ++field) fields >> skipped;
  std::int64_t user = 0, system = 0;
  fields >> user >> system;
  return std::chrono::microseconds((user + system) * 1000000 / ::sysconf(_SC_CLK_TCK));
}

std::string MosquittoBroker::log() const {
  std::ifstream file(directory_ / "broker.log");
  return {std::istreambuf_iterator<char>(file), {}};
}

bool MosquittoBroker::logged(const std::string& text, int times, std::chrono::milliseconds deadline) const {
  return eventually(deadline, [&] {
    const std::string content = log();
    int found = 0;
    for (std::size_t at = content.find(text); at != std::string::npos; at = content.find(text, at + 1)) ++found;
    return found >= times;
  });
}

}  // namespace loomgate::harness
