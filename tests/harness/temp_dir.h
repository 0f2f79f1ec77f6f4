// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>

namespace loomgate::harness {

// TMPDIR where it is short enough for a unix socket, /tmp otherwise.
std::filesystem::path temp_root();

// For data that many small files hold: /dev/shm where it has room (a database is copied 20 times faster there), temp_root()
// otherwise.
std::filesystem::path fast_root();

// A new directory (mode 0700) with a short path, so that unix sockets fit in it; removed with all it holds at the end,
// even when the test program dies.
class TempDir {
 public:
  explicit TempDir(const std::filesystem::path& root = temp_root());
  ~TempDir();
  TempDir(const TempDir&) = delete;
  TempDir& operator=(const TempDir&) = delete;

  const std::filesystem::path& path() const { return path_; }
  std::filesystem::path operator/(const std::string& name) const { return path_ / name; }

 private:
  std::filesystem::path path_;
};

}  // namespace loomgate::harness
