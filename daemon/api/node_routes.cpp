// SPDX-License-Identifier: Apache-2.0
#include "daemon/api/node_routes.h"

#include "daemon/api/actor.h"
#include "daemon/api/auth_shapes.h"
#include "daemon/api/awg_routes.h"
#include "daemon/api/shapes_nodes.h"
#include "daemon/base/error_codes.h"
#include "daemon/services/keys.h"

namespace loomgate::api {
namespace {

using projections::NodeMutation;
using projections::NodeView;
using services::NodeService;
using services::NodeWrite;
using services::VirtualIpQuestion;

std::vector<ErrorCode> with_awg_errors(std::vector<ErrorCode> errors) {
  const auto awg = awg_errors();
  errors.insert(errors.end(), awg.begin(), awg.end());
  return errors;
}

http::Route list_route(NodeService& nodes) {
  return {.method = "GET",
          .path = "/api/v1/configs/{config_id}/nodes",
          .summary = "List the nodes of a config, oldest first",
          .response = json::list(json::shape<NodeView>()),
          .errors = {errors::kConfigNotFound},
          .handler = [&nodes](const http::Context& context) { return http::ok(nodes.list(context.path("config_id"))); }};
}

http::Route create_route(NodeService& nodes) {
  return {.method = "POST",
          .path = "/api/v1/configs/{config_id}/nodes",
          .summary = "Create a node",
          .request = json::shape<NodeWrite>(),
          .response = json::shape<NodeView>(),
          .errors = with_awg_errors({errors::kConfigNotFound, errors::kMqttDisabled, errors::kInvalidPrivateKey,
                                     errors::kInvalidSubnet, errors::kIpPoolExhausted, errors::kInvalidVirtualIp}),
          .handler = [&nodes](const http::Context& context) {
            const auto write = context.body<NodeWrite>();
            return http::ok(nodes.create(actor_of(context), context.path("config_id"), write));
          }};
}

http::Route get_route(NodeService& nodes) {
  return {.method = "GET",
          .path = "/api/v1/nodes/{node_id}",
          .summary = "Read a node",
          .response = json::shape<NodeView>(),
          .errors = {errors::kNodeNotFound},
          .handler = [&nodes](const http::Context& context) { return http::ok(nodes.get(context.path("node_id"))); }};
}

http::Route update_route(NodeService& nodes) {
  return {.method = "PUT",
          .path = "/api/v1/nodes/{node_id}",
          .summary = "Change a node",
          .request = json::shape<NodeWrite>(),
          .response = json::shape<NodeMutation>(),
          .errors = with_awg_errors({errors::kNodeNotFound, errors::kMqttDisabled, errors::kInvalidPrivateKey,
                                     errors::kInvalidVirtualIp}),
          .handler = [&nodes](const http::Context& context) {
            const auto write = context.body<NodeWrite>();
            return http::ok(nodes.update(actor_of(context), context.path("node_id"), write));
          }};
}

http::Route delete_route(NodeService& nodes) {
  return {.method = "DELETE",
          .path = "/api/v1/nodes/{node_id}",
          .summary = "Delete a node with its links",
          .response = json::shape<Message>(),
          .errors = {errors::kNodeNotFound},
          .handler = [&nodes](const http::Context& context) {
            nodes.remove(actor_of(context), context.path("node_id"));
            return http::ok(Message{"Node deleted"});
          }};
}

http::Route suggest_ip_route(NodeService& nodes) {
  return {.method = "POST",
          .path = "/api/v1/configs/{config_id}/nodes/suggest-ip",
          .summary = "Suggest the next free virtual IP",
          .response = json::shape<SuggestedIp>(),
          .errors = {errors::kConfigNotFound, errors::kInvalidSubnet, errors::kIpPoolExhausted},
          .handler = [&nodes](const http::Context& context) {
            return http::ok(SuggestedIp{nodes.suggest_ip(context.path("config_id"))});
          }};
}

http::Route validate_ip_route(NodeService& nodes) {
  return {.method = "POST",
          .path = "/api/v1/configs/{config_id}/nodes/validate-ip",
          .summary = "Check a virtual IP without saving it",
          .request = json::shape<VirtualIpQuestion>(),
          .response = json::shape<IpValidation>(),
          .errors = {errors::kConfigNotFound},
          .handler = [&nodes](const http::Context& context) {
            const auto check = nodes.validate_ip(context.path("config_id"), context.body<VirtualIpQuestion>());
            return http::ok(IpValidation{check.valid, check.warning});
          }};
}

http::Route generate_keys_route() {
  return {.method = "POST",
          .path = "/api/v1/nodes/keys/generate",
          .summary = "Make a key pair",
          .response = json::shape<KeyPair>(),
          .handler = [](const http::Context&) {
            const auto pair = crypto::generate_key_pair();
            return http::ok(KeyPair{pair.private_key, pair.public_key});
          }};
}

http::Route derive_public_route() {
  return {.method = "POST",
          .path = "/api/v1/nodes/keys/derive-public",
          .summary = "Derive the public key of a private key",
          .request = json::shape<PrivateKeyWrite>(),
          .response = json::shape<KeyPair>(),
          .errors = {errors::kInvalidPrivateKey},
          .handler = [](const http::Context& context) {
            const auto pair = services::derive_key_pair(context.body<PrivateKeyWrite>().private_key);
            return http::ok(KeyPair{pair.private_key, pair.public_key});
          }};
}

}  // namespace

std::vector<http::Route> node_routes(NodeService& nodes) {
  return {list_route(nodes),       create_route(nodes),      get_route(nodes),
          update_route(nodes),     delete_route(nodes),      suggest_ip_route(nodes),
          validate_ip_route(nodes), generate_keys_route(),   derive_public_route()};
}

}  // namespace loomgate::api
