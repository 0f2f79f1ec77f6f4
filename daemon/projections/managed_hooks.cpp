// SPDX-License-Identifier: Apache-2.0
#include "daemon/projections/managed_hooks.h"

#include "daemon/store/port_forwards.h"

namespace loomgate::projections {

HooksByNode managed_hooks(pg::Connection& connection, const std::vector<std::string>& node_ids) {
  HooksByNode hooks;
  if (node_ids.empty()) return hooks;
  for (const auto& forward : store::forwards_to(connection, node_ids)) {
    domain::add_forward_hooks(hooks[forward.rule.to_node_id], forward.rule, forward.from.virtual_ip,
                              forward.to.virtual_ip);
  }
  return hooks;
}

}  // namespace loomgate::projections
