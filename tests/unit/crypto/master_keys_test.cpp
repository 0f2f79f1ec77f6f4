// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>
#include <thread>

#include "daemon/crypto/sealer.h"
#include "daemon/crypto/tokens.h"

namespace loomgate::crypto {
namespace {

std::string key_text(char fill) {
  return base64(std::string(32, fill));
}

TEST(MasterKeys, BareLineHasIdOne) {
  const auto keys = parse_master_keys(key_text('a'));
  ASSERT_EQ(keys.size(), 1U);
  EXPECT_EQ(keys[0].id, 1U);
  EXPECT_EQ(keys[0].bytes, Bytes(32, 'a'));
}

TEST(MasterKeys, LinesKeepTheirOrderAndBlanksDoNotMatter) {
  const auto keys = parse_master_keys("7:" + key_text('a') + "\r\n\n  9:" + key_text('b') + "  \n");
  ASSERT_EQ(keys.size(), 2U);
  EXPECT_EQ(keys[0].id, 7U);
  EXPECT_EQ(keys[1].id, 9U);
}

TEST(MasterKeys, BadLinesAreRefused) {
  for (const std::string& text :
       {std::string(), std::string("\n \n"), std::string("1:"), "x:" + key_text('a'), "-1:" + key_text('a'),
        "4294967296:" + key_text('a'), "1:" + base64("short"), "1:" + key_text('a') + "\n1:" + key_text('b')}) {
    EXPECT_THROW(parse_master_keys(text), std::runtime_error) << text;
  }
}

class MasterKeyFile : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (std::filesystem::temp_directory_path() / "loomgate-keys-XXXXXX").string();
    ASSERT_NE(mkdtemp(pattern.data()), nullptr);
    folder_ = pattern;
    path_ = (folder_ / "master.key").string();
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  void write(const std::string& text, mode_t mode) const {
    std::ofstream(path_) << text;
    ASSERT_EQ(chmod(path_.c_str(), mode), 0);
  }

  std::filesystem::path folder_;
  std::string path_;
};

TEST_F(MasterKeyFile, IsMadeOncePrivateAndKept) {
  const auto made = load_or_create_master_key_file(path_);
  struct stat facts {};
  ASSERT_EQ(stat(path_.c_str(), &facts), 0);
  EXPECT_EQ(facts.st_mode & 0777, 0600U);
  EXPECT_EQ(load_or_create_master_key_file(path_)[0].bytes, made[0].bytes);
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder_), {}), 1) << "a draft was left behind";
}

TEST_F(MasterKeyFile, OpenToOthersIsRefused) {
  for (const mode_t mode : {0640U, 0604U, 0620U, 0666U}) {
    write(key_text('a'), mode);
    EXPECT_THROW(load_or_create_master_key_file(path_), std::runtime_error) << std::oct << mode;
  }
  write(key_text('a'), 0400);
  EXPECT_EQ(load_or_create_master_key_file(path_).size(), 1U);
}

TEST_F(MasterKeyFile, BadContentIsAnErrorAndNeverReplaced) {
  write("", 0600);
  EXPECT_THROW(load_or_create_master_key_file(path_), std::runtime_error);
  EXPECT_EQ(std::filesystem::file_size(path_), 0U);
}

TEST_F(MasterKeyFile, ErrorNamesThePath) {
  try {
    load_or_create_master_key_file((folder_ / "none" / "master.key").string());
    FAIL();
  } catch (const std::runtime_error& error) {
    EXPECT_NE(std::string(error.what()).find("none/master.key"), std::string::npos);
  }
}

TEST_F(MasterKeyFile, AFolderInItsPlaceIsRefused) {
  std::filesystem::create_directory(path_);
  std::filesystem::permissions(path_, std::filesystem::perms::owner_all);
  EXPECT_THROW(load_or_create_master_key_file(path_), std::runtime_error);
}

}  // namespace
}  // namespace loomgate::crypto
