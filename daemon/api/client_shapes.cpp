// SPDX-License-Identifier: Apache-2.0
#include "daemon/api/client_shapes.h"

#include "daemon/domain/topics.h"

namespace loomgate::api {

BindAnswer answer_of(const services::Binding& binding) {
  BindAnswer answer;
  answer.profile = {binding.config_id + "-" + binding.node_id,
                    "",
                    binding.config_id,
                    binding.config_name,
                    binding.node_id,
                    binding.node_name,
                    binding.interface_name,
                    binding.request.hostname,
                    binding.request.platform,
                    binding.request.client_version};
  auto& mqtt = answer.mqtt;
  mqtt.host = binding.address.host;
  mqtt.port = binding.address.port;
  mqtt.tls = binding.address.tls;
  mqtt.username = binding.username;
  mqtt.password = binding.password;
  mqtt.client_id = binding.client_id;
  if (binding.ca_cert) mqtt.ca_cert = *binding.ca_cert;
  const auto subscribe = domain::downstream_topics(binding.config_id, binding.node_id);
  const auto publish = domain::upstream_topics(binding.config_id, binding.node_id);
  mqtt.topics = {{subscribe.begin(), subscribe.end()}, {publish.begin(), publish.end()}};
  answer.desired_conf = binding.desired_conf;
  return answer;
}

}  // namespace loomgate::api

namespace loomgate::json {

const Shape<api::BindCommandBody>& Describe<api::BindCommandBody>::shape() {
  using S = api::BindCommandBody;
  static const auto shape =
      Shape<S>("BindCommandRequest").field("server_url", &S::server_url, free_text(512).nullable());
  return shape;
}

const Shape<services::BindCommand>& Describe<services::BindCommand>::shape() {
  using S = services::BindCommand;
  static const auto shape = Shape<S>("BindCommand")
                                .field("command", &S::command, text().secret())
                                .field("token", &S::token, text().secret())
                                .field("expires_at", &S::expires_at);
  return shape;
}

const Shape<services::BindRequest>& Describe<services::BindRequest>::shape() {
  using S = services::BindRequest;
  static const auto shape = Shape<S>("ClientBind")
                                .field("token", &S::token, required_text(1).secret())
                                .field("hostname", &S::hostname)
                                .field("platform", &S::platform)
                                .field("client_version", &S::client_version);
  return shape;
}

const Shape<api::ResetAnswer>& Describe<api::ResetAnswer>::shape() {
  static const auto shape =
      Shape<api::ResetAnswer>("ResetClient").field("client_state", &api::ResetAnswer::client_state);
  return shape;
}

const Shape<api::BindProfile>& Describe<api::BindProfile>::shape() {
  using S = api::BindProfile;
  static const auto shape = Shape<S>("BindProfile")
                                .field("profile_id", &S::profile_id)
                                .field("server_url", &S::server_url)
                                .field("config_id", &S::config_id)
                                .field("config_name", &S::config_name)
                                .field("node_id", &S::node_id)
                                .field("node_name", &S::node_name)
                                .field("interface_name", &S::interface_name)
                                .field("hostname", &S::hostname)
                                .field("platform", &S::platform)
                                .field("client_version", &S::client_version);
  return shape;
}

const Shape<api::BindTopics>& Describe<api::BindTopics>::shape() {
  using S = api::BindTopics;
  static const auto shape = Shape<S>("BindTopics").field("subscribe", &S::subscribe).field("publish", &S::publish);
  return shape;
}

const Shape<api::BindMqtt>& Describe<api::BindMqtt>::shape() {
  using S = api::BindMqtt;
  static const auto shape = Shape<S>("BindMqtt")
                                .field("host", &S::host)
                                .field("port", &S::port)
                                .field("tls", &S::tls)
                                .field("username", &S::username)
                                .field("password", &S::password, text().secret())
                                .field("client_id", &S::client_id)
                                .field("ca_cert", &S::ca_cert)
                                .field("topics", &S::topics);
  return shape;
}

const Shape<api::BindAnswer>& Describe<api::BindAnswer>::shape() {
  using S = api::BindAnswer;
  static const auto shape = Shape<S>("BindAnswer")
                                .field("profile", &S::profile)
                                .field("mqtt", &S::mqtt)
                                .field("desired_conf", &S::desired_conf, text().secret());
  return shape;
}

}  // namespace loomgate::json
