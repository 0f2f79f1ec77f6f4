// SPDX-License-Identifier: Apache-2.0
#include "daemon/app/wiring.h"

#include <unistd.h>

#include <fmt/format.h>

#include <array>
#include <optional>
#include <cctype>

#include "daemon/agents/agents.h"
#include "daemon/api/access.h"
#include "daemon/api/auth_routes.h"
#include "daemon/api/awg_routes.h"
#include "daemon/api/broker_routes.h"
#include "daemon/api/client_package_routes.h"
#include "daemon/api/client_routes.h"
#include "daemon/api/config_package_routes.h"
#include "daemon/api/config_routes.h"
#include "daemon/api/download_routes.h"
#include "daemon/api/endpoint_routes.h"
#include "daemon/api/event_payloads.h"
#include "daemon/api/event_routes.h"
#include "daemon/api/link_routes.h"
#include "daemon/api/mqtt_settings_routes.h"
#include "daemon/api/node_routes.h"
#include "daemon/api/port_forward_routes.h"
#include "daemon/api/reference.h"
#include "daemon/api/start_page.h"
#include "daemon/api/sync_routes.h"
#include "daemon/api/system_routes.h"
#include "daemon/api/tag_routes.h"
#include "daemon/app/route_counters.h"
#include "daemon/app/settings_values.h"
#include "daemon/app/start_up.h"
#include "daemon/crypto/tokens.h"
#include "daemon/http/server.h"
#include "daemon/services/bootstrap.h"
#include "daemon/services/housekeeping.h"
#include "daemon/store/constraint_errors.h"

namespace loomgate::app {
namespace {

agents::AgentsOptions agents_options(const Settings& settings) {
  agents::AgentsOptions options;
  options.mqtt = {settings.mqtt_services, settings.mqtt_url.address.host, settings.mqtt_url.address.port,
                  settings.mqtt_url.tls,  settings.mqtt_ca_file,          !settings.mqtt_tls_insecure};
  options.timings.control_deadline = settings.control_timeout;
  options.timings.push_deadline = settings.push_timeout;
  options.instance = instance_name(settings);
  return options;
}

services::DeviceAddressDefaults device_address(const Settings& settings) {
  services::DeviceAddressDefaults address;
  if (!settings.public_origin.empty()) address.host = origin_parts(settings.public_origin).host;
  address.plain_port = settings.mqtt_public_port;
  address.tls_port = settings.mqtt_public_tls_port;
  address.tls = settings.mqtt_public_tls;
  return address;
}

services::BindOptions bind_options(const Settings& settings) {
  services::BindOptions options;
  options.mqtt_enabled = settings.mqtt_services;
  options.address = device_address(settings);
  options.ca_file = settings.mqtt_client_ca_file;
  return options;
}

services::ClientPackageSettings client_packages(const Settings& settings) {
  return {settings.mqtt_services, kVersion, settings.client_programs,
          std::filesystem::path(settings.data_dir) / "artifacts" / "clients"};
}

brokers::AccessKeeperOptions access_options(const Settings& settings, const pg::Pool& pool) {
  return {pool.options().conninfo, settings.emqx_username, settings.authz_stale};
}

services::MeshDeps mesh_deps(const Settings& settings, pg::Pool& pool, const crypto::Sealer& sealer) {
  return {pool, sealer, settings.mqtt_services};
}

http::ApplicationSettings application_settings(const Settings& settings) {
  return {{settings.public_origin, settings.extra_allowed_origins, settings.dev_test_api}, settings.trusted_proxies};
}

http::ServerSettings server_settings(const Settings& settings) {
  http::ServerSettings server;
  server.address = settings.listen.host;
  server.port = static_cast<std::uint16_t>(settings.listen.port);
  server.workers = static_cast<std::size_t>(settings.http_workers);
  return server;
}

void move_prefix(std::vector<http::Route>& routes, const std::string& standard, const std::string& wanted) {
  if (standard == wanted) return;
  for (auto& route : routes) {
    if (route.path.starts_with(standard + "/")) route.path = wanted + route.path.substr(standard.size());
  }
}

}  // namespace

struct Daemon::Parts {
  Parts(const Settings& given, pg::Pool& pool, const crypto::Sealer& sealer)
      : settings(given),
        agents(agents_options(settings), pool, sealer),
        bootstrap(pool, settings.bootstrap_file),
        bootstrap_code(bootstrap.ensure()),
        auth({settings.session_life, !settings.public_origin.empty()}, pool, sealer, bootstrap),
        downloads(settings.download_life, auth),
        bind(bind_options(settings), pool, sealer),
        endpoint(settings.mqtt_services, pool, sealer, [this] { return agents.status(); }),
        ui(pool),
        mqtt(settings.mqtt_services, device_address(settings), pool),
        configs(mesh_deps(given, pool, sealer)),
        nodes(mesh_deps(given, pool, sealer)),
        links(mesh_deps(given, pool, sealer)),
        sync(mesh_deps(given, pool, sealer)),
        forwards(mesh_deps(given, pool, sealer)),
        tags(mesh_deps(given, pool, sealer)),
        packages(mesh_deps(given, pool, sealer)),
        clients(client_packages(settings), downloads),
        health({settings.app_name, kVersion, settings.timezone, settings.dev_test_api, settings.mqtt_services}, pool,
               {[this] { return agents.status(); }, [this] { return agents.leading(); },
                [this] { return agents.counters(); }, [this] { return counters.by_status(); }}),
        system_status(kVersion, settings.mqtt_services, pool, [this] { return agents.status(); }),
        housekeeping(pool, settings.retention),
        events(pool.options(), event_sources()),
        access(access_options(settings, pool)),
        application(routes(), application_settings(given), hooks()) {
    agents.start();
    events.start();
    housekeeping.start();
    // With MQTT off nobody may do anything, so there is nothing to know.
    if (settings.mqtt_services && !settings.emqx_authz_key.empty()) access.start();
    server.emplace(application, server_settings(given));
  }

