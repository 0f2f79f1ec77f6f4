// SPDX-License-Identifier: Apache-2.0
#include "daemon/api/awg_routes.h"

#include "daemon/base/error_codes.h"
#include "daemon/projections/node_view.h"
#include "daemon/services/awg_tools.h"

namespace loomgate::api {
namespace {

using services::AwgConfigParams;
using services::AwgConversion;
using services::AwgDraftView;
using services::AwgGeneration;
using services::AwgNodeRandomQuestion;
using services::AwgRandomQuestion;
using services::ProtocolOptions;

http::Route options_route() {
  return {.method = "GET",
          .path = "/api/v1/configs/protocol-options",
          .summary = "What each version of AmneziaWG knows",
          .response = json::shape<ProtocolOptions>(),
          .handler = [](const http::Context&) { return http::ok(services::protocol_options()); }};
}

http::Route random_config_route() {
  return {.method = "POST",
          .path = "/api/v1/configs/awg/random",
          .summary = "Random values that the nodes of a config share",
          .query = json::shape<AwgRandomQuestion>(),
          .response = json::shape<AwgConfigParams>(),
          .errors = {errors::kInvalidAwgVersion},
          .handler = [](const http::Context& context) {
            return http::ok(services::random_awg_config(context.query<AwgRandomQuestion>()));
          }};
}

http::Route random_node_route() {
  return {.method = "POST",
          .path = "/api/v1/nodes/awg/random",
          .summary = "Random values of a node",
          .query = json::shape<AwgNodeRandomQuestion>(),
          .response = json::shape<domain::AwgNode>(),
          .errors = {errors::kInvalidAwgVersion},
          .handler = [](const http::Context& context) {
            return http::ok(services::random_awg_node(context.query<AwgNodeRandomQuestion>()));
          }};
}

http::Route convert_route() {
  return {.method = "POST",
          .path = "/api/v1/configs/awg/convert",
          .summary = "Shared values of one version as values of another",
          .request = json::shape<AwgConversion>(),
          .response = json::shape<AwgConfigParams>(),
          .errors = awg_errors(),
          .handler = [](const http::Context& context) {
            return http::ok(services::convert_awg(context.body<AwgConversion>()));
          }};
}

http::Route generate_route() {
  return {.method = "POST",
          .path = "/api/v1/configs/awg/generate",
          .summary = "Draw a draft for a config and its nodes, or for one node",
          .request = json::shape<AwgGeneration>(),
          .response = json::shape<AwgDraftView>(),
          .errors = awg_errors(),
          .body_limit = kDraftBodyLimit,
          .handler = [](const http::Context& context) {
            return http::ok(services::generate_awg(context.body<AwgGeneration>()));
          }};
}

}  // namespace

std::vector<ErrorCode> awg_errors() {
  return {errors::kInvalidAwgVersion, errors::kInvalidAwgParameter, errors::kInvalidAwgHRange, errors::kInvalidAwgJRange};
}

std::vector<http::Route> awg_routes() {
  return {options_route(), random_config_route(), random_node_route(), convert_route(), generate_route()};
}

}  // namespace loomgate::api
