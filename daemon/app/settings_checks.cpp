// SPDX-License-Identifier: Apache-2.0
#include "daemon/app/settings_checks.h"

#include <unistd.h>

#include <fmt/format.h>

#include "daemon/app/settings_values.h"

namespace loomgate::app {
namespace {

// The password of postgresql://user:password@host/..., as written.
std::string_view url_password(std::string_view url) {
  const auto mark = url.find("://");
  if (mark == std::string_view::npos) return {};
  const auto authority = url.substr(mark + 3, url.find_first_of("/?", mark + 3) - mark - 3);
  const auto at = authority.rfind('@');
  const auto colon = authority.find(':');
  if (at == std::string_view::npos || colon == std::string_view::npos || colon > at) return {};
  return authority.substr(colon + 1, at - colon - 1);
}

void check_database(Settings& settings) {
  const char* name = "WFM_DATABASE";
  if (settings.database.empty() && !settings.database_legacy.empty()) {
    name = "WFM_DATABASE_URL";
    if (const auto problem = read_database(settings.database_legacy, settings.database); !problem.empty()) {
      throw SettingsError(fmt::format("{} {}", name, problem));
    }
  }
  if (settings.database.empty()) {
    throw SettingsError(
        "WFM_DATABASE is missing: give the PostgreSQL URL, for example postgresql://loomgate@localhost/loomgate");
  }
  if (url_password(settings.database) == "wfm" && !settings.allow_insecure_defaults) {
    throw SettingsError(fmt::format("{} has the published default password: change it in PostgreSQL and here", name));
  }
}

void check_secrets(const Settings& settings, const LoadedSettings& loaded) {
  if (!settings.master_key.empty() && loaded.sources.contains("LOOMGATE_MASTER_KEY_FILE")) {
    throw SettingsError("WFM_MASTER_KEY and LOOMGATE_MASTER_KEY_FILE are both set: keep one of them");
  }
}

// Both sides of existing installations know this key, so it is said and not refused.
void check_authz(const Settings& settings, std::vector<std::string>& warnings) {
  if (settings.emqx_authz_key == "wfm-internal-emqx-authz") {
    warnings.emplace_back(
        "WFM_EMQX_AUTHZ_SHARED_KEY is the published default: whoever reaches this server may ask what devices may do");
  }
}

void check_origin(const Settings& settings, std::vector<std::string>& warnings) {
  if (settings.dev_test_api) {
    if (settings.public_origin.starts_with("https://")) {
      throw SettingsError(
          "WFM_ENABLE_DEV_TEST_API must be false when WFM_PUBLIC_ORIGIN is https: it opens the admin account");
    }
    warnings.emplace_back(
        "WFM_ENABLE_DEV_TEST_API is on: anybody who reaches this server can reset the admin password");
  }
  if (settings.public_origin.empty()) {
    if (!is_loopback_host(settings.listen.host)) {
      warnings.emplace_back(
          "WFM_PUBLIC_ORIGIN is empty while WFM_LISTEN is reachable from other machines: the Host header is "
          "not checked, and remote set-up needs the bootstrap code");
    }
    return;
  }
  const auto parts = origin_parts(settings.public_origin);
  if (parts.scheme == "http" && !is_loopback_host(parts.host)) {
    warnings.emplace_back("WFM_PUBLIC_ORIGIN is http: sessions and WireGuard keys travel in clear text");
  }
}

void check_mqtt(const Settings& settings, std::vector<std::string>& warnings) {
  if (settings.mqtt_public_port == settings.mqtt_public_tls_port) {
    throw SettingsError("WFM_MQTT_PUBLIC_TLS_PORT must differ from WFM_MQTT_PUBLIC_PORT");
  }
  if (!settings.mqtt_services) return;
  if (!settings.mqtt_url.tls && settings.mqtt_url.address.port == settings.mqtt_public_tls_port) {
    warnings.emplace_back("WFM_MQTT_URL has the TLS port but a plain scheme: did you mean mqtts://?");
  }
  if (settings.mqtt_url.tls && settings.mqtt_url.address.port == settings.mqtt_public_port) {
    warnings.emplace_back("WFM_MQTT_URL has the plain port but a TLS scheme: did you mean mqtt://?");
  }
  if (settings.mqtt_url.tls && settings.mqtt_tls_insecure) {
    warnings.emplace_back("WFM_MQTT_TLS_INSECURE is on: the broker's certificate is not verified");
  }
  if (!settings.mqtt_public_tls) return;
  if (settings.mqtt_client_ca_file.empty()) {
    warnings.emplace_back("WFM_MQTT_TLS_ENABLED is on but WFM_MQTT_CLIENT_CA_FILE is empty: devices cannot be bound");
  } else if (::access(settings.mqtt_client_ca_file.c_str(), R_OK) != 0) {
    warnings.push_back(fmt::format("WFM_MQTT_CLIENT_CA_FILE {} cannot be read: devices cannot be bound",
                                   settings.mqtt_client_ca_file));
  }
}

}  // namespace

void check_together(LoadedSettings& loaded) {
  check_database(loaded.settings);
  check_secrets(loaded.settings, loaded);
  check_origin(loaded.settings, loaded.warnings);
  check_mqtt(loaded.settings, loaded.warnings);
  check_authz(loaded.settings, loaded.warnings);
}

}  // namespace loomgate::app
