// SPDX-License-Identifier: Apache-2.0
// Requests and answers around binding. The types of BindAnswer are exact: devices decode them strictly (spec mqtt 11).
#pragma once

#include <string>
#include <vector>

#include "daemon/base/time_codec.h"
#include "daemon/json/shape.h"
#include "daemon/projections/endpoint_view.h"
#include "daemon/services/bind.h"

namespace loomgate::api {

struct BindCommandBody {
  std::string server_url;
};

struct ResetAnswer {
  projections::ClientView client_state;
};

struct BindProfile {
  std::string profile_id, server_url, config_id, config_name, node_id, node_name, interface_name;
  std::string hostname, platform, client_version;
};

struct BindTopics {
  std::vector<std::string> subscribe, publish;
};

struct BindMqtt {
  std::string host;
  int port = 0;
  bool tls = false;
  std::string username, password, client_id;
  json::Field<std::string> ca_cert;  // absent without TLS
  BindTopics topics;
};

struct BindAnswer {
  BindProfile profile;
  BindMqtt mqtt;
  std::string desired_conf;
};

BindAnswer answer_of(const services::Binding& binding);

}  // namespace loomgate::api

namespace loomgate::json {

template <>
struct Describe<api::BindCommandBody> {
  static const Shape<api::BindCommandBody>& shape();
};
template <>
struct Describe<services::BindCommand> {
  static const Shape<services::BindCommand>& shape();
};
template <>
struct Describe<services::BindRequest> {
  static const Shape<services::BindRequest>& shape();
};
template <>
struct Describe<api::ResetAnswer> {
  static const Shape<api::ResetAnswer>& shape();
};
template <>
struct Describe<api::BindProfile> {
  static const Shape<api::BindProfile>& shape();
};
template <>
struct Describe<api::BindTopics> {
  static const Shape<api::BindTopics>& shape();
};
template <>
struct Describe<api::BindMqtt> {
  static const Shape<api::BindMqtt>& shape();
};
template <>
struct Describe<api::BindAnswer> {
  static const Shape<api::BindAnswer>& shape();
};

}  // namespace loomgate::json
