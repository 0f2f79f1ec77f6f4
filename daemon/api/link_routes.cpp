// SPDX-License-Identifier: Apache-2.0
#include "daemon/api/link_routes.h"

#include "daemon/api/actor.h"
#include "daemon/api/auth_shapes.h"
#include "daemon/api/shapes_nodes.h"
#include "daemon/base/error_codes.h"
#include "daemon/crypto/keys.h"

namespace loomgate::api {
namespace {

using domain::PeerLink;
using projections::MeshValidation;
using projections::MeshWorkspace;
using projections::PeerLinkDraft;
using services::LinkDraftQuestion;
using services::LinkGroupWrite;
using services::LinkService;
using services::QuickMeshResult;
using services::QuickMeshWrite;

http::Route list_route(LinkService& links) {
  return {.method = "GET",
          .path = "/api/v1/configs/{config_id}/peer-links",
          .summary = "List the link directions of a config, oldest first",
          .response = json::list(json::shape<PeerLink>()),
          .errors = {errors::kConfigNotFound},
          .handler = [&links](const http::Context& context) { return http::ok(links.list(context.path("config_id"))); }};
}

http::Route create_route(LinkService& links) {
  return {.method = "POST",
          .path = "/api/v1/configs/{config_id}/peer-links",
          .summary = "Link two nodes",
          .request = json::shape<LinkGroupWrite>(),
          .response = json::list(json::shape<PeerLink>()),
          .errors = {errors::kConfigNotFound, errors::kNodeNotFound, errors::kNodeConfigMismatch,
                     errors::kNodeDisabledForLink, errors::kInvalidPeerLink, errors::kInvalidEndpoint,
                     errors::kInvalidAllowedIps},
          .handler = [&links](const http::Context& context) {
            const auto write = context.body<LinkGroupWrite>();
            return http::ok(links.create(actor_of(context), context.path("config_id"), write));
          }};
}

http::Route update_route(LinkService& links) {
  return {.method = "PUT",
          .path = "/api/v1/peer-links/{group_id}",
          .summary = "Change a link group",
          .request = json::shape<LinkGroupWrite>(),
          .response = json::list(json::shape<PeerLink>()),
          .errors = {errors::kPeerLinkNotFound, errors::kInvalidPeerLink, errors::kInvalidEndpoint,
                     errors::kInvalidAllowedIps},
          .handler = [&links](const http::Context& context) {
            const auto write = context.body<LinkGroupWrite>();
            return http::ok(links.update(actor_of(context), context.path("group_id"), write));
          }};
}

http::Route delete_route(LinkService& links) {
  return {.method = "DELETE",
          .path = "/api/v1/peer-links/{group_id}",
          .summary = "Delete a link group",
          .response = json::shape<Message>(),
          .errors = {errors::kPeerLinkNotFound},
          .handler = [&links](const http::Context& context) {
            links.remove(actor_of(context), context.path("group_id"));
            return http::ok(Message{"Peer link group deleted"});
          }};
}

http::Route generate_key_route() {
  return {.method = "POST",
          .path = "/api/v1/peer-links/psk/generate",
          .summary = "Make a preshared key",
          .response = json::shape<PresharedKey>(),
          .handler = [](const http::Context&) { return http::ok(PresharedKey{crypto::generate_preshared_key()}); }};
}

http::Route draft_route(LinkService& links) {
  return {.method = "GET",
          .path = "/api/v1/configs/{config_id}/nodes/{node_id}/peer-link-draft",
          .summary = "Propose a link between two nodes",
          .query = json::shape<LinkDraftQuestion>(),
          .response = json::shape<PeerLinkDraft>(),
          .errors = {errors::kConfigNotFound, errors::kNodeNotFound, errors::kNodeConfigMismatch,
                     errors::kNodeDisabledForLink, errors::kInvalidPeerLink},
          .handler = [&links](const http::Context& context) {
            const auto question = context.query<LinkDraftQuestion>();
            return http::ok(links.draft(context.path("config_id"), context.path("node_id"), question));
          }};
}

http::Route workspace_route(LinkService& links) {
  return {.method = "GET",
          .path = "/api/v1/configs/{config_id}/nodes/{node_id}/mesh-workspace",
          .summary = "Read the links of a node with everything around them",
          .response = json::shape<MeshWorkspace>(),
          .errors = {errors::kConfigNotFound, errors::kNodeNotFound, errors::kNodeConfigMismatch},
          .handler = [&links](const http::Context& context) {
            return http::ok(links.workspace(context.path("config_id"), context.path("node_id")));
          }};
}

http::Route validate_route(LinkService& links) {
  return {.method = "POST",
          .path = "/api/v1/configs/{config_id}/mesh/validate",
          .summary = "Check the mesh of a config",
          .response = json::shape<MeshValidation>(),
          .errors = {errors::kConfigNotFound},
          .handler = [&links](const http::Context& context) {
            return http::ok(links.validate(context.path("config_id")));
          }};
}

http::Route quick_generate_route(LinkService& links) {
  return {.method = "POST",
          .path = "/api/v1/configs/{config_id}/mesh/quick-generate",
          .summary = "Replace every link of a config by a generated mesh",
          .request = json::shape<QuickMeshWrite>(),
          .response = json::shape<QuickMeshResult>(),
          .errors = {errors::kConfigNotFound, errors::kQuickMeshNotEnoughNodes, errors::kQuickMeshVirtualIpRequired,
                     errors::kQuickMeshHubRequired, errors::kQuickMeshHubEndpointRequired,
                     errors::kQuickMeshEndpointRequired, errors::kQuickMeshGatewayRequired,
                     errors::kQuickMeshGatewayEndpointRequired, errors::kQuickMeshLeafInvalid,
                     errors::kQuickMeshNodeRoleConflict, errors::kQuickMeshLeafGatewayInvalid,
                     errors::kQuickMeshNodeUnassigned},
          .handler = [&links](const http::Context& context) {
            const auto write = context.body<QuickMeshWrite>();
            return http::ok(links.quick_generate(actor_of(context), context.path("config_id"), write));
          }};
}

}  // namespace

std::vector<http::Route> link_routes(LinkService& links) {
  return {list_route(links),    create_route(links), update_route(links),   delete_route(links),
          generate_key_route(), draft_route(links),  validate_route(links), quick_generate_route(links),
          workspace_route(links)};
}

}  // namespace loomgate::api
