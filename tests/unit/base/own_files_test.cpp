// SPDX-License-Identifier: Apache-2.0
#include "plugin/base/own_files.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <thread>

namespace loomgate {
namespace {

bool is_open(int file) {
  return ::fcntl(file, F_GETFD) >= 0;
}

TEST(OwnFiles, AThreadKeepsWhatItNamesAndNobodyElseNotices) {
#ifdef __SANITIZE_THREAD__
  GTEST_SKIP() << "ThreadSanitizer knows one file table only, so the threads share it";
#endif
  const int kept = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
  const int other = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
  ASSERT_GE(kept, 0);
  ASSERT_GE(other, 0);
  std::thread([&] {
    ASSERT_TRUE(use_own_files({kept}));
    EXPECT_TRUE(is_open(kept));
    EXPECT_TRUE(is_open(STDERR_FILENO));
    EXPECT_FALSE(is_open(other));
    ::close(kept);
  }).join();
  EXPECT_TRUE(is_open(kept));
  EXPECT_TRUE(is_open(other));
  ::close(kept);
  ::close(other);
}

}  // namespace
}  // namespace loomgate
