// SPDX-License-Identifier: Apache-2.0
#include "daemon/events/coalescer.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace loomgate::events {
namespace {

constexpr std::array<std::string_view, 12> kOrder = {
    "control.log.created", "control.log.updated", "system.status",  "config.list",     "config.overview",  "node.workspace",
    "node.apply",          "mesh.workspace",      "settings.mqtt",  "snapshot.list",   "endpoint.status", "runtime.snapshot"};

int rank_of(std::string_view type) {
  return static_cast<int>(std::find(kOrder.begin(), kOrder.end(), type) - kOrder.begin());
}

// Told once for the whole system, whichever config they come from.
bool is_of_the_system(std::string_view type) {
  return type == "system.status" || type == "config.list" || type == "settings.mqtt" || type == "snapshot.list";
}

// One event for all nodes of a config.
bool is_of_the_config(std::string_view type) {
  return type == "config.overview" || type == "runtime.snapshot";
}

bool is_page_of_a_node(const store::Change& change) {
  return change.type == "node.workspace" || change.type == "node.apply" || change.type == "mesh.workspace";
}

}  // namespace

bool leave_out_mass_of_pages(std::vector<store::Change>& due) {
  const auto pages = std::count_if(due.begin(), due.end(), is_page_of_a_node);
  if (static_cast<std::size_t>(pages) <= kMostNodePages) return false;
  std::erase_if(due, is_page_of_a_node);
  return true;
}

void Coalescer::put(const std::string& config_id, Key key, Clock::time_point now) {
  Scope& scope = scopes_[config_id];
  // An empty scope that is still here was told a moment ago; its pause is not over before `due`.
  scope.due = std::max(scope.due, now);
  scope.waiting.insert(std::move(key));
}

void Coalescer::add(const store::Change& change, Clock::time_point now) {
  const std::string& type = change.type;
  if (is_of_the_system(type)) {
    put("", {rank_of(type), type, "", ""}, now);
  } else if (is_of_the_config(type)) {
    put(change.config_id, {rank_of(type), type, "", ""}, now);
  } else {
    put(change.config_id, {rank_of(type), type, change.node_id, change.ref}, now);
  }
  if (type == "endpoint.status") {
    put(change.config_id, {rank_of("runtime.snapshot"), "runtime.snapshot", "", ""}, now);
    put("", {rank_of("system.status"), "system.status", "", ""}, now);
  }
}

std::vector<store::Change> Coalescer::take_due(Clock::time_point now) {
  std::vector<store::Change> due;
  for (auto at = scopes_.begin(); at != scopes_.end();) {
    auto& [config_id, scope] = *at;
    if (scope.due > now) {
      ++at;
      continue;
    }
    if (scope.waiting.empty()) {  // its pause is over and nothing came
      at = scopes_.erase(at);
      continue;
    }
    for (const Key& key : scope.waiting) due.push_back({key.type, config_id, key.node_id, key.ref});
    scope.waiting.clear();
    scope.due = now + pause_;
    ++at;
  }
  return due;
}

bool Coalescer::is_waiting(const store::Change& due) const {
  const auto scope = scopes_.find(due.config_id);
  return scope != scopes_.end() && scope->second.waiting.contains({rank_of(due.type), due.type, due.node_id, due.ref});
}

std::optional<Coalescer::Clock::time_point> Coalescer::next_due() const {
  std::optional<Clock::time_point> next;
  for (const auto& [config_id, scope] : scopes_) {
    if (!scope.waiting.empty() && (!next || scope.due < *next)) next = scope.due;
  }
  return next;
}

void Coalescer::clear() {
  scopes_.clear();
}

}  // namespace loomgate::events
