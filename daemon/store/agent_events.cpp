// SPDX-License-Identifier: Apache-2.0
#include "daemon/store/agent_events.h"

#include "daemon/base/ids.h"

namespace loomgate::store {
namespace {

const pg::Statement kAddAgentEvents{
    "add_agent_events", pg::Access::kWrite,
    "WITH made AS (INSERT INTO agent_events (id, request_id, config_id, node_id, event, summary, detail) "
    "SELECT e.id, e.request_id, e.config_id, e.node_id, e.event, e.summary, e.detail "
    "FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[]) WITH ORDINALITY "
    "AS e (id, request_id, config_id, node_id, event, summary, detail, n) ORDER BY e.n RETURNING id, config_id, "
    "node_id, seq) "
    "INSERT INTO changes (type, config_id, node_id, ref) "
    "SELECT 'control.log.created', config_id, node_id, id FROM made ORDER BY seq"};

const pg::Statement kTrimAgentEvents{
    "trim_agent_events", pg::Access::kWrite,
    // Each node's 21st newest is found in the index; most nodes have none.
    "DELETE FROM agent_events e USING (SELECT n.node_id, o.seq FROM (SELECT DISTINCT unnest($1::text[]) AS node_id) n, "
    "LATERAL (SELECT a.seq FROM agent_events a WHERE a.node_id = n.node_id ORDER BY a.seq DESC OFFSET 20 LIMIT 1) o) AS oldest "
    "WHERE e.node_id = oldest.node_id AND e.seq <= oldest.seq",
    pg::Plan::kFresh};

}  // namespace

void add_agent_events(pg::Transaction& transaction, const std::vector<AgentEvent>& events) {
  if (events.empty()) return;
  std::vector<std::string> ids, request_ids, config_ids, node_ids, names, summaries, details;
  for (const auto& event : events) {
    ids.push_back(new_id("elog"));
    request_ids.push_back(event.request_id.empty() ? new_request_id() : event.request_id);
    config_ids.push_back(event.config_id);
    node_ids.push_back(event.node_id);
    names.push_back(event.event);
    summaries.push_back(event.summary);
    details.push_back(event.detail);
  }
  transaction.exec(kAddAgentEvents, pg::params(ids, request_ids, config_ids, node_ids, names, summaries, details));
  transaction.exec(kTrimAgentEvents, pg::params(node_ids));
}

}  // namespace loomgate::store
