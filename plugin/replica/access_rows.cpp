// SPDX-License-Identifier: Apache-2.0
#include "plugin/replica/access_rows.h"

#include <algorithm>

namespace loomgate::replica {

const pg::Statement kOpenAccess{"plugin_open_access", pg::Access::kRead,
                                "DECLARE access_rows NO SCROLL CURSOR FOR "
                                "SELECT kind, username, client_id, config_id, salt, hash FROM access "
                                "ORDER BY username COLLATE \"C\""};
const pg::Statement kNextAccess{"plugin_next_access", pg::Access::kRead, "FETCH 500 FROM access_rows"};
// A device's username is its node id, which is indexed.
const pg::Statement kAccessOf{
    "plugin_access_of", pg::Access::kRead,
    "SELECT kind, username, client_id, config_id, salt, hash FROM access WHERE node_id = ANY($1::text[]) "
    "UNION ALL "
    "SELECT kind, username, client_id, config_id, salt, hash FROM access "
    "WHERE kind = 'daemon' AND username = ANY($1::text[])"};
const pg::Statement kServicesEnabled{"plugin_services_enabled", pg::Access::kRead,
                                     "SELECT mqtt_services_enabled FROM broker_settings"};

namespace {

template <std::size_t size>
bool copy_exactly(const std::vector<std::uint8_t>& from, std::array<std::uint8_t, size>& to) {
  if (from.size() != size) return false;
  std::copy(from.begin(), from.end(), to.begin());
  return true;
}

bool add_device(const AccessRow& row, access::Roster& roster) {
  const auto node = access::parse_node_id(row.username);
  const auto config = row.config_id ? access::parse_config_id(*row.config_id) : std::nullopt;
  access::DeviceGrant grant;
  if (!node || !config || row.client_id != std::string(access::kDeviceClientPrefix) + row.username ||
      !copy_exactly(row.salt, grant.salt) || !copy_exactly(row.hash, grant.hash)) {
    return false;
  }
  grant.node = *node;
  grant.config = *config;
  roster.devices.push_back(grant);
  return true;
}

bool add_daemon(const AccessRow& row, access::Roster& roster) {
  access::DaemonGrant grant;
  if (!access::is_daemon_name(row.username) || row.client_id != row.username || !copy_exactly(row.salt, grant.salt) ||
      !copy_exactly(row.hash, grant.hash)) {
    return false;
  }
  grant.username = row.username;
  roster.daemons.push_back(grant);
  return true;
}

AccessRow read(const pg::Row& row) {
  pg::RowReader reader(row);
  AccessRow read;
  read.kind = reader.next<std::string>();
  read.username = reader.next<std::string>();
  read.client_id = reader.next<std::string>();
  read.config_id = reader.next<std::optional<std::string>>();
  read.salt = reader.next<std::optional<pg::Bytes>>().value_or(pg::Bytes{});
  read.hash = reader.next<std::optional<pg::Bytes>>().value_or(pg::Bytes{});
  return read;
}

}  // namespace

bool add_row(const AccessRow& row, access::Roster& roster) {
  if (row.kind == "node") return add_device(row, roster);
  return row.kind == "daemon" && add_daemon(row, roster);
}

void add_rows(const pg::Result& result, access::Roster& roster, BadRows& bad) {
  for (const pg::Row row : result) {
    const AccessRow access_row = read(row);
    if (add_row(access_row, roster)) continue;
    if (bad.count++ == 0) bad.first = access_row.username;
  }
}

}  // namespace loomgate::replica
