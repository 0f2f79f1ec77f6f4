// SPDX-License-Identifier: Apache-2.0
#include "tests/harness/process.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <grp.h>
#include <pwd.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <sstream>
#include <stdexcept>

#include "tests/harness/eventually.h"
#include "tests/harness/janitor.h"
#include "tests/harness/temp_dir.h"

extern char** environ;

namespace loomgate::harness {
namespace {

struct Identity {
  uid_t uid;
  gid_t gid;
};

std::optional<Identity> identity_of(const std::string& user) {
  if (user.empty()) return std::nullopt;
  const passwd* entry = getpwnam(user.c_str());
  if (entry == nullptr) throw std::runtime_error("no such user: " + user);
  return Identity{entry->pw_uid, entry->pw_gid};
}

std::vector<std::string> environment_with(const std::vector<std::pair<std::string, std::string>>& added) {
  std::vector<std::string> environment;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view text = *entry;
    const std::string_view name = text.substr(0, text.find('='));
    bool replaced = false;
    for (const auto& [added_name, value] : added) replaced = replaced || added_name == name;
    if (!replaced) environment.emplace_back(text);
  }
  for (const auto& [name, value] : added) environment.push_back(name + "=" + value);
  return environment;
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> made;
  for (std::string& text : texts) made.push_back(text.data());
  made.push_back(nullptr);
  return made;
}

// Everything is prepared before fork(): the child of a threaded program may only make system calls.
struct Launch {
  char* const* argv;
  char* const* environment;
  const char* output;
  const char* directory;
  std::optional<Identity> identity;
};

// In the child. Returns only on failure, with errno set.
void launch(const Launch& how) {
  setpgid(0, 0);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  const int input = open("/dev/null", O_RDONLY);
  const int output = open(how.output, O_WRONLY | O_CREAT | O_APPEND, 0644);
  if (input < 0 || output < 0) return;
  if (dup2(input, STDIN_FILENO) < 0 || dup2(output, STDOUT_FILENO) < 0 || dup2(output, STDERR_FILENO) < 0) return;
  if (how.identity) {
    if (setgroups(1, &how.identity->gid) != 0 || setgid(how.identity->gid) != 0 || setuid(how.identity->uid) != 0) return;
  }
  if (how.directory != nullptr && chdir(how.directory) != 0) return;
  execvpe(how.argv[0], how.argv, how.environment);
}

pid_t spawn(const Launch& how) {
  std::array<int, 2> ends{};
  if (pipe2(ends.data(), O_CLOEXEC) != 0) throw std::runtime_error("pipe2 failed");
  const pid_t child = fork();
  if (child == 0) {
    launch(how);
    const int error = errno;
    [[maybe_unused]] const ssize_t written = write(ends[1], &error, sizeof error);
    _exit(127);
  }
  close(ends[1]);
  int error = 0;
  const ssize_t got = child < 0 ? 0 : read(ends[0], &error, sizeof error);
  close(ends[0]);
  if (child < 0) throw std::runtime_error("fork failed");
  if (got == static_cast<ssize_t>(sizeof error)) {
    waitpid(child, nullptr, 0);
    throw std::runtime_error(fmt::format("cannot start {}: {}", how.argv[0], std::strerror(error)));
  }
  setpgid(child, child);  // whoever comes first; the group exists when we return
  return child;
}

}  // namespace

Process::Process(ProcessOptions options) : options_(std::move(options)) {
  if (options_.argv.empty()) throw std::invalid_argument("a process needs a program");
  if (options_.output.empty()) options_.output = "/dev/null";
  std::vector<std::string> arguments = options_.argv;
  std::vector<std::string> environment = environment_with(options_.env);
  const std::vector<char*> argument_pointers = pointers(arguments);
  const std::vector<char*> environment_pointers = pointers(environment);
  Janitor& janitor = Janitor::instance();
  pid_ = spawn({argument_pointers.data(), environment_pointers.data(), options_.output.c_str(),
                options_.working_directory.empty() ? nullptr : options_.working_directory.c_str(), identity_of(options_.user)});
  janitor.watch_group(pid_);
}

Process::~Process() {
  kill(-pid_, SIGKILL);
  reap(true);
  try {
    Janitor::instance().forget_group(pid_);
  } catch (const std::exception&) {
    // Then the janitor has nothing left to kill either.
  }
}

void Process::reap(bool block) {
  int status = 0;
  while (!status_) {
    const pid_t got = waitpid(pid_, &status, block ? 0 : WNOHANG);
    if (got == pid_) status_ = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    if (got == 0 || (got < 0 && errno != EINTR)) return;
  }
}

bool Process::running() {
  reap(false);
  return !status_;
}

void Process::signal(int number) {
  if (running()) kill(pid_, number);
}

void Process::signal_group(int number) {
  if (running()) kill(-pid_, number);
}

std::optional<int> Process::wait(std::chrono::milliseconds deadline) {
  eventually(deadline, [this] { return !running(); });
  return status_;
}

std::string Process::output() const {
  std::ifstream file(options_.output);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

std::string run_program(ProcessOptions options) {
  const TempDir directory;
  options.output = directory / "output";
  const std::string name = options.argv.at(0);
  Process process(std::move(options));
  const std::optional<int> status = process.wait(std::chrono::minutes(1));
  if (!status) throw std::runtime_error(fmt::format("{} did not end: {}", name, process.output()));
  if (*status != 0) throw std::runtime_error(fmt::format("{} failed with {}: {}", name, *status, process.output()));
  return process.output();
}

ProcessState look_at(pid_t process) {
  std::ifstream file(fmt::format("/proc/{}/stat", process));
  std::string line;
  std::getline(file, line);
  const std::size_t name_end = line.rfind(')');  // "12 (name) S 1 ..."
  if (name_end == std::string::npos || name_end + 4 > line.size()) return {};
  const char state = line[name_end + 2];
  return {state != 'Z' && state != 'X', state == 'T', std::atoi(line.c_str() + name_end + 4)};
}

bool running_as_root() { return geteuid() == 0; }

}  // namespace loomgate::harness
