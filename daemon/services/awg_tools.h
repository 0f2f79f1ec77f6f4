// SPDX-License-Identifier: Apache-2.0
// AmneziaWG values to look at before they are saved (spec http-api 6.2, 6.3, 8): the capability document, random values,
// conversions and drafts. Pure computation: nothing is read from or written to storage. Errors: INVALID_AWG_*.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "daemon/domain/entities.h"
#include "daemon/json/shape.h"
#include "daemon/services/awg_write.h"

namespace loomgate::services {

// AwgConfigParams of spec http-api 4.9. May hold the header protection key: never logged.
struct AwgConfigParams {
  std::optional<int> s1, s2, s3, s4;
  std::optional<std::string> h1, h2, h3, h4;
  json::Field<domain::AwgOptions> options;  // absent where an answer has none
};

struct AwgRandomQuestion {
  std::string awg_version = "2.0";
  bool regenerate_key = false;  // also a new header protection key: INVALID_AWG_VERSION where the version knows none
};
AwgConfigParams random_awg_config(const AwgRandomQuestion& question);

struct AwgNodeRandomQuestion {
  std::string awg_version = "2.0";
};
domain::AwgNode random_awg_node(const AwgNodeRandomQuestion& question);

struct AwgConversion {
  std::string awg_version;                    // the target
  std::optional<std::string> source_version;  // what the values are for now, when they are for any
  AwgSharedWrite awg;
};
AwgConfigParams convert_awg(const AwgConversion& conversion);

struct AwgGeneration {
  std::string awg_version;
  std::string scope = "all";  // all, node
  std::string direction = "generic";
  std::string intensity = "balanced";
  AwgSharedWrite config;
  json::Json nodes = json::Json::object();  // label to the values of a node
};
struct AwgDraftView {
  AwgConfigParams config;
  std::map<std::string, domain::AwgNode> nodes;
};
AwgDraftView generate_awg(const AwgGeneration& generation);

// What each version knows (8.1).
struct ProtocolVersion {
  std::vector<std::string> s_fields;
  std::string h_format;                             // integer, range
  json::Json config_options = json::Json::object();  // key to the name in tunnel files, in the order of their lines
  json::Json node_options = json::Json::object();
};
struct ProtocolOptions {
  std::string default_awg_version;
  std::vector<std::string> awg_versions;
  std::map<std::string, ProtocolVersion> versions;
};
ProtocolOptions protocol_options();

}  // namespace loomgate::services

namespace loomgate::json {

template <>
struct Describe<services::AwgConfigParams> {
  static const Shape<services::AwgConfigParams>& shape();
};
template <>
struct Describe<services::AwgRandomQuestion> {
  static const Shape<services::AwgRandomQuestion>& shape();
};
template <>
struct Describe<services::AwgNodeRandomQuestion> {
  static const Shape<services::AwgNodeRandomQuestion>& shape();
};
template <>
struct Describe<services::AwgConversion> {
  static const Shape<services::AwgConversion>& shape();
};
template <>
struct Describe<services::AwgGeneration> {
  static const Shape<services::AwgGeneration>& shape();
};
template <>
struct Describe<services::AwgDraftView> {
  static const Shape<services::AwgDraftView>& shape();
};
template <>
struct Describe<services::ProtocolVersion> {
  static const Shape<services::ProtocolVersion>& shape();
};
template <>
struct Describe<services::ProtocolOptions> {
  static const Shape<services::ProtocolOptions>& shape();
};

}  // namespace loomgate::json
