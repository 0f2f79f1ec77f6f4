// SPDX-License-Identifier: Apache-2.0
// The route table as an OpenAPI 3.1 document: every operation with its parameters, bodies, answers and error codes. Shapes
// stand once below components.schemas, under their own names; one that is both sent and received and differs in the two is
// called <Name>Input where it is sent. The order of things does not depend on anything but the routes.
#pragma once

#include <string>
#include <vector>

#include "daemon/http/route.h"

namespace loomgate::http {

struct ApiTitle {
  std::string name;
  std::string version;
};

// std::logic_error when two different shapes have one name.
json::Json openapi(const std::vector<Route>& routes, const ApiTitle& title);

}  // namespace loomgate::http
