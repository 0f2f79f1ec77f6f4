// SPDX-License-Identifier: Apache-2.0
#include "daemon/base/time_codec.h"
#include "daemon/projections/config_view.h"

namespace loomgate::json {

using projections::Adjustment;
using projections::ConfigCounts;
using projections::ConfigMutation;
using projections::ConfigView;

const Shape<domain::AwgShared>& Describe<domain::AwgShared>::shape() {
  using Awg = domain::AwgShared;
  static const auto shape = Shape<Awg>("AwgShared")
                                .field("awg_version", &Awg::version)
                                .field("awg_options", &Awg::options)
                                .field("awg_s1", &Awg::s1)
                                .field("awg_s2", &Awg::s2)
                                .field("awg_s3", &Awg::s3)
                                .field("awg_s4", &Awg::s4)
                                .field("awg_h1", &Awg::h1)
                                .field("awg_h2", &Awg::h2)
                                .field("awg_h3", &Awg::h3)
                                .field("awg_h4", &Awg::h4);
  return shape;
}

const Shape<domain::Config>& Describe<domain::Config>::shape() {
  using domain::Config;
  static const auto shape = Shape<Config>("StoredConfig")
                                .field("id", &Config::id)
                                .field("name", &Config::name)
                                .field("description", &Config::description)
                                .field("enabled", &Config::enabled)
                                .field("virtual_subnet", &Config::virtual_subnet)
                                .field("default_listen_port", &Config::default_listen_port)
                                .field("default_mtu", &Config::default_mtu)
                                .field("default_dns", &Config::default_dns)
                                .field("auto_sync", &Config::auto_sync)
                                .field("tunnel_protocol", &Config::tunnel_protocol, literal({"wireguard", "amneziawg"}))
                                .flatten(&Config::awg)
                                .field("created_at", &Config::created_at)
                                .field("updated_at", &Config::updated_at);
  return shape;
}

const Shape<ConfigCounts>& Describe<ConfigCounts>::shape() {
  static const auto shape = Shape<ConfigCounts>("ConfigCounts")
                                .field("node_count", &ConfigCounts::node_count)
                                .field("dynamic_node_count", &ConfigCounts::dynamic_node_count)
                                .field("online_node_count", &ConfigCounts::online_node_count)
                                .field("offline_node_count", &ConfigCounts::offline_node_count)
                                .field("disabled_node_count", &ConfigCounts::disabled_node_count)
                                .field("topology_invalid", &ConfigCounts::topology_invalid)
                                .field("topology_error_count", &ConfigCounts::topology_error_count);
  return shape;
}

const Shape<ConfigView>& Describe<ConfigView>::shape() {
  static const auto shape = Shape<ConfigView>("Config")
                                .flatten(&ConfigView::config)
                                .flatten(&ConfigView::counts);
  return shape;
}

const Shape<Adjustment>& Describe<Adjustment>::shape() {
  static const auto shape = Shape<Adjustment>("Adjustment")
                                .field("field", &Adjustment::field)
                                .field("reason", &Adjustment::reason);
  return shape;
}

const Shape<ConfigMutation>& Describe<ConfigMutation>::shape() {
  static const auto shape = Shape<ConfigMutation>("ConfigMutation")
                                .flatten(&ConfigMutation::config)
                                .field("adjustments", &ConfigMutation::adjustments)
                                .field("change_hints", &ConfigMutation::change_hints)
                                .field("affected_node_ids", &ConfigMutation::affected_node_ids);
  return shape;
}

}  // namespace loomgate::json
