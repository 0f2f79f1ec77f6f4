// SPDX-License-Identifier: Apache-2.0
#include "daemon/app/messages_page.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <vector>

#include "daemon/base/level_name.h"
#include "plugin/base/message.h"

namespace loomgate::app {

std::string messages_markdown() {
  const auto all = all_messages();
  std::vector<const Message*> sorted(all.begin(), all.end());
  std::ranges::sort(sorted,
                    [](const Message* left, const Message* right) { return std::string_view(left->id) < right->id; });
  std::string text =
      "# Log messages of loomgated\n\n"
      "This page is written by `loomgated messages`. `{}` stands for what differs from line to line.\n\n"
      "| Id | Level | Text | What it means, what to do |\n| --- | --- | --- | --- |\n";
  for (const auto* message : sorted) {
    text +=
        fmt::format("| {} | {} | {} | {} |\n", message->id, level_name(message->level), message->text, message->advice);
  }
  return text;
}

}  // namespace loomgate::app
