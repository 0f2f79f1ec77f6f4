// SPDX-License-Identifier: Apache-2.0
#include "daemon/api/system_routes.h"

#include "daemon/api/actor.h"
#include "daemon/base/time_codec.h"
#include "daemon/json/shape.h"

namespace loomgate::api {
namespace {

struct Timezone {
  std::string timezone;
};

}  // namespace
}  // namespace loomgate::api

namespace loomgate::json {

template <>
struct Describe<services::UiSettings> {
  static const Shape<services::UiSettings>& shape() {
    using S = services::UiSettings;
    static const auto shape =
        Shape<S>("UiSettings")
            .field("locale", &S::locale, literal({"zh-CN", "en-US", ""}).trimmed().nullable())
            .field("theme_mode", &S::theme_mode, literal({"system", "light", "dark", ""}).trimmed().nullable());
    return shape;
  }
};

template <>
struct Describe<services::HealthOptions> {
  static const Shape<services::HealthOptions>& shape() {
    using S = services::HealthOptions;
    static const auto shape = Shape<S>("About")
                                  .field("service", &S::service)
                                  .field("version", &S::version)
                                  .field("timezone", &S::timezone)
                                  .field("dev_test_api_enabled", &S::dev_test_api)
                                  .field("mqtt_services_enabled", &S::mqtt_services);
    return shape;
  }
};

template <>
struct Describe<services::Health> {
  static const Shape<services::Health>& shape() {
    using S = services::Health;
    static const auto shape =
        Shape<S>("Health").field("status", &S::status).flatten(&S::about).field("timestamp", &S::timestamp);
    return shape;
  }
};

template <>
struct Describe<services::Readiness> {
  static const Shape<services::Readiness>& shape() {
    using S = services::Readiness;
    static const auto shape = Shape<S>("Readiness")
                                  .field("ready", &S::ready)
                                  .field("database", &S::database)
                                  .field("schema", &S::schema)
                                  .field("mqtt", &S::mqtt);
    return shape;
  }
};

template <>
struct Describe<api::Timezone> {
  static const Shape<api::Timezone>& shape() {
    static const auto shape = Shape<api::Timezone>("Timezone").field("timezone", &api::Timezone::timezone);
    return shape;
  }
};

}  // namespace loomgate::json

namespace loomgate::api {
namespace {

using http::Access;
using http::Context;
using services::HealthService;
using services::UiSettings;
using services::UiSettingsService;

http::Response put_ui(UiSettingsService& ui, const Context& context) {
  auto wanted = context.body<UiSettings>();
  const UiSettings standard;
  if (wanted.locale.empty()) wanted.locale = standard.locale;
  if (wanted.theme_mode.empty()) wanted.theme_mode = standard.theme_mode;
  return http::ok(ui.put(wanted, actor_of(context)));
}

http::Response ready(HealthService& health) {
  const auto readiness = health.readiness();
  return http::json_response(readiness.ready ? 200 : 503, json::write(readiness));
}

std::vector<http::Route> probe_routes(HealthService& health) {
  return {
      {.method = "GET",
       .path = "/healthz",
       .access = Access::kPublic,
       .summary = "The process answers",
       .handler = [](const Context&) { return http::text_response(200, "ok\n"); }},
      {.method = "GET",
       .path = "/readyz",
       .access = Access::kPublic,
       .summary = "The database answers and has the right schema",
       .response = json::shape<services::Readiness>(),
       .enveloped = false,
       .handler = [&health](const Context&) { return ready(health); }},
      {.method = "GET",
       .path = "/metrics",
       .access = Access::kPublic,
       .summary = "Counters for Prometheus",
       .handler =
           [&health](const Context&) {
             return http::text_response(200, health.metrics(), "text/plain; version=0.0.4; charset=utf-8");
           }},
  };
}

}  // namespace

std::vector<http::Route> system_routes(HealthService& health, UiSettingsService& ui) {
  auto routes = probe_routes(health);
  routes.push_back({.method = "GET",
                    .path = "/api/v1/system/health",
                    .access = Access::kPublic,
                    .summary = "What this server is",
                    .response = json::shape<services::Health>(),
                    .handler = [&health](const Context&) { return http::ok(health.health()); }});
  routes.push_back({.method = "GET",
                    .path = "/api/v1/system/timezone",
                    .access = Access::kPublic,
                    .summary = "The time zone that the console shows",
                    .response = json::shape<Timezone>(),
                    .handler = [&health](const Context&) { return http::ok(Timezone{health.timezone()}); }});
  routes.push_back({.method = "GET",
                    .path = "/api/v1/settings/ui",
                    .summary = "The console's language and colours",
                    .response = json::shape<UiSettings>(),
                    .handler = [&ui](const Context&) { return http::ok(ui.get()); }});
  routes.push_back({.method = "PUT",
                    .path = "/api/v1/settings/ui",
                    .summary = "Choose the console's language and colours",
                    .request = json::shape<UiSettings>(),
                    .response = json::shape<UiSettings>(),
                    .handler = [&ui](const Context& context) { return put_ui(ui, context); }});
  return routes;
}

std::vector<http::Route> status_routes(services::SystemStatusService& status) {
  return {{.method = "GET",
           .path = "/api/v1/system/status",
           .summary = "How everything is doing: counts, nodes that wait for their text, broken meshes, services",
           .response = json::shape<projections::SystemStatus>(),
           .handler = [&status](const Context&) { return http::ok(status.read()); }}};
}

}  // namespace loomgate::api
