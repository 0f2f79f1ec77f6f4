// SPDX-License-Identifier: Apache-2.0
#include "daemon/agents/envelope.h"

#include <algorithm>
#include <cctype>

#include "daemon/domain/text.h"
#include "daemon/domain/tunnel_protocol.h"
#include "daemon/json/json.h"
#include "daemon/json/unicode.h"

namespace loomgate::agents {
namespace {

using json::Json;
using json::View;

constexpr std::size_t kMostBody = 1 << 20;
constexpr std::size_t kMostName = 128;
constexpr std::size_t kMostFact = 64;

// The first bytes of a valid UTF-8 text, without half a character at the end.
std::string cut(std::string_view text, std::size_t most) {
  if (text.size() <= most) return std::string(text);
  auto end = most;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
  return std::string(text.substr(0, end));
}

std::string lower(std::string_view text) {
  std::string made(text);
  std::transform(made.begin(), made.end(), made.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return made;
}

bool is_request_id(std::string_view text) {
  return text.size() == 32 && text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

// The body as an object, with the look-up order of the contract.
class Fields {
 public:
  explicit Fields(std::string_view body) {
    auto parsed = json::parse(body, {kMostBody});
    if (parsed.value && parsed.value->view().is(json::Type::kObject)) body_ = std::move(*parsed.value);
    well_formed_ = body_.view().is(json::Type::kObject);
  }
  bool well_formed() const { return well_formed_; }

  std::string text(std::string_view key, std::size_t most = kMostText) const {
    const auto value = find(key);
    return value && value->is(json::Type::kString) ? cut(value->string(), most) : std::string();
  }

  std::optional<bool> boolean(std::string_view key) const {
    const auto value = find(key);
    if (!value) return std::nullopt;
    if (value->is(json::Type::kBool)) return value->boolean();
    if (value->is(json::Type::kNumber)) return value->number() != 0;
    if (!value->is(json::Type::kString)) return false;
    const auto word = lower(domain::trim(value->string()));
    return word == "1" || word == "true" || word == "yes" || word == "online" || word == "running";
  }

 private:
  std::optional<View> find(std::string_view key) const {
    if (!well_formed_) return std::nullopt;
    const auto payload = body_.view().find("payload");
    if (payload && payload->is(json::Type::kObject)) {
      if (auto value = present(payload->find(key))) return value;
    }
    return present(body_.view().find(key));
  }
  static std::optional<View> present(std::optional<View> value) {
    return value && !value->is(json::Type::kNull) ? value : std::nullopt;
  }

  Json body_;
  bool well_formed_ = false;
};

std::string client_fact(const Fields& fields, std::string_view key) {
  return std::string(domain::cut_code_points(domain::trim(fields.text(key)), kMostFact));
}

// ISO 8601 with the numeric zone that the original sends.
std::string sent_at(Timestamp time) {
  auto text = to_iso(time);
  text.replace(text.size() - 1, 1, "+00:00");
  return text;
}

std::string envelope(domain::Downstream kind, const Address& address, Json payload) {
  return Json::object({{"type", Json(domain::topic_suffix(kind))},
                       {"request_id", Json(address.request_id)},
                       {"config_id", Json(address.config_id)},
                       {"node_id", Json(address.node_id)},
                       {"boot_id", Json("")},
                       {"session_id", Json("")},
                       {"sent_at", Json(sent_at(address.sent_at))},
                       {"payload", std::move(payload)}})
      .dump();
}

// The version is a text or null, never a number: agents turn 2.0 into "2" and refuse it.
void add_tunnel(Json& payload, const Tunnel& tunnel) {
  payload.set("tunnel_protocol", domain::wire_protocol_name(tunnel.protocol));
  payload.set("awg_version", domain::wire_awg_version(tunnel.protocol, tunnel.awg_version));
}
void add_previous(Json& payload, const Tunnel& tunnel) {
  payload.set("previous_tunnel_protocol",
              domain::wire_protocol_name(tunnel.previous_protocol.value_or(tunnel.protocol)));
}

}  // namespace

ReadResult read_upstream(std::string_view topic, std::string_view body) {
  auto parsed = domain::parse_upstream_topic(topic);
  if (!parsed) return {std::nullopt, Unreadable::kBadTopic};
  if (body.size() > kMostBody) return {std::nullopt, Unreadable::kOversize};
  if (!json::is_utf8(body)) return {std::nullopt, Unreadable::kBadUtf8};
  const Fields fields(body);
  Upstream message;
  message.topic = std::move(*parsed);
  message.well_formed = fields.well_formed();
  message.request_id = fields.text("request_id", kMostName);
  if (!is_request_id(message.request_id)) message.request_id.clear();
  message.session = {fields.text("boot_id", kMostName), fields.text("session_id", kMostName)};
  message.status = lower(domain::trim(fields.text("status", kMostName)));
  message.action = fields.text("action", kMostName);
  message.message = fields.text("message");
  message.event = fields.text("event", kMostName);
  message.output = fields.text("output", kMostOutput);
  message.client_online = fields.boolean("client_online");
  message.wg_online = fields.boolean("wg_online");
  message.platform = client_fact(fields, "platform");
  message.client_version = client_fact(fields, "client_version");
  return {std::move(message), {}};
}

std::string push_envelope(const Address& address, const Tunnel& tunnel, std::string_view interface_name, int version,
                          std::string_view sha256, std::string_view text) {
  auto payload = Json::object({{"action", Json("push_config")}});
  add_tunnel(payload, tunnel);
  add_previous(payload, tunnel);
  payload.set("interface_name", interface_name);
  payload.set("config_version", version);
  payload.set("config_sha256", sha256);
  payload.set("config_text", text);
  return envelope(domain::Downstream::kConfigPush, address, std::move(payload));
}

std::string control_envelope(const Address& address, const Tunnel& tunnel, std::string_view action,
                             std::string_view interface_name) {
  auto payload = Json::object({{"action", Json(action)}});
  add_tunnel(payload, tunnel);
  add_previous(payload, tunnel);
  payload.set("interface_name", interface_name);
  return envelope(domain::Downstream::kControl, address, std::move(payload));
}

std::string info_envelope(const Address& address, const Tunnel& tunnel, std::string_view action) {
  auto payload = Json::object({{"action", Json(action)}});
  add_tunnel(payload, tunnel);
  add_previous(payload, tunnel);
  return envelope(domain::Downstream::kInfo, address, std::move(payload));
}

std::string detect_envelope(const Address& address, const Tunnel& tunnel) {
  auto payload = Json::object();
  add_tunnel(payload, tunnel);
  return envelope(domain::Downstream::kDetect, address, std::move(payload));
}

}  // namespace loomgate::agents
