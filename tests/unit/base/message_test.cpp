// SPDX-License-Identifier: Apache-2.0
#include "plugin/base/message.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace loomgate {
namespace {

const Message kOne{"LG-TEST-001", Level::kInfo, "one: {}", "Nothing to do."};

TEST(MessageRegistry, KnowsEveryMessage) {
  const auto all = all_messages();
  EXPECT_EQ(std::count(all.begin(), all.end(), &kOne), 1);
}

TEST(MessageRegistryDeathTest, DoubleIdEndsTheProgram) {
  EXPECT_DEATH(Message("LG-TEST-001", Level::kInfo, "two", ""), "two log messages have the id LG-TEST-001");
}

}  // namespace
}  // namespace loomgate
