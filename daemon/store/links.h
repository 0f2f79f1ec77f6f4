// SPDX-License-Identifier: Apache-2.0
// Rows of link_groups and peer_links (spec domain 1.4). A domain::PeerLink is one direction; what its group shares (enabled,
// preshared key, notes) is read from the group. Preshared keys are opened only for a caller that hands over a Sealer.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/crypto/sealer.h"
#include "daemon/domain/entities.h"
#include "sql/pg/transaction.h"

namespace loomgate::store {

struct LinkGroup {
  std::string id;
  std::string config_id;
  bool enabled = true;
  std::optional<std::string> preshared_key;  // never logged
  std::string notes;
  domain::PeerLink forward;
  domain::PeerLink reverse;
};

// In creation order, the forward direction of a group first.
std::vector<domain::PeerLink> links_of_config(pg::Connection& connection, std::string_view config_id,
                                              const crypto::Sealer* sealer = nullptr);
// Both directions of every group the node is in.
std::vector<domain::PeerLink> links_of_node(pg::Connection& connection, std::string_view node_id,
                                            const crypto::Sealer* sealer = nullptr);
// Enabled directions that start at these nodes, oldest first, also to disabled nodes. Only what texts are made of is
// filled: both nodes, AllowedIPs, keepalive, preshared key and endpoint.
std::vector<domain::PeerLink> rendered_links(pg::Connection& connection, const std::vector<std::string>& local_node_ids,
                                             const crypto::Sealer& sealer);
std::optional<LinkGroup> find_link_group(pg::Connection& connection, std::string_view group_id,
                                         const crypto::Sealer* sealer = nullptr);

// Ids are the caller's; the directions' times are filled.
void insert_link_group(pg::Transaction& transaction, const crypto::Sealer& sealer, LinkGroup& group);
// Everything but ids, nodes and direction names.
void update_link_group(pg::Transaction& transaction, const crypto::Sealer& sealer, LinkGroup& group);
bool delete_link_group(pg::Transaction& transaction, std::string_view group_id);

// One group whose two directions take automatic endpoints. Views into what the caller holds.
struct AutoLink {
  std::string_view forward_node_id;
  std::string_view reverse_node_id;
  std::string_view forward_allowed_ips;
  std::string_view reverse_allowed_ips;
  std::optional<int> forward_keepalive;
  std::optional<int> reverse_keepalive;
};
// Deletes every link of the config and writes these instead, in this order; each group gets a preshared key of its own if
// wished. Returns how many directions were deleted. Three statements, however many links.
int replace_links(pg::Transaction& transaction, const crypto::Sealer& sealer, std::string_view config_id,
                  std::string_view family, const std::vector<AutoLink>& links, bool with_preshared_keys);

void disable_links_of_node(pg::Transaction& transaction, std::string_view node_id);
// Directions whose keepalive lost its meaning (spec domain 2.7).
void clear_keepalives(pg::Transaction& transaction, const std::vector<std::string>& link_ids);

}  // namespace loomgate::store
