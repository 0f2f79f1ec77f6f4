// SPDX-License-Identifier: Apache-2.0
#include "plugin/access/credentials.h"

#include <gtest/gtest.h>

#include "tests/unit/access/fixtures.h"

namespace loomgate::access {
namespace {

using namespace testing;

struct LoginCase {
  std::string_view username, client_id, password;
  LoginResult expected;
};

TEST(Credentials, EveryCaseOfConnect) {
  const AccessTable table = table_of_vectors();
  const LoginCase cases[] = {
      {kNode, kClient, kPassword, LoginResult::kAllowed},
      {kDaemon, kDaemon, kDaemonPassword, LoginResult::kAllowed},
      {kNode, kClient, "wrong", LoginResult::kWrongPassword},
      {kNode, kClient, "", LoginResult::kWrongPassword},
      {kNode, "wfm-node_dddddddddddd", kPassword, LoginResult::kWrongClientId},
      {kNode, "WFM-node_aaaaaaaaaaaa", kPassword, LoginResult::kWrongClientId},
      {kNode, kNode, kPassword, LoginResult::kWrongClientId},
      {kNode, "", kPassword, LoginResult::kWrongClientId},
      {"node_dddddddddddd", "wfm-node_dddddddddddd", kPassword, LoginResult::kUnknown},
      {"node_dddddddddddd", "wfm-node_dddddddddddd", "", LoginResult::kUnknown},
      {kDaemon, kClient, kDaemonPassword, LoginResult::kWrongClientId},
      {kDaemon, kDaemon, kPassword, LoginResult::kWrongPassword},
      {"wfm-server-two", "wfm-server-two", kDaemonPassword, LoginResult::kUnknown},
      {"node_AAAAAAAAAAAA", kClient, kPassword, LoginResult::kMalformed},
      {"node_aaaaaaaaaaa", kClient, kPassword, LoginResult::kMalformed},
      {"node_aaaaaaaaaaaa ", kClient, kPassword, LoginResult::kMalformed},
      {"node_+", "wfm-node_+", kPassword, LoginResult::kMalformed},
      {"node_aaaaaaaaaaa#", kClient, kPassword, LoginResult::kMalformed},
      {kNode, "wfm-node_aaaaaaaaaaa+", kPassword, LoginResult::kMalformed},
      {kNode, "wfm-node_aaaaaaaaaaaa/x", kPassword, LoginResult::kMalformed},
      {kNode, "wfm-node_aaaaaaaaaaaa\n", kPassword, LoginResult::kMalformed},
      {"wfm-server-", "wfm-server-", kDaemonPassword, LoginResult::kMalformed},
      {"wfm-server-#", "wfm-server-#", kDaemonPassword, LoginResult::kMalformed},
      {"bob", "bobs-laptop", "anything", LoginResult::kNotOurs},
      {"", "", "", LoginResult::kNotOurs},
      {"NODE_aaaaaaaaaaaa", "x", kPassword, LoginResult::kNotOurs},
      // A foreign account must not be able to throw a device or a daemon out.
      {"bob", kClient, "anything", LoginResult::kMalformed},
      {"", kDaemon, "anything", LoginResult::kMalformed},
  };
  for (const LoginCase& login : cases) {
    const Login answer = check_credentials(table, login.username, login.client_id, login.password);
    EXPECT_EQ(answer.result, login.expected) << login.username << " as " << login.client_id;
    EXPECT_EQ(answer.principal != nullptr, login.expected == LoginResult::kAllowed);
  }
}

TEST(Credentials, TheEmptyTableLetsNobodyIn) {
  const AccessTable empty;
  EXPECT_EQ(check_credentials(empty, kNode, kClient, kPassword).result, LoginResult::kUnknown);
  EXPECT_EQ(check_credentials(empty, kNode, kClient, "").result, LoginResult::kUnknown);
}

}  // namespace
}  // namespace loomgate::access
