// SPDX-License-Identifier: Apache-2.0
// Log lines of interest have an id and a sentence for the operator. Each room keeps its own messages.h with entries like
//   inline const Message kDatabaseLost{"LG-DB-001", Level::kWarning, "database lost: {}",
//       "The daemon keeps running and reconnects. Check that PostgreSQL is up and reachable."};
// docs/messages.md is generated from all of them (loomgated messages). The text is an fmt template.
#pragma once

#include <span>
#include <string>

namespace loomgate {

enum class Level { kTrace, kDebug, kInfo, kWarning, kError };

struct Message {
  Message(const char* message_id, Level message_level, const char* message_text, const char* message_advice);
  Message(const Message&) = delete;
  Message& operator=(const Message&) = delete;

  const char* id;
  Level level;
  const char* text;
  const char* advice;
};

// Every message linked into the program; ids are unique (checked at registration).
std::span<const Message* const> all_messages();

}  // namespace loomgate
