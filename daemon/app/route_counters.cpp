// SPDX-License-Identifier: Apache-2.0
#include "daemon/app/route_counters.h"

#include <utility>

#include "daemon/base/error.h"

namespace loomgate::app {

void RouteCounters::add(int status) {
  const auto index = static_cast<std::size_t>(status);
  if (index < counts_.size()) counts_[index].fetch_add(1, std::memory_order_relaxed);
}

void RouteCounters::count(std::vector<http::Route>& routes) {
  for (auto& route : routes) {
    route.handler = [this, inner = std::move(route.handler)](const http::Context& context) {
      try {
        auto response = inner(context);
        add(response.status);
        return response;
      } catch (const Error& error) {
        add(error.code().status);
        throw;
      } catch (...) {
        add(500);
        throw;
      }
    };
  }
}

std::map<std::string, std::uint64_t> RouteCounters::by_status() const {
  std::map<std::string, std::uint64_t> found;
  for (std::size_t status = 0; status < counts_.size(); ++status) {
    const auto count = counts_[status].load(std::memory_order_relaxed);
    if (count > 0) found[std::to_string(status)] = count;
  }
  return found;
}

}  // namespace loomgate::app
