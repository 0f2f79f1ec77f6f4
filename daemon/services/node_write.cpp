// SPDX-License-Identifier: Apache-2.0
#include "daemon/services/node_write.h"

#include "daemon/services/input_rules.h"

namespace loomgate::json {

using services::NodeWrite;
using services::plain_list;
using services::plain_text;
using services::VirtualIpQuestion;

const Shape<NodeWrite>& Describe<NodeWrite>::shape() {
  static const auto shape =
      Shape<NodeWrite>("NodeWrite")
          .field("name", &NodeWrite::name, plain_text(required_text(1, 128)))
          .field("ipv4_address", &NodeWrite::ipv4_address, plain_text(optional_text()))
          .field("ipv6_address", &NodeWrite::ipv6_address, plain_text(optional_text()))
          .field("listen_port", &NodeWrite::listen_port, integer(1, 65535).nullable())
          .field("virtual_ip", &NodeWrite::virtual_ip, plain_text(optional_text()))
          .field("mtu", &NodeWrite::mtu, integer(576, 65535).nullable())
          .field("dns", &NodeWrite::dns, plain_text(optional_text()))
          .field("auto_sync", &NodeWrite::auto_sync)
          .field("enabled", &NodeWrite::enabled)
          .field("node_type", &NodeWrite::node_type, literal({"dynamic", "static"}).nullable())
          .field("private_key", &NodeWrite::private_key, optional_text().secret())
          .field("public_key", &NodeWrite::public_key, optional_text())
          .field("tags", &NodeWrite::tags, plain_list(text_list(), 64).nullable())
          .field("pre_up", &NodeWrite::pre_up, plain_list(text_list()).nullable())
          .field("post_up", &NodeWrite::post_up, plain_list(text_list()).nullable())
          .field("pre_down", &NodeWrite::pre_down, plain_list(text_list()).nullable())
          .field("post_down", &NodeWrite::post_down, plain_list(text_list()).nullable())
          .flatten(&NodeWrite::awg);
  return shape;
}

const Shape<VirtualIpQuestion>& Describe<VirtualIpQuestion>::shape() {
  static const auto shape = Shape<VirtualIpQuestion>("VirtualIpQuestion")
                                .field("virtual_ip", &VirtualIpQuestion::virtual_ip, required_text())
                                .field("exclude_node_id", &VirtualIpQuestion::exclude_node_id, optional_text());
  return shape;
}

}  // namespace loomgate::json
