// SPDX-License-Identifier: Apache-2.0
// Questions to agents whether they are there (spec mqtt 5.5, domain 9.2, 9.6): one open probe per node. Whoever wants
// to know writes a row; the leader sends it, the detect ACK or the deadline ends it.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/base/time.h"
#include "daemon/domain/presence.h"
#include "sql/pg/transaction.h"

namespace loomgate::store {

struct AskedProbe {
  std::string node_id;
  std::string request_id;
};

struct ProbeCandidate {
  std::string node_id;
  domain::Standing standing;
};
// The nodes of a config in creation order; only those named, if any is named.
std::vector<ProbeCandidate> probe_candidates(pg::Connection& connection, std::string_view config_id,
                                             const std::vector<std::string>& node_ids);

// The caller has checked that these nodes listen (enabled, dynamic, bound). A node that is being asked already keeps
// its question: its request id is returned.
std::vector<AskedProbe> ask_probes(pg::Transaction& transaction, const std::vector<std::string>& node_ids);
// Every node that listens, of enabled configs.
void ask_everybody(pg::Transaction& transaction);

struct DueProbe {
  std::string node_id;
  std::string config_id;
  std::string request_id;
  std::string tunnel_protocol;
  std::optional<std::string> awg_version;
};
// Takes unsent probes, oldest first, and writes down that they were sent.
std::vector<DueProbe> take_probes(pg::Transaction& transaction, Timestamp now, int limit);
// These were not sent after all: the connection was lost.
void return_probes(pg::Transaction& transaction, const std::vector<std::string>& request_ids);

struct LostProbe {
  std::string node_id;
  domain::signal::DetectTimeout timeout;
};
// Ends those that are named, if they are still open, and drops questions that could not be asked for so long.
std::vector<LostProbe> end_probes(pg::Transaction& transaction, const std::vector<std::string>& request_ids,
                                  std::chrono::seconds asked_for);
// Request ids of questions that were sent and are not answered.
std::vector<std::string> sent_probes(pg::Connection& connection);
// The agents of these nodes answered.
void answer_probes(pg::Transaction& transaction, const std::vector<std::string>& node_ids);

// A daemon serves so many event streams; 0 takes it from the list.
void note_listeners(pg::Connection& connection, std::string_view instance, std::size_t streams);
// Some daemon serves one, and said so lately.
bool anybody_listens(pg::Connection& connection, std::chrono::seconds lately);

}  // namespace loomgate::store
