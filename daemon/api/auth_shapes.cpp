// SPDX-License-Identifier: Apache-2.0
#include "daemon/api/auth_shapes.h"

namespace loomgate::json {
namespace {

constexpr std::size_t kMostPassword = 256;
constexpr std::size_t kLeastNewPassword = 6;

}  // namespace

const Shape<api::SetupBody>& Describe<api::SetupBody>::shape() {
  using S = api::SetupBody;
  static const auto shape =
      Shape<S>("AuthSetup")
          .field("password", &S::password, password().required().length(kLeastNewPassword, kMostPassword))
          .field("locale", &S::locale,
                 literal({"zh-CN", "en-US", ""}).trimmed().nullable().describe("Blank means zh-CN."))
          .field("bootstrap_code", &S::bootstrap_code,
                 text()
                     .trimmed()
                     .length(0, kMostPassword)
                     .nullable()
                     .secret()
                     .describe("Needed from another machine while no public origin is set; also accepted as "
                               "X-Loomgate-Bootstrap-Code."));
  return shape;
}

const Shape<api::LoginBody>& Describe<api::LoginBody>::shape() {
  using S = api::LoginBody;
  static const auto shape = Shape<S>("AuthLogin")
                                .field("username", &S::username, required_text(1, 64))
                                .field("password", &S::password, password().required().length(1, kMostPassword));
  return shape;
}

const Shape<api::PasswordBody>& Describe<api::PasswordBody>::shape() {
  using S = api::PasswordBody;
  static const auto shape =
      Shape<S>("PasswordChange")
          .field("current_password", &S::current_password, password().required().length(1, kMostPassword))
          .field("new_password", &S::new_password, password().required().length(kLeastNewPassword, kMostPassword));
  return shape;
}

const Shape<api::Message>& Describe<api::Message>::shape() {
  static const auto shape = Shape<api::Message>("Message").field("message", &api::Message::message);
  return shape;
}

const Shape<services::AuthState>& Describe<services::AuthState>::shape() {
  using S = services::AuthState;
  static const auto shape = Shape<S>("AuthState")
                                .field("setup_required", &S::setup_required)
                                .field("authenticated", &S::authenticated)
                                .field("username", &S::username)
                                .field("display_name", &S::display_name)
                                .field("expires_at", &S::expires_at);
  return shape;
}

const Shape<api::AuthReset>& Describe<api::AuthReset>::shape() {
  using S = api::AuthReset;
  static const auto shape = Shape<S>("AuthReset").field("message", &S::message).field("auth_state", &S::auth_state);
  return shape;
}

const Shape<api::TokenSessionView>& Describe<api::TokenSessionView>::shape() {
  using S = api::TokenSessionView;
  static const auto shape = Shape<S>("TokenSession")
                                .flatten(&S::state)
                                .field("access_token", &S::access_token, text().secret())
                                .field("token_type", &S::token_type);
  return shape;
}

}  // namespace loomgate::json
