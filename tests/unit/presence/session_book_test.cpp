// SPDX-License-Identifier: Apache-2.0
#include "plugin/presence/session_book.h"

#include <gtest/gtest.h>

#include "tests/unit/access/fixtures.h"

namespace loomgate::presence {
namespace {

using namespace access::testing;

class Book : public ::testing::Test {
 protected:
  access::AccessTable table_ = table_of_vectors();
  const access::Principal& device_ = *table_.find(kNode);
  SessionBook book_;
  int first_ = 0, second_ = 0;  // stand for client objects
};

TEST_F(Book, ALoginIsOpenUntilItsClientIsDone) {
  const Session session = book_.open(&first_, device_, NetworkAddress("10.1.2.3"), 77);
  EXPECT_EQ(session.connected_us, 77);
  EXPECT_TRUE(book_.is_open(&first_, device_.key));
  EXPECT_FALSE(book_.is_open(&first_, device_.key + 1));
  EXPECT_EQ(book_.current(device_.key)->epoch, session.epoch);
  const auto ended = book_.close(&first_);
  ASSERT_TRUE(ended);
  EXPECT_EQ(ended->epoch, session.epoch);
  EXPECT_EQ(book_.current(device_.key), nullptr);
  EXPECT_FALSE(book_.close(&first_)) << "a second end";
}

TEST_F(Book, TheLoserOfATakeOverIsNobodysEnd) {
  book_.open(&first_, device_, {}, 1);
  const Session winner = book_.open(&second_, device_, {}, 2);
  EXPECT_FALSE(book_.close(&first_));
  EXPECT_EQ(book_.size(), 1U);
  EXPECT_EQ(book_.close(&second_)->epoch, winner.epoch);
}

TEST_F(Book, TheLoserOfATakeOverIsKnownWhileTheBrokerThrowsItOut) {
  book_.open(&first_, device_, {}, 1);
  EXPECT_FALSE(book_.is_taken_over(&first_));
  book_.open(&second_, device_, {}, 2);
  EXPECT_TRUE(book_.is_taken_over(&first_));
  EXPECT_FALSE(book_.is_taken_over(&second_));
  book_.close(&first_);
  EXPECT_TRUE(book_.is_taken_over(&first_)) << "its will comes after its end";
  int other = 0;
  book_.open(&other, *table_.find(kDaemon), {}, 3);
  EXPECT_FALSE(book_.is_taken_over(&first_));
}

TEST_F(Book, NobodyIsTakenOverByAConnectionThatFailed) {
  book_.open(&first_, device_, {}, 1);
  book_.open(&second_, device_, {}, 2);
  book_.close(&second_);
  EXPECT_FALSE(book_.is_taken_over(&first_));
}

TEST_F(Book, AnAddressThatIsUsedAgainAtOnceIsANewSession) {
  const Session before = book_.open(&first_, device_, {}, 1);
  const Session after = book_.open(&first_, *table_.find(kDaemon), {}, 2);
  EXPECT_GT(after.epoch, before.epoch);
  EXPECT_EQ(book_.current(device_.key), nullptr);
  EXPECT_EQ(book_.close(&first_)->epoch, after.epoch);
}

TEST_F(Book, AClientThatNobodySawConnectEndsNothing) {
  EXPECT_FALSE(book_.close(&second_));
}

TEST_F(Book, RenewingGivesANewerEpoch) {
  const Session before = book_.open(&first_, device_, {}, 1);
  EXPECT_GT(book_.renew(device_.key)->epoch, before.epoch);
  EXPECT_EQ(book_.renew(12345), nullptr);
  EXPECT_EQ(book_.principals(), std::vector<access::PrincipalKey>{device_.key});
}

TEST(NetworkAddress, KeepsIpv4AndIpv6AndNothingElse) {
  EXPECT_EQ(NetworkAddress("192.0.2.255").text(), "192.0.2.255");
  EXPECT_EQ(NetworkAddress("2001:db8::1").text(), "2001:db8::1");
  EXPECT_EQ(NetworkAddress("/run/mosquitto.sock").text(), "");
  EXPECT_EQ(NetworkAddress(nullptr).text(), "");
}

}  // namespace
}  // namespace loomgate::presence
