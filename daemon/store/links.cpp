// SPDX-License-Identifier: Apache-2.0
#include "daemon/store/links.h"

#include <stdexcept>

#include "daemon/base/ids.h"
#include "daemon/crypto/keys.h"
#include "daemon/store/links_statements.h"

namespace loomgate::store {
namespace {

crypto::SealedPlace key_place(std::string_view group_id) { return {"link_groups", "preshared_key_sealed", group_id}; }

domain::PeerLink read_link(pg::Row row, const crypto::Sealer* sealer) {
  pg::RowReader reader(row);
  domain::PeerLink link;
  link.id = reader.next<std::string>();
  link.config_id = reader.next<std::string>();
  link.local_node_id = reader.next<std::string>();
  link.peer_node_id = reader.next<std::string>();
  link.link_group_id = reader.next<std::string>();
  link.direction = reader.next<std::string>();
  link.enabled = reader.next<bool>();
  link.allowed_ips = reader.next<std::string>();
  link.persistent_keepalive = reader.next<std::optional<int>>();
  const auto sealed_key = reader.next<std::optional<pg::Bytes>>();
  if (sealer != nullptr && sealed_key) link.preshared_key = sealer->open(key_place(link.link_group_id), *sealed_key);
  link.endpoint_mode = reader.next<std::string>();
  link.endpoint_ref_family = reader.next<std::optional<std::string>>();
  link.endpoint_manual_host = reader.next<std::optional<std::string>>();
  link.endpoint_port_mode = reader.next<std::string>();
  link.endpoint_manual_port = reader.next<std::optional<int>>();
  link.notes = reader.next<std::string>();
  link.created_at = reader.next<Timestamp>();
  link.updated_at = reader.next<Timestamp>();
  return link;
}

domain::PeerLink read_rendered_link(pg::Row row, const crypto::Sealer& sealer) {
  pg::RowReader reader(row);
  domain::PeerLink link;
  link.local_node_id = reader.next<std::string>();
  link.peer_node_id = reader.next<std::string>();
  link.allowed_ips = reader.next<std::string>();
  link.persistent_keepalive = reader.next<std::optional<int>>();
  const auto sealed_key = reader.next<std::optional<pg::Bytes>>();
  const auto group_id = reader.next<std::string>();
  if (sealed_key) link.preshared_key = sealer.open(key_place(group_id), *sealed_key);
  link.endpoint_mode = reader.next<std::string>();
  link.endpoint_ref_family = reader.next<std::optional<std::string>>();
  link.endpoint_manual_host = reader.next<std::optional<std::string>>();
  link.endpoint_port_mode = reader.next<std::string>();
  link.endpoint_manual_port = reader.next<std::optional<int>>();
  return link;
}

std::vector<domain::PeerLink> read_links(const pg::Result& rows, const crypto::Sealer* sealer) {
  std::vector<domain::PeerLink> links;
  links.reserve(static_cast<std::size_t>(rows.rows()));
  for (const auto row : rows) links.push_back(read_link(row, sealer));
  return links;
}

std::optional<crypto::Bytes> sealed_key(const crypto::Sealer& sealer, const LinkGroup& group) {
  if (!group.preshared_key) return std::nullopt;
  return sealer.seal(key_place(group.id), *group.preshared_key);
}

// The columns a direction may change, after its id; insert adds those that it keeps for ever.
pg::Params direction_params(const domain::PeerLink& link) {
  return pg::params(link.id, link.allowed_ips, link.persistent_keepalive, link.endpoint_mode, link.endpoint_ref_family,
                    link.endpoint_manual_host, link.endpoint_port_mode, link.endpoint_manual_port);
}

void write_direction(pg::Transaction& transaction, const pg::Statement& statement, const pg::Params& parameters,
                     const LinkGroup& group, domain::PeerLink& link) {
  const auto rows = transaction.exec(statement, parameters);
  if (rows.empty()) throw std::logic_error("a link vanished while its config was locked");
  link.created_at = rows[0].get<Timestamp>(0);
  link.updated_at = rows[0].get<Timestamp>(1);
  link.enabled = group.enabled;
  link.notes = group.notes;
  link.preshared_key = group.preshared_key;
}

void insert_direction(pg::Transaction& transaction, const LinkGroup& group, domain::PeerLink& link,
                      const char* direction) {
  link.config_id = group.config_id;
  link.link_group_id = group.id;
  link.direction = direction;
  auto parameters = direction_params(link);
  parameters.add(link.config_id).add(link.link_group_id).add(link.direction);
  parameters.add(link.local_node_id).add(link.peer_node_id);
  write_direction(transaction, kInsertDirection, parameters, group, link);
}

template <typename Value, typename Get>
std::vector<Value> column(const std::vector<AutoLink>& links, Get get) {
  std::vector<Value> values;
  values.reserve(links.size());
  for (const auto& link : links) values.emplace_back(get(link));
  return values;
}

void insert_auto_links(pg::Transaction& transaction, const crypto::Sealer& sealer, std::string_view config_id,
                       std::string_view family, const std::vector<AutoLink>& links, bool with_preshared_keys) {
  const auto ids = new_ids("group", links.size());
  const auto link_ids = new_ids("plink", 2 * links.size());
  std::vector<std::string> forward_ids, reverse_ids;
  for (std::size_t i = 0; i < link_ids.size(); i += 2) {
    forward_ids.push_back(link_ids[i]);
    reverse_ids.push_back(link_ids[i + 1]);
  }
  std::vector<std::optional<pg::Bytes>> keys(links.size());
  for (std::size_t i = 0; with_preshared_keys && i < keys.size(); ++i) {
    keys[i] = sealer.seal(key_place(ids[i]), crypto::generate_preshared_key());
  }
  pg::Params parameters;
  parameters.add(config_id).add(family).add(ids).add(forward_ids).add(reverse_ids);
  parameters.add(column<std::string>(links, [](const AutoLink& link) { return link.forward_node_id; }));
  parameters.add(column<std::string>(links, [](const AutoLink& link) { return link.reverse_node_id; }));
  parameters.add(keys);
  parameters.add(column<std::string>(links, [](const AutoLink& link) { return link.forward_allowed_ips; }));
  parameters.add(column<std::string>(links, [](const AutoLink& link) { return link.reverse_allowed_ips; }));
  parameters.add(column<std::optional<std::int64_t>>(links, [](const AutoLink& link) { return link.forward_keepalive; }));
  parameters.add(column<std::optional<std::int64_t>>(links, [](const AutoLink& link) { return link.reverse_keepalive; }));
  transaction.exec(kInsertAutoLinks, parameters);
}

}  // namespace

std::vector<domain::PeerLink> links_of_config(pg::Connection& connection, std::string_view config_id,
                                              const crypto::Sealer* sealer) {
  return read_links(connection.exec(kLinksOfConfig, pg::params(config_id)), sealer);
}

std::vector<domain::PeerLink> links_of_node(pg::Connection& connection, std::string_view node_id,
                                            const crypto::Sealer* sealer) {
  return read_links(connection.exec(kLinksOfNode, pg::params(node_id)), sealer);
}

std::vector<domain::PeerLink> rendered_links(pg::Connection& connection, const std::vector<std::string>& local_node_ids,
                                             const crypto::Sealer& sealer) {
  const auto rows = connection.exec(kRenderedLinks, pg::params(local_node_ids));
  std::vector<domain::PeerLink> links;
  links.reserve(static_cast<std::size_t>(rows.rows()));
  for (const auto row : rows) links.push_back(read_rendered_link(row, sealer));
  return links;
}

std::optional<LinkGroup> find_link_group(pg::Connection& connection, std::string_view group_id,
                                         const crypto::Sealer* sealer) {
  auto links = read_links(connection.exec(kLinksOfGroup, pg::params(group_id)), sealer);
  if (links.empty()) return std::nullopt;
  if (links.size() != 2) throw std::logic_error("a link group without its two directions");
  LinkGroup group;
  group.id = links[0].link_group_id;
  group.config_id = links[0].config_id;
  group.enabled = links[0].enabled;
  group.preshared_key = links[0].preshared_key;
  group.notes = links[0].notes;
  group.forward = std::move(links[0]);
  group.reverse = std::move(links[1]);
  return group;
}

void insert_link_group(pg::Transaction& transaction, const crypto::Sealer& sealer, LinkGroup& group) {
  transaction.exec(kInsertLinkGroup,
                   pg::params(group.id, group.config_id, group.forward.local_node_id, group.forward.peer_node_id,
                              group.enabled, sealed_key(sealer, group), group.notes));
  insert_direction(transaction, group, group.forward, "forward");
  insert_direction(transaction, group, group.reverse, "reverse");
}

void update_link_group(pg::Transaction& transaction, const crypto::Sealer& sealer, LinkGroup& group) {
  transaction.exec(kUpdateLinkGroup, pg::params(group.id, group.enabled, sealed_key(sealer, group), group.notes));
  write_direction(transaction, kUpdateDirection, direction_params(group.forward), group, group.forward);
  write_direction(transaction, kUpdateDirection, direction_params(group.reverse), group, group.reverse);
}

bool delete_link_group(pg::Transaction& transaction, std::string_view group_id) {
  return transaction.exec(kDeleteLinkGroup, pg::params(group_id)).affected() > 0;
}

int replace_links(pg::Transaction& transaction, const crypto::Sealer& sealer, std::string_view config_id,
                  std::string_view family, const std::vector<AutoLink>& links, bool with_preshared_keys) {
  const auto deleted = transaction.exec(kDeleteDirectionsOfConfig, pg::params(config_id)).affected();
  transaction.exec(kDeleteGroupsOfConfig, pg::params(config_id));
  if (!links.empty()) insert_auto_links(transaction, sealer, config_id, family, links, with_preshared_keys);
  return static_cast<int>(deleted);
}

void disable_links_of_node(pg::Transaction& transaction, std::string_view node_id) {
  transaction.exec(kDisableLinksOfNode, pg::params(node_id));
}

void clear_keepalives(pg::Transaction& transaction, const std::vector<std::string>& link_ids) {
  if (!link_ids.empty()) transaction.exec(kClearKeepalives, pg::params(link_ids));
}

}  // namespace loomgate::store
