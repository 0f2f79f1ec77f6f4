// SPDX-License-Identifier: Apache-2.0
#include "daemon/store/constraint_errors.h"

#include <string_view>

#include "daemon/base/error_codes.h"
#include "sql/pg/errors.h"

namespace loomgate::store {
namespace {

struct ConstraintError {
  std::string_view constraint;
  const ErrorCode& code;
  const char* message;
};

// Only constraints that two well-formed requests can race on; any other violation is a bug of ours and stays a 500.
constexpr ConstraintError kConstraintErrors[] = {
    {"configs_name_key", errors::kConfigNameExists, "A config with this name already exists"},
    {"nodes_config_id_fkey", errors::kConfigNotFound, "Config not found"},
    {"nodes_virtual_address_key", errors::kInvalidVirtualIp, "Another node of this config uses this virtual IP"},
    {"link_groups_nodes", errors::kNodeNotFound, "Node not found"},
    {"peer_links_same_nodes", errors::kPeerLinkNotFound, "Peer link group not found"},
    {"link_groups_two_nodes", errors::kInvalidPeerLink, "A link joins two different nodes"},
    {"node_texts_node_id_fkey", errors::kNodeNotFound, "Node not found"},
    {"node_config_state_node_fkey", errors::kNodeNotFound, "Node not found"},
    {"node_clients_node_fkey", errors::kNodeNotFound, "Node not found"},
    {"node_runtime_node_fkey", errors::kNodeNotFound, "Node not found"},
    {"commands_node_fkey", errors::kNodeNotFound, "Node not found"},
    {"config_packages_config_id_fkey", errors::kConfigNotFound, "Config not found"},
    {"port_forward_tcp_slot", errors::kPortForwardToPortInUse, "The target port is already in use"},
    {"port_forward_udp_slot", errors::kPortForwardToPortInUse, "The target port is already in use"},
    {"port_forward_from_fkey", errors::kNodeNotFound, "Node not found"},
    {"port_forward_to_fkey", errors::kNodeNotFound, "Node not found"},
};

std::optional<Error> translate(const pg::DatabaseError& error) {
  if (error.error_class() == pg::ErrorClass::kConnectionLost) {
    return Error(errors::kServiceUnavailable, "The database cannot be reached at the moment");
  }
  for (const auto& entry : kConstraintErrors) {
    if (entry.constraint == error.constraint()) return Error(entry.code, entry.message);
  }
  return std::nullopt;
}

}  // namespace

std::optional<Error> translate_database_error(std::exception_ptr failure) {
  try {
    std::rethrow_exception(failure);
  } catch (const pg::DatabaseError& error) {
    return translate(error);
  } catch (...) {
    return std::nullopt;
  }
}

}  // namespace loomgate::store
