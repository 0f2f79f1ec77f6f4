// SPDX-License-Identifier: Apache-2.0
// What an operator may set (spec environment). One table (settings_table.cpp) drives parsing, the warnings about
// unknown names, --print-config and docs/settings.md. Strongest first: process environment, --env-file, built-in
// default. A value that cannot be used is a SettingsError: one sentence that names the variable and never shows a
// secret.
#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/store/retention.h"
#include "plugin/base/message.h"

namespace loomgate::app {

// The start ends with this code (EX_CONFIG) when a setting is missing or wrong.
inline constexpr int kExitConfig = 78;

class SettingsError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

struct Address {
  std::string host;  // IPv6 without brackets
  int port = 0;
};

struct MqttUrl {
  Address address;
  bool tls = false;
};

struct Settings {
  // General and HTTP
  std::string app_name;
  bool debug = false;
  std::string api_v1_prefix;
  std::string api_v0_prefix;
  std::string public_origin;  // empty: the Host guard is off
  std::vector<std::string> extra_allowed_origins;
  std::chrono::minutes session_life{};
  std::chrono::minutes download_life{};
  bool dev_test_api = false;
  std::string timezone;
  Address listen;
  std::vector<std::string> trusted_proxies;
  int http_workers = 0;
  // Database
  std::string database;  // as libpq reads it
  std::string database_legacy;
  int database_pool = 0;
  store::Retention retention;
  // MQTT link
  bool mqtt_services = true;
  MqttUrl mqtt_url;
  std::string mqtt_ca_file;
  bool mqtt_tls_insecure = false;
  std::string broker;
  std::string emqx_username;
  std::string emqx_authz_key;  // empty: the authorization callback is closed
  std::chrono::seconds authz_stale{};
  std::string instance;
  std::chrono::seconds control_timeout{};
  std::chrono::seconds push_timeout{};
  // Addresses handed to devices
  int mqtt_public_port = 0;
  int mqtt_public_tls_port = 0;
  bool mqtt_public_tls = false;
  std::string mqtt_client_ca_file;
  // Secrets and files
  std::string data_dir;
  std::string client_programs;  // empty: none
  std::string master_key;  // empty: the file
  std::string master_key_file;
  std::string bootstrap_file;
  bool allow_insecure_defaults = false;
  // Logs
  Level log_level = Level::kInfo;
  bool log_json = false;
};

using Environment = std::map<std::string, std::string, std::less<>>;

Environment process_environment();
// NAME=value lines with # comments and optional quotes; no expansion. Throws SettingsError naming file and line.
Environment read_env_file(const std::string& path);
Environment parse_env_text(std::string_view text, std::string_view file_name);

enum class Source { kDefault, kEnvFile, kEnvironment };

struct LoadedSettings {
  Settings settings;
  std::vector<std::string> warnings;                   // one sentence each, for the operator
  std::vector<std::string> notes;                      // worth one info line
  std::map<std::string, Source, std::less<>> sources;  // of every name that was given
  std::map<std::string, std::string, std::less<>>
      shown;  // what --print-config prints: secrets as set, default or empty
};

// Throws SettingsError.
LoadedSettings load_settings(const Environment& environment, const Environment& env_file);

std::string print_settings(const LoadedSettings& loaded);  // NAME=value lines with their source
std::string settings_markdown();                           // docs/settings.md

}  // namespace loomgate::app
