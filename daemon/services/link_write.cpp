// SPDX-License-Identifier: Apache-2.0
#include "daemon/services/link_write.h"

#include "daemon/crypto/keys.h"
#include "daemon/services/input_rules.h"

namespace loomgate::json {

using services::LinkDirectionWrite;
using services::LinkDraftQuestion;
using services::LinkGroupWrite;
using services::plain_text;

namespace {

// wg refuses a text that holds anything else, and with it the tunnels of both ends.
Rule preshared_key() {
  return optional_text().secret().check([](View value) -> std::optional<std::string> {
    if (value.is(Type::kNull) || crypto::is_key(value.string())) return std::nullopt;
    return "A preshared key is the base64 of 32 bytes";
  });
}

}  // namespace

const Shape<LinkDirectionWrite>& Describe<LinkDirectionWrite>::shape() {
  using Write = LinkDirectionWrite;
  static const auto shape =
      Shape<Write>("LinkDirectionWrite")
          .field("local_node_id", &Write::local_node_id, required_text())
          .field("peer_node_id", &Write::peer_node_id, required_text())
          .field("allowed_ips", &Write::allowed_ips, plain_text(required_text()))
          .field("persistent_keepalive", &Write::persistent_keepalive, integer(0, 65535).nullable())
          .field("preshared_key", &Write::preshared_key, preshared_key())
          .field("endpoint_mode", &Write::endpoint_mode, text().trimmed().defaults("auto"))
          .field("endpoint_ref_family", &Write::endpoint_ref_family, optional_text().defaults("ipv4"))
          .field("endpoint_manual_host", &Write::endpoint_manual_host, plain_text(optional_text()))
          .field("endpoint_port_mode", &Write::endpoint_port_mode,
                 text().trimmed().defaults("ref_peer_listen_port"))
          .field("endpoint_manual_port", &Write::endpoint_manual_port, integer(1, 65535).nullable());
  return shape;
}

const Shape<LinkGroupWrite>& Describe<LinkGroupWrite>::shape() {
  using Write = LinkGroupWrite;
  static const auto shape = Shape<Write>("LinkGroupWrite")
                                .field("forward", &Write::forward, json::shape<LinkDirectionWrite>().required())
                                .field("reverse", &Write::reverse, json::shape<LinkDirectionWrite>().required())
                                .field("preshared_key", &Write::preshared_key, preshared_key())
                                .field("notes", &Write::notes, free_text().defaults(""))
                                .field("enabled", &Write::enabled, boolean().defaults(true));
  return shape;
}

const Shape<LinkDraftQuestion>& Describe<LinkDraftQuestion>::shape() {
  using Question = LinkDraftQuestion;
  static const auto shape =
      Shape<Question>("LinkDraftQuestion")
          .field("peer_node_id", &Question::peer_node_id, required_text())
          .field("endpoint_ref_family", &Question::endpoint_ref_family, literal({"ipv4", "ipv6"}).defaults("ipv4"));
  return shape;
}

}  // namespace loomgate::json
