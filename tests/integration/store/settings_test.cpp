// SPDX-License-Identifier: Apache-2.0
#include "daemon/store/settings.h"

#include "tests/integration/services_mesh/mesh_test.h"

namespace loomgate::test {
namespace {

using Settings = MeshTest;

TEST_F(Settings, PlainValuesComeBackAndCanBeReplacedAndDeleted) {
  pool.transact([&](pg::Transaction& transaction) {
    EXPECT_EQ(store::find_setting(transaction.connection(), "ui_locale"), std::nullopt);
    store::put_setting(transaction, "ui_locale", "zh-CN");
    store::put_setting(transaction, "ui_locale", "en-US");
    EXPECT_EQ(store::find_setting(transaction.connection(), "ui_locale"), "en-US");
    EXPECT_TRUE(store::delete_setting(transaction, "ui_locale"));
    EXPECT_FALSE(store::delete_setting(transaction, "ui_locale"));
    EXPECT_EQ(store::find_setting(transaction.connection(), "ui_locale"), std::nullopt);
  });
}

TEST_F(Settings, SecretsAreSealedAndReplaceAPlainValue) {
  pool.transact([&](pg::Transaction& transaction) {
    store::put_setting(transaction, "token_secret", "was in clear");
    store::put_sealed_setting(transaction, sealer, "token_secret", "top-secret");
    EXPECT_EQ(store::find_setting(transaction.connection(), "token_secret"), std::nullopt);
    EXPECT_EQ(store::find_sealed_setting(transaction.connection(), sealer, "token_secret"), "top-secret");
  });
  EXPECT_THAT(rows_of("settings"), testing::Not(testing::HasSubstr("clear")));
  EXPECT_THAT(rows_of("settings"), testing::Not(testing::HasSubstr("746f702d736563726574")));
}

// Several daemons that start together each offer a secret; one wins, all use it.
TEST_F(Settings, TheFirstSecretStands) {
  const auto keep = [&](const char* secret) {
    return pool.transact([&](pg::Transaction& transaction) {
      return store::keep_sealed_setting(transaction, sealer, "token_secret", secret);
    });
  };
  EXPECT_EQ(keep("first"), "first");
  EXPECT_EQ(keep("second"), "first");
}

// Under its old name the sealed value of another setting does not open.
TEST_F(Settings, ASecretOpensUnderItsOwnNameOnly) {
  pool.transact([&](pg::Transaction& transaction) {
    store::put_sealed_setting(transaction, sealer, "one", "secret");
  });
  scalar("UPDATE settings SET key = 'two' WHERE key = 'one'");
  auto connection = pool.acquire();
  EXPECT_THROW(store::find_sealed_setting(*connection, sealer, "two"), std::runtime_error);
}

}  // namespace
}  // namespace loomgate::test
