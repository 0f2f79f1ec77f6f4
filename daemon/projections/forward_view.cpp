// SPDX-License-Identifier: Apache-2.0
#include "daemon/projections/forward_view.h"

#include "daemon/base/time_codec.h"

namespace loomgate::json {

using domain::PortForward;
using store::ForwardNode;
using store::ForwardRow;

const Shape<ForwardNode>& Describe<ForwardNode>::shape() {
  static const auto shape = Shape<ForwardNode>("ForwardNode")
                                .field("id", &ForwardNode::id)
                                .field("name", &ForwardNode::name)
                                .field("virtual_ip", &ForwardNode::virtual_ip)
                                .field("enabled", &ForwardNode::enabled);
  return shape;
}

const Shape<PortForward>& Describe<PortForward>::shape() {
  static const auto shape = Shape<PortForward>("StoredPortForward")
                                .field("id", &PortForward::id)
                                .field("config_id", &PortForward::config_id)
                                .field("from_node_id", &PortForward::from_node_id)
                                .field("from_port", &PortForward::from_port)
                                .field("to_node_id", &PortForward::to_node_id)
                                .field("to_port", &PortForward::to_port)
                                .field("to_platform", &PortForward::to_platform, literal({"linux", "darwin"}))
                                .field("protocol", &PortForward::protocol, literal({"tcp", "udp", "all"}))
                                .field("enabled", &PortForward::enabled)
                                .field("created_at", &PortForward::created_at)
                                .field("updated_at", &PortForward::updated_at);
  return shape;
}

const Shape<ForwardRow>& Describe<ForwardRow>::shape() {
  static const auto shape = Shape<ForwardRow>("PortForwardRule")
                                .flatten(&ForwardRow::rule)
                                .field("from_node", &ForwardRow::from)
                                .field("to_node", &ForwardRow::to);
  return shape;
}

}  // namespace loomgate::json
