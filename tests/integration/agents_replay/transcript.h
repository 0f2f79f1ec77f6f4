// SPDX-License-Identifier: Apache-2.0
// Makes a conversation (acts.h) of what was seen on the wire and in the brokers' journal. Pure.
//
// Devices become d1, d2, ... and their sessions s1, s2, ... in the order in which they are first seen; the n-th text
// that was pushed becomes "text n". So no id, key or address gets into the file but what agents write into their
// messages. What the administrator did is not seen: a command or a push is taken for his doing at the moment when it is
// sent.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/base/time.h"

namespace loomgate::test {

struct SeenMessage {
  std::string topic;
  std::string payload;
};
struct SeenSession {
  std::string node_id;
  bool open = true;
};
struct Seen {
  Timestamp at{};
  std::optional<SeenMessage> message;  // one of the two
  std::optional<SeenSession> session;
};

// How it ended, by the database.
struct ShownDevice {
  std::string node_id;
  std::string presence;
  std::string tunnel;
  std::string session_id;
  std::string confirmed_sha256;
};

// The conversation, with a line for everything seen, the time between them, and the end as expectations.
std::string transcript(std::vector<Seen> seen, const std::vector<ShownDevice>& end);

}  // namespace loomgate::test
