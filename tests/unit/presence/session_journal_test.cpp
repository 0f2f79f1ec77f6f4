// SPDX-License-Identifier: Apache-2.0
#include "plugin/presence/session_journal.h"

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <thread>

#include "tests/unit/access/fixtures.h"

namespace loomgate::presence {
namespace {

using namespace access::testing;

constexpr int kDevices = 3000;  // more than the queue holds

class Journal : public ::testing::Test {
 protected:
  Journal() {
    for (int node = 0; node < kDevices; ++node)
      apply(table_, grant_device(static_cast<access::NodeNumber>(node), 1, "p"));
  }
  const access::Principal& device(int node) { return *table_.find(access::PrincipalKey(node)); }
  const void* client(int node) { return &objects_[static_cast<std::size_t>(node)]; }
  // What the writer would keep: the newest record of each principal.
  void read_queue() {
    while (const auto record = queue_.pop()) {
      auto [known, is_new] = newest_.try_emplace(record->key, *record);
      if (!is_new && supersedes(*record, known->second)) known->second = *record;
    }
  }
  std::size_t open_records() const {
    return static_cast<std::size_t>(
        std::count_if(newest_.begin(), newest_.end(), [](const auto& entry) { return entry.second.open(); }));
  }

  access::AccessTable table_;
  SessionQueue queue_;
  JournalStatus status_;
  SessionJournal journal_{table_, queue_, status_};
  std::array<char, kDevices> objects_{};
  std::map<access::PrincipalKey, SessionRecord> newest_;
};

TEST_F(Journal, ALoginAndItsEndAreTold) {
  journal_.login(client(1), device(1), "10.0.0.9");
  journal_.logout(client(1), -1);
  const auto login = queue_.pop(), end = queue_.pop();
  ASSERT_TRUE(login && end);
  EXPECT_TRUE(login->open());
  EXPECT_EQ(login->key, 1U);
  EXPECT_EQ(login->address.text(), "10.0.0.9");
  EXPECT_FALSE(end->open());
  EXPECT_EQ(end->end_reason, -1);
  EXPECT_EQ(end->epoch, login->epoch);
  EXPECT_TRUE(supersedes(*end, *login));
  EXPECT_FALSE(supersedes(*login, *end));
}

TEST_F(Journal, AFullQueueLosesNothing) {
  for (int node = 0; node < kDevices; ++node) journal_.login(client(node), device(node), "10.0.0.1");
  for (int node = 0; node < kDevices; node += 2) journal_.logout(client(node), -1);
  EXPECT_GT(status_.spilled, 0U);
  for (int tick = 0; tick < 10; ++tick) {
    read_queue();
    journal_.tick();
  }
  read_queue();
  EXPECT_EQ(newest_.size(), static_cast<std::size_t>(kDevices));
  EXPECT_EQ(open_records(), static_cast<std::size_t>(kDevices / 2));
}

TEST_F(Journal, AResyncTellsEveryOpenSessionOverSeveralTicks) {
  for (int node = 0; node < 2000; ++node) journal_.login(client(node), device(node), "10.0.0.1");
  read_queue();
  const std::map<access::PrincipalKey, SessionRecord> before = std::exchange(newest_, {});
  status_.resync = Resync::kSameEpochs;
  journal_.tick();
  journal_.logout(client(0), -1);  // in the middle of it
  for (int tick = 0; tick < 5; ++tick) {
    read_queue();
    journal_.tick();
  }
  read_queue();
  EXPECT_EQ(newest_.size(), 2000U);
  EXPECT_EQ(open_records(), 1999U);
  EXPECT_EQ(newest_.at(1).epoch, before.at(1).epoch);
  status_.resync = Resync::kNewEpochs;
  for (int tick = 0; tick < 5; ++tick) {
    journal_.tick();
    read_queue();
  }
  EXPECT_GT(newest_.at(1).epoch, before.at(1).epoch);
}

TEST_F(Journal, EndAllEndsWhatIsOpen) {
  for (int node = 0; node < kDevices; ++node) journal_.login(client(node), device(node), "10.0.0.1");
  while (!journal_.end_all()) read_queue();
  read_queue();
  EXPECT_EQ(newest_.size(), static_cast<std::size_t>(kDevices));
  EXPECT_EQ(open_records(), 0U);
  EXPECT_EQ(newest_.begin()->second.end_reason, kBrokerStopped);
}

TEST(SessionQueue, RecordsArriveInOrderAcrossThreadsAndTheReaderSleeps) {
  SessionQueue queue;
  constexpr std::uint64_t kCount = 20000;
  std::uint64_t expected = 1;
  std::thread reader([&] {
    while (expected <= kCount) {
      while (const auto record = queue.pop()) EXPECT_EQ(record->epoch, expected++);
      queue.wait(std::chrono::milliseconds(1000));
    }
  });
  for (std::uint64_t epoch = 1; epoch <= kCount;) {
    SessionRecord record;
    record.epoch = epoch;
    queue.push(record) ? void(++epoch) : std::this_thread::yield();
    if (epoch % 500 == 0) std::this_thread::sleep_for(std::chrono::microseconds(200));
  }
  reader.join();
  EXPECT_EQ(expected, kCount + 1);
}

}  // namespace
}  // namespace loomgate::presence
