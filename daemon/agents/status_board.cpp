// SPDX-License-Identifier: Apache-2.0
#include "daemon/agents/status_board.h"

#include <utility>

#include "daemon/json/json.h"
#include "daemon/store/changes.h"
#include "daemon/store/settings.h"

namespace loomgate::agents {
namespace {

constexpr std::string_view kKey = "mqtt.status";

std::string text_of(json::View value, std::string_view key) {
  const auto found = value.find(key);
  return found && found->is(json::Type::kString) ? std::string(found->string()) : std::string();
}

}  // namespace

StatusBoard::StatusBoard(bool enabled, Clock clock) : enabled_(enabled), clock_(std::move(clock)) {}

void StatusBoard::connected() {
  shown_.with([&](Shown& shown) { shown = {true, "", clock_()}; });
}

void StatusBoard::disconnected(const std::string& reason) {
  shown_.with([&](Shown& shown) {
    shown.connected = false;
    shown.last_error = reason;
  });
}

void StatusBoard::start_over() {
  shown_.with([](Shown& shown) {
    shown.connected = false;
    shown.last_error.clear();
  });
}

MqttServiceStatus StatusBoard::status() const {
  if (!enabled_) return {};
  const auto shown = shown_.with([](const Shown& now) { return now; });
  const auto* word = shown.connected ? "connected" : shown.last_error.empty() ? "connecting" : "error";
  return {true, shown.connected, word, shown.last_error, shown.last_connected_at};
}

void StatusBoard::write(pg::Transaction& transaction) {
  const auto shown = shown_.with([](const Shown& now) { return now; });
  auto row = json::Json::object({{"connected", json::Json(shown.connected)},
                                 {"last_error", json::Json(shown.last_error)},
                                 {"written_at", json::Json(to_iso(clock_()))}});
  if (shown.last_connected_at) row.set("last_connected_at", to_iso(*shown.last_connected_at));
  store::put_setting(transaction, kKey, row.dump());
  if (written_ != shown) store::add_changes(transaction, {{"system.status", "", "", ""}});
  written_ = shown;
}

void StatusBoard::read(pg::Connection& connection) {
  const auto row = store::find_setting(connection, kKey);
  const auto parsed = row ? json::parse(*row).value : std::nullopt;
  Shown shown;
  if (parsed && parsed->view().is(json::Type::kObject)) {
    const auto view = parsed->view();
    const auto connected = view.find("connected");
    const auto written_at = from_iso(text_of(view, "written_at"));
    const bool fresh = written_at && clock_() - *written_at < kSilence;
    shown.connected = fresh && connected && connected->is(json::Type::kBool) && connected->boolean();
    shown.last_error = text_of(view, "last_error");
    shown.last_connected_at = from_iso(text_of(view, "last_connected_at"));
  }
  shown_.with([&](Shown& now) { now = std::move(shown); });
}

}  // namespace loomgate::agents
