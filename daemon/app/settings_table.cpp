// SPDX-License-Identifier: Apache-2.0
#include "daemon/app/settings_table.h"

#include <array>

#include "daemon/app/settings_values.h"

namespace loomgate::app {
namespace {

using Apply = decltype(SettingSpec::apply);

template <auto Member>
std::string text(const SettingSpec&, std::string_view value, Settings& settings) {
  settings.*Member = trimmed(value);
  return "";
}

template <auto Member>
std::string secret(const SettingSpec&, std::string_view value, Settings& settings) {
  settings.*Member = std::string(value);
  return "";
}

template <auto Member>
std::string boolean(const SettingSpec&, std::string_view value, Settings& settings) {
  return read_bool(value, settings.*Member);
}

// Whole numbers and durations; a duration's unit is the member's.
template <auto Member>
std::string integer(const SettingSpec& spec, std::string_view value, Settings& settings) {
  long number = 0;
  auto problem = read_integer(value, spec.least, spec.most, number);
  using Target = std::remove_reference_t<decltype(settings.*Member)>;
  if constexpr (std::is_same_v<Target, int>) {
    settings.*Member = static_cast<int>(number);
  } else {
    settings.*Member = Target(number);
  }
  return problem;
}

template <auto Member, auto Read>
std::string read(const SettingSpec&, std::string_view value, Settings& settings) {
  return value.empty() ? "" : Read(value, settings.*Member);
}

template <auto Member>
std::string days(const SettingSpec& spec, std::string_view value, Settings& settings) {
  long number = 0;
  auto problem = read_integer(value, spec.least, spec.most, number);
  settings.retention.*Member = store::Days(number);
  return problem;
}

std::string app_name(const SettingSpec& spec, std::string_view value, Settings& settings) {
  auto name = trimmed(value);
  settings.app_name = name.empty() || name.size() > 100 ? spec.standard : name;
  return "";
}

std::string origins(const SettingSpec&, std::string_view value, Settings& settings) {
  if (auto problem = read_list(value, settings.extra_allowed_origins); !problem.empty()) return problem;
  for (auto& origin : settings.extra_allowed_origins) {
    if (auto problem = read_origin(origin, origin); !problem.empty()) return "has an entry that " + problem;
  }
  return "";
}

std::string broker(const SettingSpec&, std::string_view value, Settings& settings) {
  settings.broker = trimmed(value);
  if (settings.broker == "mosquitto") return "";
  if (settings.broker == "emqx" || settings.broker == "both")
    return "must be mosquitto: this version does not manage EMQX";
  return "must be mosquitto";
}

std::string instance(const SettingSpec&, std::string_view value, Settings& settings) {
  settings.instance = trimmed(value);
  const bool fits = settings.instance.find_first_not_of("0123456789abcdefghijklmnopqrstuvwxyz-") == std::string::npos;
  return fits && settings.instance.size() <= 40 ? "" : "must have at most 40 characters of 0-9, a-z and -";
}

std::string authz_key(const SettingSpec&, std::string_view value, Settings& settings) {
  constexpr std::size_t kLeastKey = 16;
  settings.emqx_authz_key = std::string(value);
  return value.empty() || value.size() >= kLeastKey ? "" : "must have at least 16 characters";
}

// EMQX shows a client without a name as "undefined" or as nothing; a device's name must never be the backend's.
std::string backend_user(const SettingSpec&, std::string_view value, Settings& settings) {
  settings.emqx_username = trimmed(value);
  if (settings.emqx_username.empty() || settings.emqx_username == "undefined") return "must be the name of an EMQX user";
  return settings.emqx_username.starts_with("node_") ? "must not begin with node_, as devices' names do" : "";
}

std::string log_format(const SettingSpec&, std::string_view value, Settings& settings) {
  const auto word = trimmed(value);
  settings.log_json = word == "json";
  return word == "json" || word == "text" ? "" : "must be text or json";
}

constexpr const char* kGeneral = "General and HTTP";
constexpr const char* kDatabase = "Database";
constexpr const char* kLink = "MQTT link of the daemon";
constexpr const char* kEmqx = "Authorization callback for EMQX";
constexpr const char* kDevices = "Addresses handed to devices";
constexpr const char* kFiles = "Secrets and files";
constexpr const char* kLogs = "Logs";
constexpr const char* kOther = "Read elsewhere";

constexpr Apply kUnused = nullptr;

using S = Settings;

const std::array kTable = {
    SettingSpec{kGeneral, "WFM_APP_NAME", Kind::kText, "Loomgate", app_name, "Title of the API; 1 to 100 characters."},
    SettingSpec{kGeneral, "WFM_LISTEN", Kind::kText, "0.0.0.0:8000", read<&S::listen, read_address>,
                "Address and port of the HTTP server. Port 0 takes any free port."},
    SettingSpec{
        kGeneral, "WFM_PUBLIC_ORIGIN", Kind::kUrl, "", read<&S::public_origin, read_origin>,
        "The address people type, for example https://mesh.example.org. Requests for another Host are refused, and its "
        "host is what devices dial unless the MQTT settings say otherwise. Empty: no Host check."},
    SettingSpec{kGeneral, "WFM_EXTRA_ALLOWED_ORIGINS", Kind::kList, "[]", origins,
                "More origins whose pages may call the API, as a JSON array. Never widens the Host check."},
    SettingSpec{kGeneral, "WFM_TRUSTED_PROXIES", Kind::kList, "[]", read<&S::trusted_proxies, read_list>,
                "Addresses or networks of reverse proxies whose X-Forwarded-For counts, as a JSON array."},
    SettingSpec{kGeneral, "WFM_API_V1_PREFIX", Kind::kText, "/api/v1", read<&S::api_v1_prefix, read_prefix>,
                "Base path of the admin API."},
    SettingSpec{kGeneral, "WFM_API_V0_PREFIX", Kind::kText, "/api/v0", read<&S::api_v0_prefix, read_prefix>,
                "Base path of the development API."},
    SettingSpec{kGeneral, "WFM_AUTH_TOKEN_EXPIRE_MINUTES", Kind::kInteger, "1440", integer<&S::session_life>,
                "Life of an admin session, in minutes.", 1, 525600},
    SettingSpec{kGeneral, "WFM_AUTH_DOWNLOAD_TOKEN_EXPIRE_MINUTES", Kind::kInteger, "5", integer<&S::download_life>,
                "Life of a download link, in minutes.", 1, 1440},
    SettingSpec{kGeneral, "WFM_TIMEZONE", Kind::kText, "Asia/Shanghai", read<&S::timezone, read_timezone>,
                "IANA time zone that the console shows. Times are stored in UTC."},
    SettingSpec{kGeneral, "WFM_DEBUG", Kind::kBool, "false", boolean<&S::debug>, "API pages and more verbose errors."},
    SettingSpec{kGeneral, "WFM_ENABLE_DEV_TEST_API", Kind::kBool, "false", boolean<&S::dev_test_api>,
                "For tests only: opens the development API, which can reset the admin password without a login, and "
                "switches the Host and Origin checks off."},
    SettingSpec{kGeneral, "LOOMGATE_HTTP_WORKERS", Kind::kInteger, "8", integer<&S::http_workers>,
                "Threads that run request handlers.", 1, 256},

    SettingSpec{
        kDatabase, "WFM_DATABASE", Kind::kSecret, "", read<&S::database, read_database>,
        "PostgreSQL URL: postgresql://user:password@host:port/name, with libpq's query options. A driver suffix "
        "(postgresql+psycopg://) is dropped. Required, or WFM_DATABASE_URL."},
    SettingSpec{kDatabase, "WFM_DATABASE_URL", Kind::kSecret, "", secret<&S::database_legacy>,
                "Older name, read when WFM_DATABASE is empty."},
    SettingSpec{kDatabase, "LOOMGATE_DATABASE_POOL", Kind::kInteger, "16", integer<&S::database_pool>,
                "Most connections that request handlers and jobs share.", 2, 500},
    SettingSpec{kDatabase, "LOOMGATE_AUDIT_DAYS", Kind::kInteger, "400", days<&store::Retention::audit>,
                "How many days the audit log is kept. 0: for ever.", 0, 36500},
    SettingSpec{kDatabase, "LOOMGATE_BROKER_DAYS", Kind::kInteger, "30", days<&store::Retention::brokers>,
                "How many days ended sessions of devices are kept, and brokers that are not heard of any more. 0: for "
                "ever.", 0, 36500},
    SettingSpec{kDatabase, "LOOMGATE_PARKED_DAYS", Kind::kInteger, "30", days<&store::Retention::parked>,
                "How many days work for a broker is kept that could not be done. 0: for ever.", 0, 36500},

    SettingSpec{kLink, "WFM_ENABLE_MQTT_SERVICES", Kind::kBool, "true", boolean<&S::mqtt_services>,
                "Master switch. false: no MQTT link, every node is shown as static, brokers admit nobody."},
    SettingSpec{kLink, "WFM_BROKER", Kind::kText, "mosquitto", broker, "Which broker devices use."},
    SettingSpec{kLink, "WFM_MQTT_URL", Kind::kUrl, "mqtt://localhost:1883", read<&S::mqtt_url, read_mqtt_url>,
                "Broker address of the daemon's own connection: mqtt:// or tcp://, mqtts:// or ssl:// for TLS."},
    SettingSpec{kLink, "WFM_MQTT_CA_FILE", Kind::kPath, "", text<&S::mqtt_ca_file>,
                "CA certificates (PEM) for the daemon's own TLS connection. Empty: the system's."},
    SettingSpec{kLink, "WFM_MQTT_TLS_INSECURE", Kind::kBool, "false", boolean<&S::mqtt_tls_insecure>,
                "Do not verify the broker's certificate. For tests."},
    SettingSpec{kLink, "LOOMGATE_INSTANCE", Kind::kText, "", instance,
                "Name of this daemon among several on one database: 0-9, a-z, -. Empty: made from the host name."},
    SettingSpec{kLink, "WFM_CONTROL_TIMEOUT_SECONDS", Kind::kInteger, "60", integer<&S::control_timeout>,
                "How long a device has to answer a command.", 5, 3600},
    SettingSpec{kLink, "WFM_PUSH_TIMEOUT_SECONDS", Kind::kInteger, "150", integer<&S::push_timeout>,
                "How long a device has to answer a config push.", 5, 3600},

    SettingSpec{kEmqx, "WFM_EMQX_AUTHZ_SHARED_KEY", Kind::kSecret, "", authz_key,
                "Opens POST /api/internal/emqx/authz for an EMQX that sends this key as x-wfm-internal-key; 16 characters "
                "or more. Empty: closed."},
    SettingSpec{kEmqx, "WFM_EMQX_USERNAME", Kind::kText, "admin", backend_user,
                "EMQX user of the backend: the callback lets this name do everything. Never a name that begins with node_."},
    SettingSpec{kEmqx, "WFM_AUTHZ_STALE_SECONDS", Kind::kInteger, "86400", integer<&S::authz_stale>,
                "So long without contact to the database the callback still answers as before; then every device is "
                "denied. 0: for ever. The broker plugin has an option of its own.", 0, 86400},

    SettingSpec{kDevices, "WFM_MQTT_PUBLIC_PORT", Kind::kInteger, "1883", integer<&S::mqtt_public_port>,
                "Plain MQTT port that devices dial.", 1, 65535},
    SettingSpec{kDevices, "WFM_MQTT_PUBLIC_TLS_PORT", Kind::kInteger, "8883", integer<&S::mqtt_public_tls_port>,
                "TLS MQTT port that devices dial.", 1, 65535},
    SettingSpec{kDevices, "WFM_MQTT_TLS_ENABLED", Kind::kBool, "false", boolean<&S::mqtt_public_tls>,
                "Devices use TLS unless the stored MQTT settings say otherwise."},
    SettingSpec{
        kDevices, "WFM_MQTT_CLIENT_CA_FILE", Kind::kPath, "", text<&S::mqtt_client_ca_file>,
        "CA certificates (PEM) that devices get at bind to verify the broker. Several may stand in it while a CA "
        "is being replaced."},

    SettingSpec{kFiles, "WFM_DATA_DIR", Kind::kPath, "./data", text<&S::data_dir>, "Folder for files of the daemon."},
    SettingSpec{kFiles, "LOOMGATE_CLIENT_PROGRAMS", Kind::kPath, "", text<&S::client_programs>,
                "Folder of the client programs that the console offers: <system>-<architecture>/wfmctl and wfm-agent, "
                "for example linux-amd64/wfmctl. Empty: the console offers none."},
    SettingSpec{kFiles, "LOOMGATE_MASTER_KEY_FILE", Kind::kPath, "", text<&S::master_key_file>,
                "File of the key that seals secrets in the database; made with mode 0600 at the first start. Empty: "
                "master.key in WFM_DATA_DIR. Every daemon on one database needs the same key; without it the sealed "
                "secrets are lost."},
    SettingSpec{kFiles, "WFM_MASTER_KEY", Kind::kSecret, "", secret<&S::master_key>,
                "The master key itself (32 bytes, base64) instead of a file."},
    SettingSpec{
        kFiles,
        "LOOMGATE_BOOTSTRAP_FILE", Kind::kPath, "", text<&S::bootstrap_file>,
        "Where the first start writes the code that remote set-up needs. Empty: bootstrap-code in WFM_DATA_DIR."},
    SettingSpec{kFiles, "WFM_ALLOW_INSECURE_DEFAULTS", Kind::kBool, "false", boolean<&S::allow_insecure_defaults>,
                "Accept published default passwords. For tests."},

    SettingSpec{kLogs, "WFM_LOG_LEVEL", Kind::kText, "info", read<&S::log_level, read_level>,
                "error, warning, info, debug or trace. SIGHUP reads it again from --env-file."},
    SettingSpec{kLogs, "WFM_LOG_FORMAT", Kind::kText, "text", log_format, "text or json."},

    SettingSpec{kOther, "WFM_PLUGIN_DATABASE", Kind::kSecret, "", kUnused, "Broker plugin: its own database URL."},
    SettingSpec{kOther, "WFM_INTERNAL_LISTEN", Kind::kText, "", kUnused, "Reserved for EMQX."},
    SettingSpec{kOther, "WFM_RECONCILE_INTERVAL_SECONDS", Kind::kInteger, "", kUnused, "Reserved for EMQX."},
    SettingSpec{kOther, "WFM_MQTT_USERNAME", Kind::kText, "", kUnused,
                "Not needed with Mosquitto: each daemon makes its own account."},
    SettingSpec{kOther, "WFM_MQTT_PASSWORD", Kind::kSecret, "", kUnused, "Not needed with Mosquitto."},
    SettingSpec{kOther, "WFM_EMQX_PASSWORD", Kind::kSecret, "", kUnused, "Reserved for EMQX."},
    SettingSpec{kOther, "WFM_EMQX_API_BASE_URL", Kind::kUrl, "", kUnused, "Reserved for EMQX."},
    SettingSpec{kOther, "WFM_EMQX_AUTHZ_URL", Kind::kUrl, "", kUnused, "Reserved for EMQX."},
    SettingSpec{kOther, "WFM_EMQX_NODE_COOKIE", Kind::kSecret, "", kUnused, "Reserved for EMQX."},
    SettingSpec{kOther, "WFM_EMQX_MODE", Kind::kText, "", kUnused, "Reserved for EMQX."},
    SettingSpec{kOther, "WFM_EMQX_MANAGE_CONFIG", Kind::kBool, "", kUnused, "Reserved for EMQX."},
    SettingSpec{kOther, "WFM_EMQX_SHARED", Kind::kBool, "", kUnused, "Reserved for EMQX."},
    SettingSpec{kOther, "WFM_EMQX_API_KEY", Kind::kText, "", kUnused, "Reserved for EMQX."},
    SettingSpec{kOther, "WFM_EMQX_API_SECRET", Kind::kSecret, "", kUnused, "Reserved for EMQX."},
    SettingSpec{kOther, "WFM_EMQX_API_CA_FILE", Kind::kPath, "", kUnused, "Reserved for EMQX."},
    SettingSpec{kOther, "WFM_APP_PORT", Kind::kInteger, "", kUnused, "Deployment files: published HTTP port."},
    SettingSpec{kOther, "WFM_GATEWAY_CLIENT_MAX_BODY_SIZE", Kind::kText, "", kUnused,
                "Deployment files: upload limit."},
    SettingSpec{kOther, "WFM_IMAGE_TAG", Kind::kText, "", kUnused, "Deployment files: image tag."},
    SettingSpec{kOther, "WFM_POSTGRES_DB", Kind::kText, "", kUnused, "Deployment files: database name."},
    SettingSpec{kOther, "WFM_POSTGRES_USER", Kind::kText, "", kUnused, "Deployment files: database role."},
    SettingSpec{kOther, "WFM_POSTGRES_PASSWORD", Kind::kSecret, "", kUnused, "Deployment files: database password."},
    SettingSpec{kOther, "WFM_POSTGRES_PORT", Kind::kInteger, "", kUnused, "Deployment files: database port."},
};

constexpr std::array kOldNames = {
    OldName{"WFM_CORS_ORIGINS", "it was replaced by WFM_EXTRA_ALLOWED_ORIGINS"},
    OldName{"WFM_MQTT_PUBLIC_HOST",
            "the host that devices dial comes from WFM_PUBLIC_ORIGIN or the stored MQTT settings"},
};

}  // namespace

std::span<const SettingSpec> setting_table() {
  return kTable;
}
std::span<const OldName> old_names() {
  return kOldNames;
}

}  // namespace loomgate::app
