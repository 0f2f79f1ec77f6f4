// SPDX-License-Identifier: Apache-2.0
#include "daemon/app/messages_page.h"

#include <gtest/gtest.h>

#include <array>
#include <cstdio>
#include <fstream>
#include <memory>
#include <sstream>

#include "plugin/base/message.h"

namespace loomgate::app {
namespace {

// The page is made by the real program: only it links every room's messages.
std::string program_output(const std::string& command) {
  const std::unique_ptr<FILE, int (*)(FILE*)> pipe(::popen(command.c_str(), "r"), &::pclose);
  std::string text;
  std::array<char, 4096> piece{};
  while (pipe && std::fgets(piece.data(), piece.size(), pipe.get()) != nullptr) text += piece.data();
  return text;
}

TEST(MessagesPage, PageOfRecordIsCurrent) {
  std::ifstream file(LOOMGATE_SOURCE_DIR "/docs/messages.md");
  std::ostringstream text;
  text << file.rdbuf();
  EXPECT_EQ(text.str(), program_output("\"" LOOMGATED_PROGRAM "\" messages"))
      << "run: loomgated messages > docs/messages.md";
}

TEST(MessagesPage, EveryMessageHasAnIdAndAdvice) {
  for (const auto* message : all_messages()) {
    EXPECT_TRUE(std::string(message->id).starts_with("LG-")) << message->text;
    EXPECT_FALSE(std::string(message->advice).empty()) << message->id;
  }
}

}  // namespace
}  // namespace loomgate::app
