// SPDX-License-Identifier: Apache-2.0
// Request and answer of spec http-api 7.3.
#pragma once

#include <string>

#include "daemon/json/shape.h"

namespace loomgate::api {

struct AuthorizationBody {
  std::string username;
  std::string clientid;
  std::string topic;
  std::string action;
};

struct AuthorizationAnswer {
  std::string result;
};

}  // namespace loomgate::api

namespace loomgate::json {

template <>
struct Describe<api::AuthorizationBody> {
  static const Shape<api::AuthorizationBody>& shape();
};
template <>
struct Describe<api::AuthorizationAnswer> {
  static const Shape<api::AuthorizationAnswer>& shape();
};

}  // namespace loomgate::json
