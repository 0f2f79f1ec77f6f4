// SPDX-License-Identifier: Apache-2.0
// What one transaction makes of a row of messages: loads the nodes and commands they name with one statement each,
// folds the messages in order, writes the outcome back set-based.
#pragma once

#include <map>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "daemon/agents/envelope.h"
#include "daemon/base/time.h"
#include "daemon/store/agent_events.h"
#include "daemon/store/command_delivery.h"
#include "daemon/store/presence.h"

namespace loomgate::agents {

struct BatchOutcome {
  std::map<std::string, std::uint64_t> counts;  // "accepted" and reasons
  std::vector<std::string> returned;            // nodes that may have missed a push
};

class Batch {
 public:
  Batch(pg::Transaction& transaction, const store::Deadlines& deadlines, Timestamp now)
      : transaction_(transaction), deadlines_(deadlines), now_(now) {}

  // Once per object.
  BatchOutcome handle(std::span<const Upstream> messages);

 private:
  struct Node {
    store::NodePresence presence;
    bool changed = false;
  };

  void load(std::span<const Upstream> messages);
  void handle(const Upstream& message);
  Node* welcome(const Upstream& message);
  void signal(Node& node, const domain::Signal& signal);
  void take_event(Node& node, const Upstream& message);
  void take_detect_ack(Node& node, const Upstream& message);
  void take_ack(Node& node, const Upstream& message);
  bool answer(store::AskedCommand& command, const Upstream& message);
  void close(store::AskedCommand& command, const char* status, const Upstream& message);
  void save();
  void count(const std::string& what) { ++outcome_.counts[what]; }

  pg::Transaction& transaction_;
  const store::Deadlines& deadlines_;
  Timestamp now_;
  std::map<std::string, Node> nodes_;
  std::vector<store::AskedCommand> commands_;
  std::vector<store::AgentEvent> events_;
  std::set<std::string> detected_;   // answered a detect
  std::set<std::string> closed_at_;  // nodes with a command that was closed
  std::set<std::string> returned_;
  std::set<std::string> reconnected_;  // with a new session
  BatchOutcome outcome_;
};

}  // namespace loomgate::agents
