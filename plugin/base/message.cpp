// SPDX-License-Identifier: Apache-2.0
#include "plugin/base/message.h"

#include <cstdio>
#include <cstdlib>
#include <string_view>
#include <unordered_set>
#include <vector>

namespace loomgate {
namespace {

// Function-local, because messages of other files register during static initialisation.
std::vector<const Message*>& registry() {
  static std::vector<const Message*> messages;
  return messages;
}

}  // namespace

Message::Message(const char* message_id, Level message_level, const char* message_text, const char* message_advice)
    : id(message_id), level(message_level), text(message_text), advice(message_advice) {
  static std::unordered_set<std::string_view> ids;
  if (!ids.insert(id).second) {
    std::fprintf(stderr, "loomgate: two log messages have the id %s\n", id);
    std::abort();
  }
  registry().push_back(this);
}

std::span<const Message* const> all_messages() { return registry(); }

}  // namespace loomgate
