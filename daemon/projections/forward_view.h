// SPDX-License-Identifier: Apache-2.0
// A port forward rule as clients see it (spec http-api 4.9).
#pragma once

#include <vector>

#include "daemon/json/shape.h"
#include "daemon/store/port_forwards.h"

namespace loomgate::json {

template <>
struct Describe<store::ForwardNode> {
  static const Shape<store::ForwardNode>& shape();
};
template <>
struct Describe<domain::PortForward> {
  static const Shape<domain::PortForward>& shape();
};
template <>
struct Describe<store::ForwardRow> {
  static const Shape<store::ForwardRow>& shape();
};

}  // namespace loomgate::json
