// SPDX-License-Identifier: Apache-2.0
#include "tests/harness/postgres_install.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <pwd.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>
#include <stdexcept>

#include "tests/harness/process.h"
#include "tests/harness/temp_dir.h"

namespace loomgate::harness {
namespace {

constexpr int kOldestVersion = 15;

std::filesystem::path find_programs() {
  if (const char* configured = std::getenv("LOOMGATE_PG_BINDIR")) return configured;
  int newest = 0;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator("/usr/lib/postgresql", error)) {
    const int version = std::atoi(entry.path().filename().c_str());
    if (version > newest && exists(entry.path() / "bin" / "initdb")) newest = version;
  }
  if (newest < kOldestVersion)
    throw std::runtime_error("no PostgreSQL 15 or newer below /usr/lib/postgresql; set LOOMGATE_PG_BINDIR");
  return fmt::format("/usr/lib/postgresql/{}/bin", newest);
}

const std::filesystem::path& program_directory() {
  static const std::filesystem::path directory = find_programs();
  return directory;
}

// Whose files these are, or nobody's when the directory does not exist or is no directory.
bool is_directory_of(const std::filesystem::path& path, uid_t owner) {
  struct stat status {};
  return lstat(path.c_str(), &status) == 0 && S_ISDIR(status.st_mode) && status.st_uid == owner;
}

uid_t server_uid() {
  if (!running_as_root()) return geteuid();
  const passwd* entry = getpwnam("postgres");
  if (entry == nullptr) throw std::runtime_error("no user postgres; install the PostgreSQL server");
  return entry->pw_uid;
}

class FileLock {
 public:
  explicit FileLock(const std::filesystem::path& path) : fd_(open(path.c_str(), O_CREAT | O_RDWR | O_CLOEXEC | O_NOFOLLOW, 0600)) {
    if (fd_ < 0 || flock(fd_, LOCK_EX) != 0) throw std::runtime_error("cannot lock " + path.string());
  }
  ~FileLock() { close(fd_); }
  FileLock(const FileLock&) = delete;
  FileLock& operator=(const FileLock&) = delete;

 private:
  int fd_;
};

void run_initdb(const std::filesystem::path& path) {
  run_program({.argv = {postgres_program("initdb"), "-D", path, "-U", "postgres", "--encoding=UTF8", "--locale=C", "--no-sync",
                        "--auth-local=trust", "--auth-host=scram-sha-256"},
               .env = {},
               .output = {},
               .working_directory = "/",
               .user = postgres_user()});
}

// Named after user, version and boot: a machine that was upgraded makes a new one, and a reboot that cleans /tmp halfway
// leaves nothing that looks whole.
std::filesystem::path cache_path() {
  std::ifstream file("/proc/sys/kernel/random/boot_id");
  std::string boot;
  file >> boot;
  const std::string version = program_directory().parent_path().filename();
  return fast_root() / fmt::format("loomgate-initdb-{}-{}-{}", geteuid(), version, boot.substr(0, 8));
}

}  // namespace

std::string postgres_user() { return running_as_root() ? "postgres" : ""; }

std::string postgres_program(const std::string& name) { return program_directory() / name; }

void make_data_directory(const std::filesystem::path& path) {
  const std::filesystem::path cache = cache_path();
  {
    const FileLock lock(cache.string() + ".lock");
    if (!exists(cache / "complete")) {
      std::filesystem::remove_all(cache);
      run_initdb(cache);
      std::ofstream(cache / "complete") << "ok\n";
    }
  }
  // Somebody else's directory under that name in a shared /tmp is not copied.
  if (!is_directory_of(cache, server_uid())) throw std::runtime_error(cache.string() + " belongs to somebody else");
  run_program({.argv = {"cp", "-a", "--reflink=auto", cache, path}, .env = {}, .output = {}, .working_directory = "/", .user = postgres_user()});
  std::filesystem::remove(path / "complete");
}

}  // namespace loomgate::harness
