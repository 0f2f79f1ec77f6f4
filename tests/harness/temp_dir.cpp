// SPDX-License-Identifier: Apache-2.0
#include "tests/harness/temp_dir.h"

#include <stdlib.h>
#include <unistd.h>

#include <stdexcept>

#include "tests/harness/janitor.h"

namespace loomgate::harness {

std::filesystem::path temp_root() {
  constexpr std::size_t kRoomForSocketName = 60;  // of the 107 bytes of sun_path
  const char* configured = std::getenv("TMPDIR");
  if (configured == nullptr || *configured != '/' || std::string_view(configured).size() > kRoomForSocketName) return "/tmp";
  return configured;
}

std::filesystem::path fast_root() {
  constexpr std::uintmax_t kEnough = std::uintmax_t{2} << 30;
  std::error_code error;
  const std::filesystem::space_info space = std::filesystem::space("/dev/shm", error);
  return !error && space.available >= kEnough && access("/dev/shm", W_OK | X_OK) == 0 ? "/dev/shm" : temp_root();
}

TempDir::TempDir(const std::filesystem::path& root) {
  std::string name = root / "lg-XXXXXX";
  if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("cannot make a directory like " + name);
  path_ = name;
  Janitor::instance().watch_directory(path_);
}

TempDir::~TempDir() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

}  // namespace loomgate::harness
