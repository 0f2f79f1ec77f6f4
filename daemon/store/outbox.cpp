// SPDX-License-Identifier: Apache-2.0
#include "daemon/store/outbox.h"

#include <algorithm>
#include <map>

#include "daemon/store/has_spoken.h"

namespace loomgate::store {
namespace {

// A session has begun and its agent has not said a word in it: a command now can crash the agent (spec mqtt 9.4). The
// 15 s are longer than any start-up takes. Until the daemon has shown a session in node_runtime, that row is about the
// one before. Without an open session nothing is in danger, and the broker says at once that nobody listens.
#define STARTING_UP                                                                                              \
  "EXISTS (SELECT FROM broker_sessions s JOIN node_runtime r ON r.node_id = s.username "                         \
  "WHERE s.client_id = 'wfm-' || o.lane AND s.ended_at IS NULL AND s.connected_at > now() - interval '15 seconds' " \
  "AND (s.unseen OR " HAS_SPOKEN "IS NOT TRUE)) "

const pg::Statement kLeaseDeliveries{"lease_deliveries", pg::Access::kWrite,
                                     "WITH due AS (SELECT o.id FROM outbox o WHERE o.kind = 'publish' AND o.parked_at "
                                     "IS NULL AND o.available_at <= now() "
                                     "AND (o.leased_until IS NULL OR o.leased_until <= now()) AND NOT EXISTS (SELECT "
                                     "FROM outbox e WHERE e.kind = 'publish' "
                                     "AND e.lane = o.lane AND e.id < o.id AND e.parked_at IS NULL) "
                                     "AND NOT " STARTING_UP
                                     "ORDER BY o.available_at, o.id LIMIT $2 FOR UPDATE OF o SKIP LOCKED) "
                                     "UPDATE outbox o SET leased_until = now() + $3::bigint * interval '1 second', "
                                     "leased_by = $1, attempts = attempts + 1 "
                                     "FROM due WHERE o.id = due.id RETURNING o.id, o.target, o.attempts", pg::Plan::kFresh};

// Read after the lease stands: a push that is renewed in place is renewed before this or not at all. A text is pushed with
// the protocol that it was made for, whatever its config has become since. The other protocol is named while the device
// may still run it: because it confirmed such a text last, or because its config was switched.
const pg::Statement kDeliveryCommands{
    "delivery_commands", pg::Access::kRead,
    "SELECT c.request_id, c.config_id, c.node_id, c.action, c.pushed_version, c.pushed_sha256, t.text_sealed, "
    "k.interface_name, coalesce(t.tunnel_protocol, g.tunnel_protocol), "
    "CASE WHEN r.tunnel_protocol <> coalesce(t.tunnel_protocol, g.tunnel_protocol) THEN r.tunnel_protocol "
    "WHEN t.tunnel_protocol <> g.tunnel_protocol THEN g.tunnel_protocol ELSE g.previous_tunnel_protocol END, "
    "CASE WHEN t.node_id IS NULL THEN g.awg_version ELSE t.awg_version END "
    "FROM commands c JOIN configs g ON g.id = c.config_id JOIN node_clients k ON k.node_id = c.node_id "
    "JOIN node_config_state s ON s.node_id = c.node_id "
    "LEFT JOIN node_texts t ON t.node_id = c.node_id AND t.sha256 = c.pushed_sha256 "
    "LEFT JOIN node_texts r ON r.node_id = c.node_id AND r.sha256 = s.confirmed_sha256 "
    "WHERE c.request_id = ANY($1::text[]) AND c.status = 'pending'", pg::Plan::kFresh};

const pg::Statement kHoldDeliveries{"hold_deliveries", pg::Access::kWrite,
                                    "SELECT o.id FROM outbox o JOIN unnest($2::bigint[], $3::bigint[]) AS l (id, attempt) "
                                    "ON o.id = l.id AND o.attempts = l.attempt "
                                    "WHERE o.leased_by = $1 AND o.leased_until IS NOT NULL ORDER BY o.id FOR UPDATE OF o", pg::Plan::kFresh};

const pg::Statement kFinishDeliveries{"finish_deliveries", pg::Access::kWrite,
                                      "DELETE FROM outbox WHERE id = ANY($1::bigint[])", pg::Plan::kFresh};

const pg::Statement kPostponeDeliveries{"postpone_deliveries", pg::Access::kWrite,
                                        "UPDATE outbox o SET leased_until = NULL, leased_by = NULL, available_at = "
                                        "now() + p.delay * interval '1 millisecond', "
                                        "last_error = p.reason FROM unnest($1::bigint[], $2::bigint[], $3::text[]) AS "
                                        "p (id, delay, reason) WHERE o.id = p.id"};

const pg::Statement kParkDelivery{
    "park_delivery", pg::Access::kWrite,
    "UPDATE outbox SET parked_at = now(), leased_until = NULL, leased_by = NULL, last_error = $2 WHERE id = $1"};

const pg::Statement kReclaimDeliveries{
    "reclaim_deliveries", pg::Access::kWrite,
    "UPDATE outbox SET leased_until = NULL, leased_by = NULL, "
    "available_at = greatest(available_at, now() + $1::bigint * interval '1 millisecond') "
    "WHERE kind = 'publish' AND parked_at IS NULL AND attempts > 0"};

void fill(Delivery& delivery, const pg::Row& row) {
  pg::RowReader reader(row);
  reader.skip();
  delivery.wanted = true;
  delivery.config_id = reader.next<std::string>();
  delivery.node_id = reader.next<std::string>();
  delivery.action = reader.next<std::string>();
  delivery.pushed_version = reader.next<std::optional<int>>();
  delivery.pushed_sha256 = reader.next<std::optional<std::string>>();
  delivery.text_sealed = reader.next<std::optional<crypto::Bytes>>();
  delivery.interface_name = reader.next<std::string>();
  delivery.tunnel_protocol = reader.next<std::string>();
  delivery.previous_tunnel_protocol = reader.next<std::optional<std::string>>();
  delivery.awg_version = reader.next<std::optional<std::string>>();
}

}  // namespace

std::vector<Delivery> lease_deliveries(pg::Transaction& transaction, std::string_view owner, int limit,
                                       std::chrono::seconds lease) {
  std::vector<Delivery> deliveries;
  std::vector<std::string> request_ids;
  for (const auto row : transaction.exec(kLeaseDeliveries, pg::params(owner, limit, std::int64_t{lease.count()}))) {
    Delivery delivery;
    delivery.outbox_id = row.get<std::int64_t>(0);
    delivery.request_id = row.get<std::string>(1);
    delivery.attempts = row.get<int>(2);
    request_ids.push_back(delivery.request_id);
    deliveries.push_back(std::move(delivery));
  }
  if (deliveries.empty()) return deliveries;
  std::sort(deliveries.begin(), deliveries.end(),
            [](const auto& a, const auto& b) { return a.outbox_id < b.outbox_id; });
  std::map<std::string, Delivery*> by_request;
  for (auto& delivery : deliveries) by_request[delivery.request_id] = &delivery;
  for (const auto row : transaction.exec(kDeliveryCommands, pg::params(request_ids))) {
    fill(*by_request.at(row.get<std::string>(0)), row);
  }
  return deliveries;
}

std::vector<std::int64_t> hold_deliveries(pg::Transaction& transaction, std::string_view owner,
                                          const std::vector<Lease>& leases) {
  std::vector<std::int64_t> ids, attempts, held;
  for (const auto& lease : leases) {
    ids.push_back(lease.outbox_id);
    attempts.push_back(lease.attempt);
  }
  for (const auto row : transaction.exec(kHoldDeliveries, pg::params(owner, ids, attempts))) {
    held.push_back(row.get<std::int64_t>(0));
  }
  return held;
}

void finish_deliveries(pg::Transaction& transaction, const std::vector<std::int64_t>& outbox_ids) {
  if (!outbox_ids.empty()) transaction.exec(kFinishDeliveries, pg::params(outbox_ids));
}

void postpone_deliveries(pg::Transaction& transaction, const std::vector<Postponed>& postponed) {
  if (postponed.empty()) return;
  std::vector<std::int64_t> ids, delays;
  std::vector<std::string> reasons;
  for (const auto& one : postponed) {
    ids.push_back(one.outbox_id);
    delays.push_back(one.delay.count());
    reasons.push_back(one.reason);
  }
  transaction.exec(kPostponeDeliveries, pg::params(ids, delays, reasons));
}

void park_delivery(pg::Transaction& transaction, std::int64_t outbox_id, std::string_view reason) {
  transaction.exec(kParkDelivery, pg::params(outbox_id, reason));
}

void reclaim_deliveries(pg::Transaction& transaction, std::chrono::milliseconds delay) {
  transaction.exec(kReclaimDeliveries, pg::params(std::int64_t{delay.count()}));
}

}  // namespace loomgate::store
