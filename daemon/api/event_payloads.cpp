// SPDX-License-Identifier: Apache-2.0
#include "daemon/api/event_payloads.h"

#include <map>
#include <string_view>

#include "daemon/api/endpoint_shapes.h"
#include "daemon/base/error_codes.h"
#include "daemon/projections/config_view.h"

namespace loomgate::api {
namespace {

using json::Json;
using store::Change;
using Builder = std::optional<Json> (*)(const EventServices&, const Change&);

Json of_node(const Change& change) {
  return Json::object({{"config_id", change.config_id}, {"node_id", change.node_id}});
}

bool is_code(const Error& error, const ErrorCode& code) {
  return std::string_view(error.code().code) == code.code;
}

std::optional<Json> config_list(const EventServices& services, const Change&) {
  return Json::object({{"configs", json::write(services.configs.list())}});
}

std::optional<Json> system_status(const EventServices& services, const Change&) {
  return json::write(services.system_status.read());
}

std::optional<Json> mqtt_settings(const EventServices& services, const Change&) {
  return Json::object({{"mqtt", json::write(services.mqtt.get())}});
}

std::optional<Json> config_overview(const EventServices& services, const Change& change) {
  return Json::object({{"config_id", change.config_id},
                       {"overview", json::write(services.configs.overview(change.config_id))},
                       {"tags", json::write(services.tags.list(change.config_id))}});
}

// Null while the node is disabled.
Json status_of(const EventServices& services, const Change& change) {
  try {
    return json::write(services.endpoint.status(change.config_id, change.node_id));
  } catch (const Error& error) {
    if (!is_code(error, errors::kNodeDisabled)) throw;
    return {};
  }
}

std::optional<Json> endpoint_status(const EventServices& services, const Change& change) {
  auto payload = of_node(change);
  payload.append("status", status_of(services, change));
  return payload;
}

std::optional<Json> node_workspace(const EventServices& services, const Change& change) {
  auto payload = of_node(change);
  payload.append("workspace", Json::object({{"config", json::write(services.configs.get(change.config_id))},
                                            {"node", json::write(services.nodes.get(change.node_id))},
                                            {"endpoint_status", status_of(services, change)},
                                            {"tags", json::write(services.tags.list(change.config_id))}}));
  return payload;
}

std::optional<Json> mesh_workspace(const EventServices& services, const Change& change) {
  auto payload = of_node(change);
  payload.append("workspace", json::write(services.links.workspace(change.config_id, change.node_id)));
  payload.append("nodes", json::write(services.nodes.list(change.config_id)));
  return payload;
}

std::optional<Json> runtime_snapshot(const EventServices& services, const Change& change) {
  return Json::object({{"config_id", change.config_id},
                       {"items", json::write(services.endpoint.runtime_snapshot(change.config_id))}});
}

std::optional<Json> control_log(const EventServices& services, const Change& change) {
  const auto log = services.endpoint.log(change.ref);
  if (!log) return std::nullopt;
  auto payload = of_node(change);
  payload.append("log", json::write(*log));
  return payload;
}

std::optional<Json> node_apply(const EventServices& services, const Change& change) {
  auto payload = of_node(change);
  payload.append("sync_status", json::write(services.sync.node_status(change.config_id, change.node_id)));
  payload.append("preview", json::write(services.sync.preview(change.config_id, change.node_id)));
  payload.append("applied", json::write(services.sync.applied(change.config_id, change.node_id)));
  return payload;
}

const std::map<std::string_view, Builder>& builders() {
  static const std::map<std::string_view, Builder> table = {
      {"system.status", system_status},       {"config.list", config_list},
      {"config.overview", config_overview},   {"node.workspace", node_workspace},
      {"mesh.workspace", mesh_workspace},     {"settings.mqtt", mqtt_settings},
      {"endpoint.status", endpoint_status},
      {"runtime.snapshot", runtime_snapshot}, {"control.log.created", control_log},
      {"control.log.updated", control_log},   {"node.apply", node_apply},
  };
  return table;
}

}  // namespace

std::vector<std::optional<Json>> event_payloads(const EventServices& services, const std::vector<Change>& changes) {
  std::vector<std::optional<Json>> payloads;
  for (const Change& change : changes) {
    const auto builder = builders().find(change.type);
    try {
      payloads.push_back(builder != builders().end() ? builder->second(services, change) : std::nullopt);
    } catch (const Error&) {
      payloads.emplace_back();  // gone or disabled meanwhile: another change tells so
    }
  }
  return payloads;
}

}  // namespace loomgate::api
