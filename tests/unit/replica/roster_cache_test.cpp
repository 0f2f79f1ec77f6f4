// SPDX-License-Identifier: Apache-2.0
#include "plugin/replica/roster_cache.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>

namespace loomgate::replica {
namespace {

access::Roster some_roster() {
  access::Roster roster;
  for (access::NodeNumber node = 1; node <= 3; ++node) {
    roster.devices.push_back(
        {.node = node, .config = 0xffffffffffff - node, .salt = {1}, .hash = {static_cast<std::uint8_t>(node)}});
  }
  roster.daemons.push_back({.username = "wfm-server-a", .salt = {2}, .hash = {3}});
  return roster;
}

bool refused(const std::vector<std::uint8_t>& bytes) {
  return std::holds_alternative<CacheRefused>(decode_roster(bytes));
}

// Gives altered content a checksum that fits, so that the rows themselves are judged.
std::vector<std::uint8_t> sealed(std::vector<std::uint8_t> content) {
  const Sha256 digest = sha256(content);
  content.insert(content.end(), digest.begin(), digest.end());
  return content;
}

TEST(RosterCache, DecodesWhatItEncodes) {
  const access::Roster roster = some_roster();
  const auto decoded = decode_roster(encode_roster(roster));
  ASSERT_TRUE(std::holds_alternative<access::Roster>(decoded));
  EXPECT_EQ(std::get<access::Roster>(decoded).devices, roster.devices);
  EXPECT_EQ(std::get<access::Roster>(decoded).daemons, roster.daemons);
}

TEST(RosterCache, EveryFlippedBitAndEveryCutIsRefused) {
  const std::vector<std::uint8_t> good = encode_roster(some_roster());
  for (std::size_t at = 0; at < good.size(); ++at) {
    std::vector<std::uint8_t> bad = good;
    bad[at] ^= 0x10;
    EXPECT_TRUE(refused(bad)) << "bit of byte " << at;
    EXPECT_TRUE(refused({good.begin(), good.begin() + static_cast<std::ptrdiff_t>(at)})) << "cut at " << at;
  }
  EXPECT_TRUE(refused({}));
}

TEST(RosterCache, RowsThatCannotBeAreRefusedEvenUnderAGoodChecksum) {
  const std::vector<std::uint8_t> good = encode_roster(some_roster());
  const std::vector<std::uint8_t> content(good.begin(), good.end() - 32);
  EXPECT_FALSE(refused(sealed(content)));
  std::vector<std::uint8_t> wide_id = content;
  wide_id[16 + 7] = 1;  // the top byte of the first node number
  EXPECT_TRUE(refused(sealed(wide_id)));
  std::vector<std::uint8_t> more_rows = content;
  more_rows[8] = 0xff;
  more_rows[11] = 0xff;
  EXPECT_TRUE(refused(sealed(more_rows)));
  std::vector<std::uint8_t> tail = content;
  tail.push_back(0);
  EXPECT_TRUE(refused(sealed(tail)));
  std::vector<std::uint8_t> name = content;
  name[16 + 3 * 64 + 1] = '#';
  EXPECT_TRUE(refused(sealed(name)));
}

class CacheFile : public ::testing::Test {
 protected:
  void SetUp() override {
    directory_ = ::testing::TempDir() + "roster_cache_XXXXXX";
    ASSERT_NE(::mkdtemp(directory_.data()), nullptr);
    path_ = directory_ + "/cache";
  }
  void TearDown() override { std::filesystem::remove_all(directory_); }
  std::string refusal() const {
    const auto loaded = load_cache(path_);
    const auto* refused = std::get_if<CacheRefused>(&loaded);
    return refused != nullptr ? refused->reason : std::string();
  }
  std::string directory_, path_;
};

TEST_F(CacheFile, IsWrittenPrivateAndReadBack) {
  save_cache(path_, some_roster());
  struct stat about {};
  ASSERT_EQ(::stat(path_.c_str(), &about), 0);
  EXPECT_EQ(about.st_mode & 0777, 0600U);
  const auto loaded = load_cache(path_);
  ASSERT_TRUE(std::holds_alternative<CachedRoster>(loaded));
  EXPECT_EQ(std::get<CachedRoster>(loaded).roster.size(), 4U);
  EXPECT_LT(std::get<CachedRoster>(loaded).age, std::chrono::minutes(1));
}

TEST_F(CacheFile, ReplacesTheOldOneAndLeavesNoTemporaryFile) {
  save_cache(path_, some_roster());
  std::ofstream(path_ + ".new") << "left by a crash";
  save_cache(path_, {});
  EXPECT_EQ(std::get<CachedRoster>(load_cache(path_)).roster.size(), 0U);
  EXPECT_FALSE(std::filesystem::exists(path_ + ".new"));
}

TEST_F(CacheFile, AgeIsTheTimeSinceTheLastConfirmation) {
  save_cache(path_, some_roster());
  const timespec times[2] = {{::time(nullptr) - 5000, 0}, {::time(nullptr) - 5000, 0}};
  ::utimensat(AT_FDCWD, path_.c_str(), times, 0);
  EXPECT_GE(std::get<CachedRoster>(load_cache(path_)).age.count(), 5000);
  touch_cache(path_);
  EXPECT_LT(std::get<CachedRoster>(load_cache(path_)).age.count(), 100);
}

TEST_F(CacheFile, WhatOthersMayWriteAndWhatIsNoFileIsRefused) {
  EXPECT_TRUE(std::holds_alternative<CacheMissing>(load_cache(path_)));
  save_cache(path_, some_roster());
  std::filesystem::permissions(path_, std::filesystem::perms(0620));
  EXPECT_EQ(refusal(), "others may write it");
  std::filesystem::permissions(path_, std::filesystem::perms(0600));
  std::filesystem::rename(path_, path_ + ".real");
  std::filesystem::create_symlink(path_ + ".real", path_);
  EXPECT_FALSE(refusal().empty());
  std::filesystem::remove(path_);
  std::filesystem::create_directory(path_);
  EXPECT_EQ(refusal(), "it is not a regular file");
}

TEST_F(CacheFile, ADirectoryThatIsNotThereIsAnError) {
  EXPECT_THROW(save_cache(directory_ + "/none/cache", some_roster()), std::system_error);
}

}  // namespace
}  // namespace loomgate::replica
