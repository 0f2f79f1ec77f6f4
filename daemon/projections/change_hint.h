// SPDX-License-Identifier: Apache-2.0
// What a user should know about a write beyond its result (spec http-api 4.2).
#pragma once

#include <string>

#include "daemon/json/shape.h"

namespace loomgate::projections {

struct ChangeHint {
  std::string code;
  std::string level;                         // info, warning
  json::Field<int> count;                    // absent: not said
  json::Field<int> cleared_keepalive_count;  // absent: not said
};

}  // namespace loomgate::projections

template <>
struct loomgate::json::Describe<loomgate::projections::ChangeHint> {
  static const Shape<projections::ChangeHint>& shape();
};
