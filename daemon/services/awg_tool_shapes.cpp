// SPDX-License-Identifier: Apache-2.0
#include "daemon/projections/node_view.h"
#include "daemon/services/awg_tools.h"

namespace loomgate::json {

using services::AwgConfigParams;
using services::AwgConversion;
using services::AwgDraftView;
using services::AwgGeneration;
using services::AwgNodeRandomQuestion;
using services::AwgRandomQuestion;
using services::ProtocolOptions;
using services::ProtocolVersion;

const Shape<AwgConfigParams>& Describe<AwgConfigParams>::shape() {
  static const auto shape = Shape<AwgConfigParams>("AwgConfigParams")
                                .field("awg_s1", &AwgConfigParams::s1)
                                .field("awg_s2", &AwgConfigParams::s2)
                                .field("awg_s3", &AwgConfigParams::s3)
                                .field("awg_s4", &AwgConfigParams::s4)
                                .field("awg_h1", &AwgConfigParams::h1)
                                .field("awg_h2", &AwgConfigParams::h2)
                                .field("awg_h3", &AwgConfigParams::h3)
                                .field("awg_h4", &AwgConfigParams::h4)
                                .field("awg_options", &AwgConfigParams::options);
  return shape;
}

const Shape<AwgRandomQuestion>& Describe<AwgRandomQuestion>::shape() {
  static const auto shape = Shape<AwgRandomQuestion>("AwgRandomQuestion")
                                .field("awg_version", &AwgRandomQuestion::awg_version, text().trimmed().defaults("2.0"))
                                .field("regenerate_key", &AwgRandomQuestion::regenerate_key, boolean().defaults(false));
  return shape;
}

const Shape<AwgNodeRandomQuestion>& Describe<AwgNodeRandomQuestion>::shape() {
  static const auto shape =
      Shape<AwgNodeRandomQuestion>("AwgNodeRandomQuestion")
          .field("awg_version", &AwgNodeRandomQuestion::awg_version, text().trimmed().defaults("2.0"));
  return shape;
}

const Shape<AwgConversion>& Describe<AwgConversion>::shape() {
  static const auto shape = Shape<AwgConversion>("AwgConversion")
                                .field("awg_version", &AwgConversion::awg_version, required_text())
                                .field("source_version", &AwgConversion::source_version, optional_text())
                                .flatten(&AwgConversion::awg);
  return shape;
}

const Shape<AwgGeneration>& Describe<AwgGeneration>::shape() {
  static const auto shape =
      Shape<AwgGeneration>("AwgGeneration")
          .field("awg_version", &AwgGeneration::awg_version, required_text())
          .field("scope", &AwgGeneration::scope, literal({"all", "node"}).defaults("all"))
          .field("direction", &AwgGeneration::direction, text().trimmed().defaults("generic"))
          .field("intensity", &AwgGeneration::intensity, text().trimmed().defaults("balanced"))
          .field("config", &AwgGeneration::config)
          .field("nodes", &AwgGeneration::nodes, object());
  return shape;
}

const Shape<AwgDraftView>& Describe<AwgDraftView>::shape() {
  static const auto shape = Shape<AwgDraftView>("AwgDraft")
                                .field("config", &AwgDraftView::config)
                                .field("nodes", &AwgDraftView::nodes);
  return shape;
}

const Shape<ProtocolVersion>& Describe<ProtocolVersion>::shape() {
  static const auto shape = Shape<ProtocolVersion>("ProtocolVersion")
                                .field("s_fields", &ProtocolVersion::s_fields)
                                .field("h_format", &ProtocolVersion::h_format, literal({"integer", "range"}))
                                .field("config_options", &ProtocolVersion::config_options, map(text()))
                                .field("node_options", &ProtocolVersion::node_options, map(text()));
  return shape;
}

const Shape<ProtocolOptions>& Describe<ProtocolOptions>::shape() {
  static const auto shape = Shape<ProtocolOptions>("ProtocolOptions")
                                .field("default_awg_version", &ProtocolOptions::default_awg_version)
                                .field("awg_versions", &ProtocolOptions::awg_versions)
                                .field("versions", &ProtocolOptions::versions);
  return shape;
}

}  // namespace loomgate::json