  std::vector<http::Route> routes() {
    std::vector<http::Route> all;
    const auto add = [&all](std::vector<http::Route> more) {
      for (auto& route : more) all.push_back(std::move(route));
    };
    add(api::auth_routes(auth));
    add(api::system_routes(health, ui));
    add(api::status_routes(system_status));
    add(api::config_routes(configs));
    add(api::node_routes(nodes));
    add(api::awg_routes());
    add(api::link_routes(links));
    add(api::sync_routes(sync));
    add(api::download_routes(sync, downloads));
    add(api::tag_routes(tags));
    add(api::config_package_routes(packages));
    add(api::client_package_routes(clients));
    add(api::port_forward_routes(forwards));
    add(api::mqtt_settings_routes(mqtt));
    add(api::client_routes(bind, endpoint));
    add(api::endpoint_routes(endpoint));
    add(api::event_routes(events));
    add(api::broker_routes(access));
    if (settings.dev_test_api) add(api::development_routes(auth));
    add(reference.routes());
    move_prefix(all, "/api/v1", settings.api_v1_prefix);
    move_prefix(all, "/api/v0", settings.api_v0_prefix);
    reference.describe(all, {settings.app_name, kVersion});
    counters.count(all);
    return all;
  }

  events::Sources event_sources() {
    return {[this](const std::vector<store::Change>& changes) {
              return api::event_payloads({configs, nodes, endpoint, sync, system_status, mqtt, links, tags}, changes);
            },
            [this] { return auth.session_generation(); }, settings.timezone, instance_name(settings)};
  }

  http::Hooks hooks() {
    return {[this](const http::Context& context) { return api::authenticate(auth, downloads, settings.emqx_authz_key, context); },
            store::translate_database_error, api::start_page};
  }

  // In the order of their making; the server ends first, so that no request outlives what it uses.
  const Settings settings;
  RouteCounters counters;
  agents::AgentsService agents;
  services::BootstrapCode bootstrap;
  const std::string bootstrap_code;
  services::AuthService auth;
  services::DownloadTokenService downloads;
  services::BindService bind;
  services::EndpointService endpoint;
  services::UiSettingsService ui;
  services::MqttSettingsService mqtt;
  services::ConfigService configs;
  services::NodeService nodes;
  services::LinkService links;
  services::SyncService sync;
  services::PortForwardService forwards;
  services::TagService tags;
  services::ConfigPackageService packages;
  services::ClientPackageService clients;
  services::HealthService health;
  services::SystemStatusService system_status;
  services::Housekeeping housekeeping;
  events::EventService events;
  brokers::AccessKeeper access;
  api::Reference reference;
  http::Application application;
  std::optional<http::Server> server;
};

Daemon::Daemon(const Settings& settings, pg::Pool& pool, const crypto::Sealer& sealer) {
  try {
    parts_ = std::make_unique<Parts>(settings, pool, sealer);
  } catch (const std::invalid_argument& error) {
    throw SettingsError(error.what());
  }
}

Daemon::~Daemon() {
  stop();
}

const std::string& Daemon::bootstrap_code() const {
  return parts_->bootstrap_code;
}

std::string Daemon::url() const {
  const auto& host = parts_->settings.listen.host;
  const bool any = host == "0.0.0.0" || host == "::";
  const auto shown = any ? std::string("localhost") : host.find(':') != std::string::npos ? "[" + host + "]" : host;
  return fmt::format("http://{}:{}", shown, parts_->server->port());
}

void Daemon::stop() {
  parts_->server->stop();
  parts_->events.stop();
  parts_->access.stop();
  parts_->agents.stop();
  parts_->housekeeping.stop();
}

std::string instance_name(const Settings& settings) {
  if (!settings.instance.empty()) return settings.instance;
  std::array<char, 256> host{};
  ::gethostname(host.data(), host.size() - 1);
  std::string name;
  for (const char* c = host.data(); *c != '\0' && name.size() < 24; ++c) {
    const auto byte = static_cast<unsigned char>(*c);
    name += std::isalnum(byte) != 0 ? static_cast<char>(std::tolower(byte)) : '-';
  }
  if (settings.listen.port != 0) return fmt::format("{}-{}", name, settings.listen.port);
  // Any free port: nothing else tells two such daemons of one host apart.
  return fmt::format("{}-{}", name, ::getpid());
}

}  // namespace loomgate::app
