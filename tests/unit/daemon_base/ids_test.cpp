// SPDX-License-Identifier: Apache-2.0
#include "daemon/base/ids.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <set>

namespace loomgate {
namespace {

TEST(Ids, HaveTheContractsForm) {
  for (int i = 0; i < 100; ++i) {
    const std::string id = new_id("cfg");
    EXPECT_EQ(id.size(), 16U);
    EXPECT_TRUE(is_id(id, "cfg")) << id;
    EXPECT_FALSE(is_id(id, "node"));
  }
}

TEST(Ids, DoNotRepeat) {
  std::set<std::string> seen;
  for (int i = 0; i < 1000; ++i) seen.insert(new_id("node"));
  EXPECT_EQ(seen.size(), 1000U);
}

TEST(Ids, ManyAtOnceAreDifferentAndAscending) {
  const auto ids = new_ids("plink", 5000);
  ASSERT_EQ(ids.size(), 5000U);
  EXPECT_TRUE(is_id(ids.front(), "plink")) << ids.front();
  EXPECT_TRUE(is_id(ids.back(), "plink")) << ids.back();
  EXPECT_EQ(std::ranges::adjacent_find(ids, std::greater_equal<>()), ids.end());
  EXPECT_TRUE(new_ids("plink", 0).empty());
}

TEST(Ids, RequestIdsAreUuid4WithoutDashes) {
  const std::string id = new_request_id();
  ASSERT_EQ(id.size(), 32U);
  EXPECT_EQ(id.find_first_not_of("0123456789abcdef"), std::string::npos);
  EXPECT_EQ(id[12], '4');
  EXPECT_NE(std::string("89ab").find(id[16]), std::string::npos);
}

TEST(Ids, OtherTextsAreNoIds) {
  for (const char* text : {"", "cfg", "cfg_", "cfg_0123456789a", "cfg_0123456789abc", "cfg_0123456789AB",
                           "cfg-0123456789ab", "cfx_0123456789ab", "cfg_0123456789a/"}) {
    EXPECT_FALSE(is_id(text, "cfg")) << text;
  }
}

}  // namespace
}  // namespace loomgate
