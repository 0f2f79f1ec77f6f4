// SPDX-License-Identifier: Apache-2.0
// Every file of conversations/ is a test, named after what it is about. Each is replayed twice: with every message
// taken in alone, and with messages that follow each other taken in as one batch, as under load. Both must end the
// same.
#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <tuple>
#include <vector>

#include "tests/integration/agents_replay/replay.h"

namespace loomgate::test {
namespace {

std::vector<std::filesystem::path> conversations() {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(LOOMGATE_CONVERSATIONS))
    if (entry.path().extension() == ".conversation") files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  return files;
}

using Case = std::tuple<std::filesystem::path, Arrival>;

class Replay : public testing::TestWithParam<Case> {};

TEST_P(Replay, ends_as_it_says) {
  const auto& [file, arrival] = GetParam();
  World world(arrival);
  replay(world, read_script(file), file.string());
}

std::string name_of(const testing::TestParamInfo<Case>& info) {
  auto name = std::get<0>(info.param).stem().string();
  for (auto& character : name)
    if (std::isalnum(static_cast<unsigned char>(character)) == 0) character = '_';
  return name + (std::get<1>(info.param) == Arrival::kOneByOne ? "" : "_in_batches");
}

INSTANTIATE_TEST_SUITE_P(Conversation, Replay,
                         testing::Combine(testing::ValuesIn(conversations()),
                                          testing::Values(Arrival::kOneByOne, Arrival::kTogether)),
                         name_of);

}  // namespace
}  // namespace loomgate::test
