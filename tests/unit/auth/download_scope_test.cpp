// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "daemon/base/error.h"
#include "daemon/services/download_tokens.h"

namespace loomgate::services {
namespace {

std::string refusal(std::string_view kind, std::string_view id) {
  try {
    file_scope(kind, id);
  } catch (const Error& error) {
    return error.code().code;
  }
  return "";
}

TEST(DownloadScope, FilesAreOfThreeKinds) {
  for (const char* kind : {"client_artifact", "config_bulk_package", "snapshot_export"}) {
    const auto scope = file_scope(kind, "some_id");
    EXPECT_EQ(scope.permission, "file.download");
    ASSERT_EQ(scope.resource.size(), 2U);
    EXPECT_EQ(scope.resource[0].second, kind);
    EXPECT_EQ(scope.resource[1].second, "some_id");
  }
  EXPECT_EQ(refusal("node_config", "some_id"), "INVALID_DOWNLOAD_RESOURCE");
  EXPECT_EQ(refusal("", "some_id"), "INVALID_DOWNLOAD_RESOURCE");
  EXPECT_EQ(refusal("snapshot_export", " \t"), "INVALID_DOWNLOAD_RESOURCE");
}

}  // namespace
}  // namespace loomgate::services
