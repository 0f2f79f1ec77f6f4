// SPDX-License-Identifier: Apache-2.0
#include "daemon/services/links.h"

#include "daemon/base/error_codes.h"
#include "daemon/base/ids.h"
#include "daemon/domain/addresses.h"
#include "daemon/domain/endpoints.h"
#include "daemon/services/lookups.h"
#include "daemon/services/refresh.h"
#include "daemon/store/audit.h"
#include "daemon/store/configs.h"
#include "daemon/store/links.h"

namespace loomgate::services {
namespace {

struct Ends {
  domain::Node local;
  domain::Node peer;
};

void require_enabled_ends(const Ends& ends) {
  if (!ends.local.enabled || !ends.peer.enabled) throw Error(errors::kNodeDisabledForLink, "The node is disabled");
}

// Both nodes exist before either is compared with the config.
Ends require_ends(pg::Connection& connection, const domain::Config& config, std::string_view local_id,
                  std::string_view peer_id, const crypto::Sealer* sealer = nullptr) {
  Ends ends{require_node(connection, local_id, sealer), require_node(connection, peer_id, sealer)};
  for (const auto* node : {&ends.local, &ends.peer}) {
    if (node->config_id != config.id) throw Error(errors::kNodeConfigMismatch, "The node belongs to another config");
  }
  return ends;
}

void require_mirror(const LinkGroupWrite& write) {
  if (write.reverse.local_node_id != write.forward.peer_node_id ||
      write.reverse.peer_node_id != write.forward.local_node_id) {
    throw Error(errors::kInvalidPeerLink, "The two directions of a link must mirror each other");
  }
  if (write.forward.local_node_id == write.forward.peer_node_id) {
    throw Error(errors::kInvalidPeerLink, "A link joins two different nodes");
  }
}

domain::EndpointChoice require_choice(const LinkDirectionWrite& write) {
  domain::EndpointChoice choice{.mode = write.endpoint_mode,
                                .ref_family = write.endpoint_ref_family,
                                .manual_host = write.endpoint_manual_host,
                                .port_mode = write.endpoint_port_mode,
                                .manual_port = write.endpoint_manual_port};
  if (!domain::is_valid_choice(choice)) {
    throw Error(errors::kInvalidEndpoint, "The endpoint mode is auto, none, or manual with host and port");
  }
  return domain::stored_choice(std::move(choice));
}

std::string require_allowed_ips(const LinkDirectionWrite& write) {
  auto normalized = domain::normalize_allowed_ips(write.allowed_ips);
  if (normalized.text) return std::move(*normalized.text);
  throw Error(errors::kInvalidAllowedIps, normalized.bad_token.empty()
                                              ? "AllowedIPs must not be empty"
                                              : "AllowedIPs holds \"" + normalized.bad_token + "\", which is no network");
}

// The one field table of creating and updating. Everything is checked before anything is set.
void apply(const LinkGroupWrite& write, const domain::Config& config, const Ends& ends, store::LinkGroup& group) {
  const domain::EndpointChoice choices[] = {require_choice(write.forward), require_choice(write.reverse)};
  std::string allowed_ips[] = {require_allowed_ips(write.forward), require_allowed_ips(write.reverse)};
  const LinkDirectionWrite* const writes[] = {&write.forward, &write.reverse};
  const domain::Node* const peers[] = {&ends.peer, &ends.local};
  domain::PeerLink* const links[] = {&group.forward, &group.reverse};
  for (std::size_t i = 0; i < 2; ++i) {
    links[i]->allowed_ips = std::move(allowed_ips[i]);
    links[i]->persistent_keepalive = domain::stored_keepalive(
        choices[i], domain::public_entry(*peers[i]), config.default_listen_port, writes[i]->persistent_keepalive);
    links[i]->endpoint_mode = choices[i].mode;
    links[i]->endpoint_ref_family = choices[i].ref_family;
    links[i]->endpoint_manual_host = choices[i].manual_host;
    links[i]->endpoint_port_mode = choices[i].port_mode;
    links[i]->endpoint_manual_port = choices[i].manual_port;
  }
  group.enabled = write.enabled;
  group.notes = write.notes;
}

std::optional<std::string> key_of_directions(const LinkGroupWrite& write) {
  return write.forward.preshared_key ? write.forward.preshared_key : write.reverse.preshared_key;
}

// The caller's directions in the order of the stored ones.
LinkGroupWrite matched_to(const store::LinkGroup& group, LinkGroupWrite write) {
  require_mirror(write);
  if (write.forward.local_node_id != group.forward.local_node_id) std::swap(write.forward, write.reverse);
  if (write.forward.local_node_id != group.forward.local_node_id ||
      write.forward.peer_node_id != group.forward.peer_node_id) {
    throw Error(errors::kInvalidPeerLink, "The directions name other nodes than the stored link");
  }
  return write;
}

store::LinkGroup require_locked_group(pg::Transaction& transaction, const crypto::Sealer& sealer,
                                      std::string_view group_id) {
  auto group = store::find_link_group(transaction.connection(), group_id, &sealer);
  if (!group) throw Error(errors::kPeerLinkNotFound, "Peer link group not found");
  return std::move(*group);
}

domain::Config lock_config_of(pg::Transaction& transaction, std::string_view group_id) {
  auto config = store::lock_config_of_group(transaction, group_id);
  if (!config) throw Error(errors::kPeerLinkNotFound, "Peer link group not found");
  return std::move(*config);
}

// After every write: render both ends, say who did it.
void finish(pg::Transaction& transaction, const MeshDeps& deps, const domain::Config& config,
            const store::LinkGroup& group, const domain::Actor& actor, const char* action, const char* summary) {
  refresh(transaction, deps, config,
          {.affected = {group.forward.local_node_id, group.forward.peer_node_id}, .announced = {}});
  store::add_audit(transaction, actor, {action, config.id, group.forward.local_node_id, group.id, summary});
}

}  // namespace

std::vector<domain::PeerLink> LinkService::list(std::string_view config_id) const {
  auto connection = deps_.pool.acquire();
  const auto config = require_config(*connection, config_id);
  return store::links_of_config(*connection, config.id, &deps_.sealer);
}

std::vector<domain::PeerLink> LinkService::create(const domain::Actor& actor, std::string_view config_id,
                                                  const LinkGroupWrite& write) const {
  return deps_.pool.transact([&](pg::Transaction& transaction) {
    const auto config = require_locked_config(transaction, config_id);
    const auto ends = require_ends(transaction.connection(), config, write.forward.local_node_id,
                                   write.forward.peer_node_id);
    require_enabled_ends(ends);
    require_mirror(write);
    store::LinkGroup group;
    apply(write, config, ends, group);
    group.id = new_id("group");
    group.config_id = config.id;
    group.preshared_key = write.preshared_key.has_value() ? write.preshared_key.as_optional() : key_of_directions(write);
    group.forward.id = new_id("plink");
    group.forward.local_node_id = group.reverse.peer_node_id = ends.local.id;
    group.forward.peer_node_id = group.reverse.local_node_id = ends.peer.id;
    group.reverse.id = new_id("plink");
    store::insert_link_group(transaction, deps_.sealer, group);
    finish(transaction, deps_, config, group, actor, "link.create", "Link group created");
    return std::vector{group.forward, group.reverse};
  });
}

std::vector<domain::PeerLink> LinkService::update(const domain::Actor& actor, std::string_view group_id,
                                                  const LinkGroupWrite& write) const {
  return deps_.pool.transact([&](pg::Transaction& transaction) {
    const auto config = lock_config_of(transaction, group_id);
    auto group = require_locked_group(transaction, deps_.sealer, group_id);
    const auto matched = matched_to(group, write);
    const auto ends = require_ends(transaction.connection(), config, group.forward.local_node_id,
                                   group.forward.peer_node_id);
    apply(matched, config, ends, group);
    if (!write.preshared_key.is_absent()) {
      group.preshared_key = write.preshared_key.as_optional();
    } else if (const auto key = key_of_directions(write)) {
      group.preshared_key = key;
    }
    store::update_link_group(transaction, deps_.sealer, group);
    finish(transaction, deps_, config, group, actor, "link.update", "Link group updated");
    return std::vector{group.forward, group.reverse};
  });
}

void LinkService::remove(const domain::Actor& actor, std::string_view group_id) const {
  deps_.pool.transact([&](pg::Transaction& transaction) {
    const auto config = lock_config_of(transaction, group_id);
    const auto group = require_locked_group(transaction, deps_.sealer, group_id);
    store::delete_link_group(transaction, group.id);
    finish(transaction, deps_, config, group, actor, "link.delete", "Link group deleted");
  });
}

projections::PeerLinkDraft LinkService::draft(std::string_view config_id, std::string_view node_id,
                                              const LinkDraftQuestion& question) const {
  auto connection = deps_.pool.acquire();
  const auto config = require_config(*connection, config_id);
  // The answer holds whole nodes with their keys, as the console edits them.
  auto ends = require_ends(*connection, config, node_id, question.peer_node_id, &deps_.sealer);
  require_enabled_ends(ends);
  if (ends.local.id == ends.peer.id) throw Error(errors::kInvalidPeerLink, "A link joins two different nodes");
  std::vector<domain::Node> both{std::move(ends.local), std::move(ends.peer)};
  auto views = projections::view_nodes(*connection, std::move(both), deps_.mqtt_enabled);
  return projections::draft_link(config, std::move(views[0]), std::move(views[1]), question.endpoint_ref_family);
}

projections::MeshWorkspace LinkService::workspace(std::string_view config_id, std::string_view node_id) const {
  auto connection = deps_.pool.acquire();
  const auto config = require_config(*connection, config_id);
  auto node = require_node_of(*connection, config, node_id, &deps_.sealer);
  return projections::view_mesh_workspace(*connection, deps_.sealer, config, std::move(node), deps_.mqtt_enabled);
}

projections::MeshValidation LinkService::validate(std::string_view config_id) const {
  auto connection = deps_.pool.acquire();
  const auto config = require_config(*connection, config_id);
  return projections::view_validation(projections::topology_report(*connection, config));
}

}  // namespace loomgate::services
