// SPDX-License-Identifier: Apache-2.0
#include "daemon/services/device_address.h"

#include "daemon/json/json.h"
#include "daemon/store/settings.h"

namespace loomgate::services {

DeviceAddress effective_device_address(pg::Connection& connection, const DeviceAddressDefaults& defaults) {
  DeviceAddress address{defaults.host, defaults.tls ? defaults.tls_port : defaults.plain_port, defaults.tls};
  const auto stored = store::find_setting(connection, kDeviceAddressKey);
  if (!stored) return address;
  const auto parsed = json::parse(*stored);
  if (!parsed.value || !parsed.value->view().is(json::Type::kObject)) return address;
  const auto object = parsed.value->view();
  if (const auto tls = object.find("tls"); tls && tls->is(json::Type::kBool)) address.tls = tls->boolean();
  address.port = address.tls ? defaults.tls_port : defaults.plain_port;
  if (const auto port = object.find("port"); port && port->is(json::Type::kNumber)) {
    address.port = static_cast<int>(port->integer().value_or(address.port));
  }
  if (const auto host = object.find("host"); host && host->is(json::Type::kString) && !host->string().empty()) {
    address.host = std::string(host->string());
  }
  return address;
}

}  // namespace loomgate::services
