// SPDX-License-Identifier: Apache-2.0
#include "daemon/base/log.h"

#include <gtest/gtest.h>

#include "daemon/json/json.h"

namespace loomgate {
namespace {

const Message kSaid{"LG-TEST-001", Level::kInfo, "said {}", "Nothing to do."};
const Message kWhispered{"LG-TEST-002", Level::kDebug, "whispered {}", "Nothing to do."};

class LogTest : public testing::Test {
 protected:
  void TearDown() override { configure_log(Level::kInfo, LogFormat::kText); }
  static std::string logged(const Message& message, const std::string& text) {
    testing::internal::CaptureStderr();
    log(message, text);
    return testing::internal::GetCapturedStderr();
  }
};

TEST_F(LogTest, TextLinesCannotBeForged) {
  configure_log(Level::kInfo, LogFormat::kText);
  const std::string line = logged(kSaid, "a\n2026 error \x1b[31m");
  EXPECT_EQ(line.find('\n'), line.size() - 1);
  EXPECT_NE(line.find("info    LG-TEST-001 said a\\x0a2026 error \\x1b[31m"), std::string::npos) << line;
}

TEST_F(LogTest, JsonLinesAreJsonWhateverTheTextHolds) {
  configure_log(Level::kInfo, LogFormat::kJson);
  const std::string line = logged(kSaid, "\"quoted\"\n\xff");
  ASSERT_EQ(line.find('\n'), line.size() - 1);
  const auto parsed = json::parse(line).value;
  ASSERT_TRUE(parsed) << line;
  EXPECT_EQ(parsed->view().find("id")->string(), "LG-TEST-001");
  EXPECT_EQ(parsed->view().find("level")->string(), "info");
  EXPECT_EQ(parsed->view().find("message")->string(), "said \"quoted\"\n\xEF\xBF\xBD");
}

TEST_F(LogTest, LowerLevelsAreSilent) {
  configure_log(Level::kInfo, LogFormat::kText);
  EXPECT_EQ(logged(kWhispered, "x"), "");
  configure_log(Level::kDebug, LogFormat::kText);
  EXPECT_NE(logged(kWhispered, "x"), "");
}

}  // namespace
}  // namespace loomgate
