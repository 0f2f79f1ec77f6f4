// SPDX-License-Identifier: Apache-2.0
#include "daemon/store/probes.h"

#define NEW_REQUEST_ID "replace(gen_random_uuid()::text, '-', '')"

namespace loomgate::store {
namespace {

const pg::Statement kProbeCandidates{
    "probe_candidates", pg::Access::kRead,
    "SELECT n.id, n.enabled, n.node_type = 'dynamic', c.client_initialized FROM nodes n "
    "JOIN node_clients c ON c.node_id = n.id WHERE n.config_id = $1 AND (cardinality($2::text[]) = 0 OR n.id = "
    "ANY($2::text[])) "
    "ORDER BY n.created_at, n.seq"};
// The update changes nothing but makes the row that stands be returned.
const pg::Statement kAskProbes{
    "ask_probes", pg::Access::kWrite,
    "INSERT INTO probes AS p (node_id, config_id, request_id) SELECT id, config_id, " NEW_REQUEST_ID
    " FROM nodes WHERE id = ANY($1::text[]) ORDER BY id "
    "ON CONFLICT (node_id) DO UPDATE SET asked_at = p.asked_at RETURNING node_id, request_id"};
const pg::Statement kAskEverybody{
    "ask_everybody", pg::Access::kWrite,
    "INSERT INTO probes (node_id, config_id, request_id) SELECT n.id, n.config_id, " NEW_REQUEST_ID
    " FROM nodes n JOIN configs g ON g.id = n.config_id JOIN node_clients c ON c.node_id = n.id "
    "WHERE g.enabled AND n.enabled AND n.node_type = 'dynamic' AND c.client_initialized ORDER BY n.id "
    "ON CONFLICT (node_id) DO NOTHING"};
const pg::Statement kTakeProbes{
    "take_probes", pg::Access::kWrite,
    "WITH due AS (SELECT node_id FROM probes WHERE sent_at IS NULL ORDER BY asked_at, node_id LIMIT $2 FOR UPDATE SKIP "
    "LOCKED) "
    "UPDATE probes p SET sent_at = $1 FROM due, configs g WHERE p.node_id = due.node_id AND g.id = p.config_id "
    "RETURNING p.node_id, p.config_id, p.request_id, g.tunnel_protocol, g.awg_version"};
const pg::Statement kReturnProbes{"return_probes", pg::Access::kWrite,
                                  "UPDATE probes SET sent_at = NULL WHERE request_id = ANY($1::text[])"};
const pg::Statement kEndProbes{"end_probes", pg::Access::kWrite,
                               "DELETE FROM probes p WHERE p.request_id = ANY($1::text[]) "
                               "OR (p.sent_at IS NULL AND p.asked_at < now() - $2::bigint * interval '1 second') "
                               "RETURNING p.node_id, p.sent_at, EXISTS (SELECT FROM commands c WHERE c.node_id = "
                               "p.node_id AND c.status = 'pending')"};
const pg::Statement kSentProbes{"sent_probes", pg::Access::kRead,
                                "SELECT request_id FROM probes WHERE sent_at IS NOT NULL"};
const pg::Statement kAnswerProbes{"answer_probes", pg::Access::kWrite,
                                  "DELETE FROM probes WHERE node_id = ANY($1::text[]) AND sent_at IS NOT NULL"};
const pg::Statement kNoteListeners{"note_listeners", pg::Access::kWrite,
                                   "INSERT INTO event_listeners (instance, streams) VALUES ($1, $2) "
                                   "ON CONFLICT (instance) DO UPDATE SET streams = excluded.streams, seen_at = now()"};
const pg::Statement kForgetListeners{"forget_listeners", pg::Access::kWrite,
                                     "DELETE FROM event_listeners WHERE instance = $1"};
const pg::Statement kAnybodyListens{"anybody_listens", pg::Access::kRead,
                                    "SELECT EXISTS (SELECT FROM event_listeners WHERE streams > 0 AND seen_at > now() "
                                    "- $1::bigint * interval '1 second')"};

}  // namespace

std::vector<ProbeCandidate> probe_candidates(pg::Connection& connection, std::string_view config_id,
                                             const std::vector<std::string>& node_ids) {
  std::vector<ProbeCandidate> candidates;
  for (const auto row : connection.exec(kProbeCandidates, pg::params(config_id, node_ids))) {
    candidates.push_back({row.get<std::string>(0), {row.get<bool>(1), row.get<bool>(2), row.get<bool>(3)}});
  }
  return candidates;
}

std::vector<AskedProbe> ask_probes(pg::Transaction& transaction, const std::vector<std::string>& node_ids) {
  std::vector<AskedProbe> asked;
  for (const auto row : transaction.exec(kAskProbes, pg::params(node_ids))) {
    asked.push_back({row.get<std::string>(0), row.get<std::string>(1)});
  }
  return asked;
}

void ask_everybody(pg::Transaction& transaction) {
  transaction.exec(kAskEverybody);
}

std::vector<DueProbe> take_probes(pg::Transaction& transaction, Timestamp now, int limit) {
  std::vector<DueProbe> due;
  for (const auto row : transaction.exec(kTakeProbes, pg::params(now, limit))) {
    pg::RowReader reader(row);
    DueProbe probe;
    probe.node_id = reader.next<std::string>();
    probe.config_id = reader.next<std::string>();
    probe.request_id = reader.next<std::string>();
    probe.tunnel_protocol = reader.next<std::string>();
    probe.awg_version = reader.next<std::optional<std::string>>();
    due.push_back(std::move(probe));
  }
  return due;
}

void return_probes(pg::Transaction& transaction, const std::vector<std::string>& request_ids) {
  if (!request_ids.empty()) transaction.exec(kReturnProbes, pg::params(request_ids));
}

std::vector<LostProbe> end_probes(pg::Transaction& transaction, const std::vector<std::string>& request_ids,
                                  std::chrono::seconds asked_for) {
  std::vector<LostProbe> lost;
  for (const auto row : transaction.exec(kEndProbes, pg::params(request_ids, std::int64_t{asked_for.count()}))) {
    const auto sent_at = row.get<std::optional<Timestamp>>(1);
    if (sent_at) lost.push_back({row.get<std::string>(0), {*sent_at, row.get<bool>(2)}});
  }
  return lost;
}

std::vector<std::string> sent_probes(pg::Connection& connection) {
  std::vector<std::string> request_ids;
  for (const auto row : connection.exec(kSentProbes)) request_ids.push_back(row.get<std::string>(0));
  return request_ids;
}

void answer_probes(pg::Transaction& transaction, const std::vector<std::string>& node_ids) {
  if (!node_ids.empty()) transaction.exec(kAnswerProbes, pg::params(node_ids));
}

void note_listeners(pg::Connection& connection, std::string_view instance, std::size_t streams) {
  if (streams == 0) {
    connection.exec(kForgetListeners, pg::params(instance));
  } else {
    connection.exec(kNoteListeners, pg::params(instance, static_cast<int>(streams)));
  }
}

bool anybody_listens(pg::Connection& connection, std::chrono::seconds lately) {
  return connection.exec(kAnybodyListens, pg::params(std::int64_t{lately.count()}))[0].get<bool>(0);
}

}  // namespace loomgate::store
