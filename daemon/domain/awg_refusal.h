// SPDX-License-Identifier: Apache-2.0
// How the awg_* rules refuse a value.
#pragma once

#include <string>
#include <string_view>

#include "daemon/base/error_codes.h"

namespace loomgate::domain {

// "<field> <complaint>" as the sentence, the field in the detail. Never the value: it may be a secret.
[[noreturn]] inline void refuse_awg(const ErrorCode& code, std::string_view field, std::string_view complaint) {
  throw Error(code, std::string(field) + ' ' + std::string(complaint), json::Json::object().set("field", field));
}

[[noreturn]] inline void refuse_awg_parameter(std::string_view field, std::string_view complaint) {
  refuse_awg(errors::kInvalidAwgParameter, field, complaint);
}

}  // namespace loomgate::domain
