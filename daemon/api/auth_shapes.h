// SPDX-License-Identifier: Apache-2.0
// Requests and answers of spec http-api 4.1 and 6.1.
#pragma once

#include <string>

#include "daemon/base/time_codec.h"
#include "daemon/json/shape.h"
#include "daemon/services/auth.h"

namespace loomgate::api {

struct SetupBody {
  std::string password;
  std::string locale = "zh-CN";
  std::string bootstrap_code;  // ours: what set-up from another machine needs
};

struct LoginBody {
  std::string username;
  std::string password;
};

struct PasswordBody {
  std::string current_password;
  std::string new_password;
};

struct Message {
  std::string message;
};

struct AuthReset {
  std::string message;
  services::AuthState auth_state;
};

struct TokenSessionView {
  services::AuthState state;
  std::string access_token;
  std::string token_type = "bearer";
};

}  // namespace loomgate::api

namespace loomgate::json {

template <>
struct Describe<api::SetupBody> {
  static const Shape<api::SetupBody>& shape();
};
template <>
struct Describe<api::LoginBody> {
  static const Shape<api::LoginBody>& shape();
};
template <>
struct Describe<api::PasswordBody> {
  static const Shape<api::PasswordBody>& shape();
};
template <>
struct Describe<api::Message> {
  static const Shape<api::Message>& shape();
};
template <>
struct Describe<api::AuthReset> {
  static const Shape<api::AuthReset>& shape();
};
template <>
struct Describe<services::AuthState> {
  static const Shape<services::AuthState>& shape();
};
template <>
struct Describe<api::TokenSessionView> {
  static const Shape<api::TokenSessionView>& shape();
};

}  // namespace loomgate::json
