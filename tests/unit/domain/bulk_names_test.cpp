// SPDX-License-Identifier: Apache-2.0
#include "daemon/domain/bulk_names.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace loomgate::domain {
namespace {

using testing::ElementsAre;

TEST(BulkNames, ClashesGetNumbers) {
  EXPECT_THAT(bulk_file_names("mesh", {"a", "b", "a", "a"}),
              ElementsAre("mesh-a.conf", "mesh-b.conf", "mesh-a-2.conf", "mesh-a-3.conf"));
  EXPECT_THAT(bulk_file_names("mesh", {"a", "a-2", "a"}), ElementsAre("mesh-a.conf", "mesh-a-2.conf", "mesh-a-3.conf"));
}

TEST(BulkNames, NamesThatDifferInCaseOnlyClashToo) {
  EXPECT_THAT(bulk_file_names("mesh", {"Box", "box", "BOX"}), ElementsAre("mesh-Box.conf", "mesh-box-2.conf", "mesh-BOX-3.conf"));
}

TEST(BulkNames, SegmentsAreAscii) {
  EXPECT_THAT(bulk_file_names("m", {"\u4e2d", "\U0001F600", "..."}),
              ElementsAre("m-u4e2d.conf", "m-u1f600.conf", "m-node.conf"));
}

}  // namespace
}  // namespace loomgate::domain
