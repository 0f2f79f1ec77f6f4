// SPDX-License-Identifier: Apache-2.0
// Counts answers by status for /metrics. Thread safe.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "daemon/http/route.h"

namespace loomgate::app {

class RouteCounters {
 public:
  // Wraps every handler; must outlive the routes.
  void count(std::vector<http::Route>& routes);
  std::map<std::string, std::uint64_t> by_status() const;  // statuses that occurred

 private:
  void add(int status);

  std::array<std::atomic<std::uint64_t>, 600> counts_{};
};

}  // namespace loomgate::app
