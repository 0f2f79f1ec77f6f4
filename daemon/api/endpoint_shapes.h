// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "daemon/base/time_codec.h"
#include "daemon/json/shape.h"
#include "daemon/services/endpoint.h"

namespace loomgate::api {

struct ControlBody {
  std::string action;
};

struct ProbeBody {
  std::vector<std::string> node_ids;  // none: every node of the config
};

}  // namespace loomgate::api

namespace loomgate::json {

template <>
struct Describe<api::ControlBody> {
  static const Shape<api::ControlBody>& shape();
};
template <>
struct Describe<api::ProbeBody> {
  static const Shape<api::ProbeBody>& shape();
};
template <>
struct Describe<store::AskedProbe> {
  static const Shape<store::AskedProbe>& shape();
};
template <>
struct Describe<services::SkippedProbe> {
  static const Shape<services::SkippedProbe>& shape();
};
template <>
struct Describe<services::ProbeBatch> {
  static const Shape<services::ProbeBatch>& shape();
};
template <>
struct Describe<services::ControlStarted> {
  static const Shape<services::ControlStarted>& shape();
};

}  // namespace loomgate::json
