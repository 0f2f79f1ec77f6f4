// SPDX-License-Identifier: Apache-2.0
#include "daemon/services/config_write.h"

#include "daemon/services/input_rules.h"

namespace loomgate::json {

using services::ConfigWrite;

const Shape<ConfigWrite>& Describe<ConfigWrite>::shape() {
  static const auto shape =
      Shape<ConfigWrite>("ConfigWrite")
          .field("name", &ConfigWrite::name, required_text(1, 32))
          .field("description", &ConfigWrite::description, free_text().defaults(""))
          .field("enabled", &ConfigWrite::enabled, boolean().defaults(true))
          .field("virtual_subnet", &ConfigWrite::virtual_subnet, services::network_text().defaults("10.66.0.0/24"))
          .field("default_listen_port", &ConfigWrite::default_listen_port, integer(1, 65535).defaults(51820))
          .field("default_mtu", &ConfigWrite::default_mtu, integer(576, 65535).nullable())
          .field("default_dns", &ConfigWrite::default_dns, services::plain_text(optional_text()))
          .field("auto_sync", &ConfigWrite::auto_sync, boolean().defaults(true))
          .field("tunnel_protocol", &ConfigWrite::tunnel_protocol, optional_text().defaults("wireguard"))
          .field("awg_version", &ConfigWrite::awg_version, optional_text())
          .flatten(&ConfigWrite::awg)
          .field("awg_node_updates", &ConfigWrite::awg_node_updates, object().nullable());
  return shape;
}

}  // namespace loomgate::json
