// SPDX-License-Identifier: Apache-2.0
// The rest of the harness: processes end with their owner, whatever end that is.
#include <gtest/gtest.h>
#include <signal.h>

#include <fstream>

#include "tests/harness/eventually.h"
#include "tests/harness/ports.h"
#include "tests/harness/process.h"
#include "tests/harness/temp_dir.h"

namespace loomgate::harness {
namespace {

using namespace std::chrono_literals;

TEST(Process, ReportsExitCodesSignalsAndOutput) {
  const TempDir directory;
  Process failing({.argv = {"sh", "-c", "echo out; echo $GREETING >&2; exit 7"},
                   .env = {{"GREETING", "hello"}},
                   .output = directory / "output",
                   .working_directory = {},
                   .user = {}});
  EXPECT_EQ(failing.wait(30s), 7);
  EXPECT_EQ(failing.output(), "out\nhello\n");
  Process sleeping({.argv = {"sleep", "1000"}, .env = {}, .output = {}, .working_directory = {}, .user = {}});
  EXPECT_EQ(sleeping.wait(10ms), std::nullopt);
  sleeping.signal(SIGTERM);
  EXPECT_EQ(sleeping.wait(30s), 128 + SIGTERM);
}

TEST(Process, AProgramThatDoesNotExistIsAnError) {
  EXPECT_THROW(Process({.argv = {"/nonexistent/program"}, .env = {}, .output = {}, .working_directory = {}, .user = {}}), std::runtime_error);
}

TEST(Process, TheDestructorEndsItsChildrenToo) {
  const TempDir directory;
  pid_t grandchild = 0;
  {
    const Process parent(
        {.argv = {"sh", "-c", "sleep 1000 & echo $!; wait"}, .env = {}, .output = directory / "output", .working_directory = {}, .user = {}});
    ASSERT_TRUE(eventually(30s, [&] { return parent.output().ends_with('\n'); }));
    grandchild = std::stoi(parent.output());
    ASSERT_TRUE(look_at(grandchild).alive);
  }
  EXPECT_TRUE(eventually(30s, [&] { return !look_at(grandchild).alive; }));
}

TEST(FreePort, IsOneThatNobodyUses) {
  const int port = free_port();
  EXPECT_GT(port, 1024);
  EXPECT_LT(port, 32768);
}

// Runs itself once more in the part of the victim.
TEST(Janitor, CleansUpAfterATestProgramThatWasKilled) {
  if (const char* report = std::getenv("LOOMGATE_TEST_VICTIM")) {
    const TempDir directory;
    const Process process({.argv = {"sleep", "1000"}, .env = {}, .output = {}, .working_directory = {}, .user = {}});
    std::ofstream(report) << directory.path().string() << ' ' << process.pid() << std::endl;
    raise(SIGKILL);
  }
  const TempDir directory;
  Process victim({.argv = {"/proc/self/exe", "--gtest_filter=Janitor.CleansUpAfterATestProgramThatWasKilled"},
                  .env = {{"LOOMGATE_TEST_VICTIM", directory / "report"}},
                  .output = directory / "output",
                  .working_directory = {},
                  .user = {}});
  ASSERT_EQ(victim.wait(30s), 128 + SIGKILL) << victim.output();
  std::filesystem::path left;
  pid_t process = 0;
  std::ifstream(directory / "report") >> left >> process;
  ASSERT_GT(process, 0);
  EXPECT_TRUE(eventually(30s, [&] { return !look_at(process).alive; }));
  EXPECT_TRUE(eventually(30s, [&] { return !exists(left); }));
}

}  // namespace
}  // namespace loomgate::harness
