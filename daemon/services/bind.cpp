// SPDX-License-Identifier: Apache-2.0
#include "daemon/services/bind.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <iterator>

#include "daemon/base/error_codes.h"
#include "daemon/base/log.h"
#include "daemon/base/validation.h"
#include "daemon/crypto/tokens.h"
#include "daemon/domain/names.h"
#include "daemon/services/lookups.h"
#include "daemon/services/messages.h"
#include "daemon/store/audit.h"
#include "daemon/store/changes.h"
#include "daemon/store/command_delivery.h"
#include "daemon/store/configs.h"
#include "daemon/store/node_state.h"
#include "daemon/store/nodes.h"
#include "daemon/store/presence.h"

namespace loomgate::services {
namespace {

constexpr std::size_t kSecretBytes = 32;  // 43 characters
constexpr ThrottleRule kPerSource{20, std::chrono::seconds(60)};
constexpr ThrottleRule kOverall{600, std::chrono::seconds(5)};

// The url stands between double quotes of a command that somebody pastes into a shell.
std::string clean_server_url(std::string_view url) {
  while (url.ends_with('/')) url.remove_suffix(1);
  const bool web = url.starts_with("http://") || url.starts_with("https://");
  const bool harmless = std::ranges::none_of(url, [](unsigned char c) {
    return c <= ' ' || c >= 0x7f || c == '"' || c == '\'' || c == '`' || c == '$' || c == '\\' || c == '!';
  });
  if (!web || !harmless) throw validation_error("server_url", "Server URL must be an http or https address");
  return std::string(url);
}

void announce(pg::Transaction& transaction, const std::string& config_id, const std::string& node_id) {
  store::add_changes(transaction, {{"endpoint.status", config_id, node_id, ""},
                                   {"runtime.snapshot", config_id, "", ""},
                                   {"system.status", "", "", ""}});
}

// A new binding has not been heard of yet, and nothing of the old device is remembered.
void show_bound(pg::Transaction& transaction, const std::string& node_id) {
  auto nodes = store::lock_presence(transaction, {node_id});
  for (auto& node : nodes) node.state = domain::project(node.state, node.standing, domain::signal::Bound{});
  store::save_presence(transaction, nodes);
}

bool counts_as_guess(const ErrorCode& code) {
  return code.code == errors::kClientBindTokenInvalid.code || code.code == errors::kClientBindTokenUsed.code ||
         code.code == errors::kClientBindTokenExpired.code;
}

void refuse_unusable(const std::optional<store::BindCandidate>& found) {
  if (!found) throw Error(errors::kClientBindTokenInvalid, "The bind token is not known; make a new bind command");
  if (found->used)
    throw Error(errors::kClientBindTokenUsed, "The bind token was used already; make a new bind command");
  if (found->expired)
    throw Error(errors::kClientBindTokenExpired, "The bind token has expired; make a new bind command");
  if (!found->allowed) throw Error(errors::kClientBindNotAllowed, "The node or its config does not take devices now");
}

}  // namespace

BindService::BindService(BindOptions options, pg::Pool& pool, const crypto::Sealer& sealer, Clock clock)
    : options_(std::move(options)),
      pool_(pool),
      sealer_(sealer),
      clock_(std::move(clock)),
      throttle_(kPerSource, kOverall) {}

void BindService::require_mqtt() const {
  if (!options_.mqtt_enabled) throw Error(errors::kMqttDisabled, "MQTT services are switched off");
}

BindCommand BindService::make_command(std::string_view config_id, std::string_view node_id, std::string_view server_url,
                                      const domain::Actor& actor) {
  require_mqtt();
  const auto url = clean_server_url(server_url);
  BindCommand made;
  made.token = crypto::random_token(kSecretBytes);
  made.expires_at = pool_.transact([&](pg::Transaction& transaction) {
    const auto config = require_locked_config(transaction, config_id);
    const auto node = require_enabled_node_of(transaction.connection(), config, node_id);
    if (node.node_type != "dynamic") throw Error(errors::kClientBindStaticNode, "A static node has no device to bind");
    store::add_audit(transaction, actor, {"client.bind-command", config.id, node.id, node.name, "Bind command made"});
    return store::put_bind_token(transaction, node.id, config.id, sha256_hex(made.token), domain::kBindTokenLifetime);
  });
  made.command = fmt::format("wfmctl bind --server \"{}\" --token \"{}\"", url, made.token);
  return made;
}

Binding BindService::bind(const BindRequest& request, std::string_view address, const std::string& request_id) {
  require_mqtt();
  const auto source = throttle_source(address);
  if (const auto wait = throttle_.wait_of(source, clock_())) {
    throw Error(errors::kRateLimited, fmt::format("Too many failed binds; try again in {} s", wait->count()),
                json::Json::object({{"retry_after", json::Json(static_cast<std::int64_t>(wait->count()))}}));
  }
  try {
    auto binding = redeem(request, sha256_hex(request.token), request_id);
    log(kBound, binding.node_id, request.hostname, request.platform);
    return binding;
  } catch (const Error& error) {
    if (counts_as_guess(error.code())) throttle_.failed(source, clock_());
    log(kBindFailed, address, error.code().code);
    throw;
  }
}

std::optional<std::string> BindService::read_ca(const DeviceAddress& address) const {
  if (!address.tls) return std::nullopt;
  std::ifstream file(options_.ca_file, std::ios::binary);
  std::string text(std::istreambuf_iterator<char>(file), {});
  if (!file.eof() && !file.good()) text.clear();
  if (text.find("-----BEGIN CERTIFICATE-----") == std::string::npos) {
    throw Error(errors::kMqttTlsCaNotReady, "The CA certificate for devices is not ready on the server");
  }
  return text;
}

Binding BindService::redeem(const BindRequest& request, const std::string& token_sha256,
                            const std::string& request_id) {
  return pool_.transact([&](pg::Transaction& transaction) {
    auto& connection = transaction.connection();
    auto found = store::find_bind_token(connection, token_sha256);
    refuse_unusable(found);
    // The config may have changed until its row is ours.
    store::lock_config(transaction, found->config_id);
    found = store::find_bind_token(connection, token_sha256);
    refuse_unusable(found);

    Binding made;
    made.address = effective_device_address(connection, options_.address);
    made.ca_cert = read_ca(made.address);
    made.config_id = found->config_id;
    made.config_name = found->config_name;
    made.node_id = found->node_id;
    made.node_name = found->node_name;
    made.interface_name = domain::interface_name(domain::artifact_stem(made.config_name, made.node_name), made.node_id);
    made.request = {"", request.hostname, request.platform, request.client_version};
    made.username = made.node_id;
    made.client_id = "wfm-" + made.node_id;
    made.password = crypto::random_token(kSecretBytes);

    store::NewBinding stored{
        domain::client_facts(request.platform, request.client_version, request.hostname), made.interface_name, {}, {}};
    random_bytes(stored.salt);
    stored.hash = mqtt_password_hash(stored.salt, made.password);
    if (!store::redeem_bind_token(transaction, made.node_id, token_sha256, stored)) {
      throw Error(errors::kClientBindTokenUsed, "The bind token was used already; make a new bind command");
    }
    show_bound(transaction, made.node_id);
    store::drop_commands(transaction, made.node_id, "the client was bound again");
    made.desired_conf = store::find_node_text(connection, sealer_, made.node_id, found->staged_sha256).value_or("");
    announce(transaction, made.config_id, made.node_id);
    store::add_audit(transaction, {"agent", made.node_id, request_id},
                     {"client.bind", made.config_id, made.node_id, made.node_name, "Device bound"});
    return made;
  });
}

void BindService::reset(std::string_view config_id, std::string_view node_id, const domain::Actor& actor) {
  require_mqtt();
  pool_.transact([&](pg::Transaction& transaction) {
    const auto config = require_locked_config(transaction, config_id);
    const auto node = require_enabled_node_of(transaction.connection(), config, node_id);
    store::reset_runtime(transaction, node.id, "offline", "client-reset");
    store::drop_commands(transaction, node.id, "the client was reset");
    store::reset_client(transaction, node.id);
    announce(transaction, config.id, node.id);
    store::add_audit(transaction, actor, {"client.reset", config.id, node.id, node.name, "Device forgotten"});
  });
}

}  // namespace loomgate::services
