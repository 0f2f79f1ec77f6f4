// SPDX-License-Identifier: Apache-2.0
// From a bind command to a bound device, and back (spec mqtt 11, http-api 6.7 and 7.1, domain 9.5). A bind token lives
// five minutes and works once; it and the MQTT password that it buys are stored as hashes only. A new binding makes the
// broker end an older connection of the node: the plugin sees the changed credential.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "daemon/base/time.h"
#include "daemon/crypto/sealer.h"
#include "daemon/domain/entities.h"
#include "daemon/services/auth_throttle.h"
#include "daemon/services/device_address.h"
#include "daemon/store/clients.h"
#include "sql/pg/pool.h"

namespace loomgate::services {

struct BindOptions {
  bool mqtt_enabled = true;
  DeviceAddressDefaults address;
  std::string ca_file;  // PEM handed to devices that use TLS
};

struct BindCommand {
  std::string command;
  std::string token;
  Timestamp expires_at{};
};

struct BindRequest {
  std::string token;
  std::string hostname;
  std::string platform;
  std::string client_version;
};

struct Binding {
  std::string config_id, config_name, node_id, node_name, interface_name;
  BindRequest request;  // echoed, without the token
  DeviceAddress address;
  std::string username, password, client_id;
  std::optional<std::string> ca_cert;  // with TLS only
  std::string desired_conf;            // the staged text
};

class BindService {
 public:
  // pool and sealer must outlive the service.
  BindService(BindOptions options, pg::Pool& pool, const crypto::Sealer& sealer, Clock clock = system_clock());

  // A new token in place of an older one. MQTT_DISABLED, CONFIG_NOT_FOUND, NODE_NOT_FOUND, NODE_CONFIG_MISMATCH,
  // NODE_DISABLED, CLIENT_BIND_STATIC_NODE; VALIDATION_ERROR for a server_url that does not belong in a shell command.
  BindCommand make_command(std::string_view config_id, std::string_view node_id, std::string_view server_url,
                           const domain::Actor& actor);

  // The device's side. MQTT_DISABLED, CLIENT_BIND_TOKEN_INVALID, _USED, _EXPIRED, CLIENT_BIND_NOT_ALLOWED,
  // MQTT_TLS_CA_NOT_READY (the token stays usable), RATE_LIMITED. Of two at once exactly one gets the binding.
  Binding bind(const BindRequest& request, std::string_view address, const std::string& request_id);

  // Takes the credentials away and forgets what the device had. Errors as make_command but the static one.
  void reset(std::string_view config_id, std::string_view node_id, const domain::Actor& actor);

 private:
  void require_mqtt() const;
  std::optional<std::string> read_ca(const DeviceAddress& address) const;
  Binding redeem(const BindRequest& request, const std::string& token_sha256, const std::string& request_id);

  const BindOptions options_;
  pg::Pool& pool_;
  const crypto::Sealer& sealer_;
  const Clock clock_;
  Throttle throttle_;
};

}  // namespace loomgate::services
