// SPDX-License-Identifier: Apache-2.0
#include "daemon/store/clients.h"

namespace loomgate::store {
namespace {

const pg::Statement kFindBindToken{"clients_find_bind_token", pg::Access::kRead, R"(
    SELECT n.id, n.name, g.id, g.name, c.bind_token_used_at IS NOT NULL, coalesce(c.bind_token_expires_at <= clock_timestamp(), true),
           n.enabled AND g.enabled AND n.node_type = 'dynamic', coalesce(s.staged_sha256, '')
      FROM node_clients c
      JOIN nodes n ON n.id = c.node_id
      JOIN configs g ON g.id = n.config_id
      LEFT JOIN node_config_state s ON s.node_id = n.id
     WHERE c.bind_token_hash = $1 AND c.bind_token_hash <> '')"};

const pg::Statement kPutBindToken{"clients_put_bind_token", pg::Access::kWrite, R"(
    INSERT INTO node_clients (node_id, config_id, bind_token_hash, bind_token_expires_at)
        VALUES ($1, $2, $3, clock_timestamp() + make_interval(secs => $4))
        ON CONFLICT (node_id) DO UPDATE SET bind_token_hash = excluded.bind_token_hash,
            bind_token_expires_at = excluded.bind_token_expires_at, bind_token_used_at = NULL, updated_at = now()
        RETURNING bind_token_expires_at)"};

const pg::Statement kRedeemBindToken{"clients_redeem_bind_token", pg::Access::kWrite, R"(
    UPDATE node_clients SET client_initialized = true, client_platform = $3, client_version = $4, client_hostname = $5,
           interface_name = $6, mqtt_username = node_id, mqtt_client_id = 'wfm-' || node_id, mqtt_salt = $7, mqtt_hash = $8,
           bind_token_used_at = now(), bound_at = now(), updated_at = now()
     WHERE node_id = $1 AND bind_token_hash = $2 AND bind_token_used_at IS NULL AND bind_token_expires_at > clock_timestamp())"};

pg::Bytes bytes(std::span<const std::uint8_t> data) {
  return {data.begin(), data.end()};
}

}  // namespace

std::optional<BindCandidate> find_bind_token(pg::Connection& connection, std::string_view token_sha256) {
  const auto rows = connection.exec(kFindBindToken, pg::params(token_sha256));
  if (rows.empty()) return std::nullopt;
  pg::RowReader row(rows[0]);
  BindCandidate found;
  found.node_id = row.next<std::string>();
  found.node_name = row.next<std::string>();
  found.config_id = row.next<std::string>();
  found.config_name = row.next<std::string>();
  found.used = row.next<bool>();
  found.expired = row.next<bool>();
  found.allowed = row.next<bool>();
  found.staged_sha256 = row.next<std::string>();
  return found;
}

Timestamp put_bind_token(pg::Transaction& transaction, std::string_view node_id, std::string_view config_id,
                         std::string_view token_sha256, std::chrono::seconds life) {
  const auto seconds = static_cast<std::int64_t>(life.count());
  return transaction.exec(kPutBindToken, pg::params(node_id, config_id, token_sha256, seconds))[0].get<Timestamp>(0);
}

bool redeem_bind_token(pg::Transaction& transaction, std::string_view node_id, std::string_view token_sha256,
                       const NewBinding& binding) {
  const auto& facts = binding.facts;
  return transaction
             .exec(kRedeemBindToken, pg::params(node_id, token_sha256, facts.platform, facts.version, facts.hostname,
                                                binding.interface_name, bytes(binding.salt), bytes(binding.hash)))
             .affected() == 1;
}

}  // namespace loomgate::store
