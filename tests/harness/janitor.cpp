// SPDX-License-Identifier: Apache-2.0
#include "tests/harness/janitor.h"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <stdexcept>

namespace loomgate::harness {
namespace {

constexpr const char* kScript = R"(
groups=' '
directories=
while read -r verb what; do
  case $verb in
    group) groups="$groups$what " ;;
    forget) case $groups in *" $what "*) groups="${groups%% $what *} ${groups#* $what }" ;; esac ;;
    directory) directories="$directories
$what" ;;
  esac
done
for group in $groups; do kill -s KILL -- "-$group"; done
printf '%s\n' "$directories" | while read -r directory; do
  [ -z "$directory" ] || rm -rf -- "$directory"
done
)";

}  // namespace

// Never destroyed: the end of the process closes the pipe, after every destructor had its turn.
Janitor& Janitor::instance() {
  static Janitor* const janitor = new Janitor();
  return *janitor;
}

Janitor::Janitor() {
  std::array<int, 2> ends{};
  if (pipe2(ends.data(), O_CLOEXEC) != 0) throw std::runtime_error("pipe2 failed");
  const pid_t child = fork();
  if (child < 0) throw std::runtime_error("fork failed");
  if (child == 0) {
    // Its own session: Ctrl-C on the terminal must not end it before us. A grandchild: nobody has to wait for it.
    setsid();
    if (fork() != 0) _exit(0);
    dup2(ends[0], STDIN_FILENO);
    const int null = open("/dev/null", O_WRONLY);
    dup2(null, STDOUT_FILENO);
    dup2(null, STDERR_FILENO);
    execl("/bin/sh", "sh", "-c", kScript, nullptr);
    _exit(127);
  }
  close(ends[0]);
  pipe_ = ends[1];
  while (waitpid(child, nullptr, 0) < 0 && errno == EINTR) {
  }
}

void Janitor::watch_group(pid_t group) { tell("group " + std::to_string(group)); }
void Janitor::forget_group(pid_t group) { tell("forget " + std::to_string(group)); }
void Janitor::watch_directory(const std::filesystem::path& path) { tell("directory " + path.string()); }

void Janitor::tell(const std::string& line) {
  const std::lock_guard lock(mutex_);
  const std::string text = line + "\n";
  if (write(pipe_, text.data(), text.size()) != static_cast<ssize_t>(text.size()))
    throw std::runtime_error("the clean-up process is gone");
}

}  // namespace loomgate::harness
