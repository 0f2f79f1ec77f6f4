// SPDX-License-Identifier: Apache-2.0
#include "daemon/store/broker_sessions.h"

namespace loomgate::store {
namespace {

const pg::Statement kTakeSessionNews{
    "take_session_news", pg::Access::kWrite,
    "WITH unseen AS (SELECT broker_id, client_id FROM broker_sessions WHERE unseen ORDER BY client_id LIMIT $1 "
    "FOR UPDATE SKIP LOCKED), "
    "seen AS (UPDATE broker_sessions s SET unseen = false FROM unseen u "
    "WHERE s.broker_id = u.broker_id AND s.client_id = u.client_id "
    "RETURNING s.broker_id, s.client_id, s.username, s.connected_at, s.ended_at) "
    "SELECT username, connected_at, ended_at, EXISTS (SELECT FROM broker_sessions o WHERE o.client_id = seen.client_id "
    "AND o.broker_id <> seen.broker_id AND o.ended_at IS NULL) FROM seen ORDER BY client_id, connected_at", pg::Plan::kFresh};

// End reason -3: the broker fell silent. The plugin may open such a session again.
const pg::Statement kEndSilentSessions{
    "end_silent_sessions", pg::Access::kWrite,
    "UPDATE broker_sessions s SET ended_at = now(), end_reason = -3, unseen = true FROM brokers b "
    "JOIN unnest($1::text[], $2::timestamptz[]) AS silent (broker_id, heartbeat_at) "
    "ON b.id = silent.broker_id AND b.heartbeat_at = silent.heartbeat_at WHERE b.id = s.broker_id AND s.ended_at IS "
    "NULL"};

const pg::Statement kBrokerBeats{
    "broker_beats", pg::Access::kRead,
    "SELECT b.id, b.heartbeat_at FROM brokers b "
    "WHERE EXISTS (SELECT FROM broker_sessions s WHERE s.broker_id = b.id AND s.ended_at IS NULL)"};

// Of a broker that is silent nobody knows: it may hold a session that it could not tell of.
#define BROKER_IS_HEARD \
  "EXISTS (SELECT FROM brokers b WHERE b.id = s.broker_id AND b.heartbeat_at > now() - interval '10 seconds') "

const pg::Statement kRevisitEndedSessions{
    "revisit_ended_sessions", pg::Access::kWrite,
    "UPDATE broker_sessions s SET unseen = true FROM node_runtime r WHERE r.node_id = s.username AND r.online "
    "AND r.last_reachable_at < now() - interval '2 seconds' AND NOT s.unseen "
    "AND s.ended_at < now() - interval '2 seconds' AND s.end_reason IS DISTINCT FROM -3 "
    "AND NOT EXISTS (SELECT FROM broker_sessions o WHERE o.client_id = s.client_id AND o.ended_at IS NULL) "
    "AND " BROKER_IS_HEARD,
    pg::Plan::kFresh};

// A detect without an answer and 90 minutes of silence say more of an agent than its open session.
const pg::Statement kRevisitOpenSessions{
    "revisit_open_sessions", pg::Access::kWrite,
    "UPDATE broker_sessions s SET unseen = true FROM node_runtime r WHERE r.node_id = s.username AND NOT r.online "
    "AND r.last_connectivity_reason IN ('client-will-message', 'broker-session-ended') AND NOT s.unseen "
    "AND s.ended_at IS NULL AND s.connected_at < now() - interval '2 seconds' "
    "AND r.updated_at < now() - interval '2 seconds' AND " BROKER_IS_HEARD,
    pg::Plan::kFresh};

}  // namespace

std::vector<SessionNews> take_session_news(pg::Transaction& transaction, int limit) {
  std::vector<SessionNews> news;
  for (const auto row : transaction.exec(kTakeSessionNews, pg::params(limit))) {
    pg::RowReader reader(row);
    SessionNews one;
    one.username = reader.next<std::string>();
    one.connected_at = reader.next<Timestamp>();
    one.ended_at = reader.next<std::optional<Timestamp>>();
    one.open_elsewhere = reader.next<bool>();
    news.push_back(std::move(one));
  }
  return news;
}

std::vector<BrokerBeat> broker_beats(pg::Connection& connection) {
  std::vector<BrokerBeat> beats;
  for (const auto row : connection.exec(kBrokerBeats))
    beats.push_back({row.get<std::string>(0), row.get<Timestamp>(1)});
  return beats;
}

std::int64_t end_sessions_of_brokers(pg::Transaction& transaction, const std::vector<BrokerBeat>& silent) {
  std::vector<std::string> broker_ids;
  std::vector<Timestamp> heartbeats;
  for (const auto& beat : silent) {
    broker_ids.push_back(beat.broker_id);
    heartbeats.push_back(beat.heartbeat_at);
  }
  return transaction.exec(kEndSilentSessions, pg::params(broker_ids, heartbeats)).affected();
}

std::int64_t revisit_ended_sessions(pg::Transaction& transaction) {
  return transaction.exec(kRevisitEndedSessions).affected();
}

std::int64_t revisit_open_sessions(pg::Transaction& transaction) {
  return transaction.exec(kRevisitOpenSessions).affected();
}

}  // namespace loomgate::store
