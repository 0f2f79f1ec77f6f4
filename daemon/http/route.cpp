// SPDX-License-Identifier: Apache-2.0
#include "daemon/http/route.h"

#include <algorithm>
#include <string_view>

#include "daemon/base/error_codes.h"

namespace loomgate::http {

namespace {

std::vector<ErrorCode> of_access(Access access) {
  switch (access) {
    case Access::kAdmin:
      return {errors::kAuthSetupRequired, errors::kAuthRequired, errors::kInvalidToken, errors::kTokenExpired};
    case Access::kToken:
    case Access::kAdminOrToken:
      return {errors::kDownloadTokenRequired, errors::kInvalidToken, errors::kTokenExpired,
              errors::kInvalidDownloadToken, errors::kDownloadTokenScopeMismatch};
    case Access::kPublic:
    case Access::kInternal:
    case Access::kMcp:
      break;
  }
  return {};
}

}  // namespace

std::vector<ErrorCode> all_errors(const Route& route) {
  std::vector<ErrorCode> all = route.errors;
  const auto add = [&all](const ErrorCode& code) {
    const auto is_same = [&](const ErrorCode& known) {
      return known.status == code.status && std::string_view(known.code) == code.code;
    };
    if (std::ranges::none_of(all, is_same)) all.push_back(code);
  };
  for (const ErrorCode& code : of_access(route.access)) add(code);
  if (route.request || route.query) add(errors::kValidationError);
  if (route.access != Access::kInternal) {
    add(errors::kPublicHostRejected);
    add(errors::kPublicOriginRejected);
  }
  for (const ErrorCode& code :
       {errors::kBadRequest, errors::kPayloadTooLarge, errors::kInternalError, errors::kServiceUnavailable})
    add(code);
  return all;
}

}  // namespace loomgate::http
