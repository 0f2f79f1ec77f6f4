// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "daemon/base/time_codec.h"
#include "daemon/json/shape.h"
#include "daemon/services/endpoint.h"

namespace loomgate::api {

struct ControlBody {
  std::string action;
};

}  // namespace loomgate::api

namespace loomgate::json {

template <>
struct Describe<api::ControlBody> {
  static const Shape<api::ControlBody>& shape();
};
template <>
struct Describe<services::ControlStarted> {
  static const Shape<services::ControlStarted>& shape();
};

}  // namespace loomgate::json
