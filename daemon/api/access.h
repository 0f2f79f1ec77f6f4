// SPDX-License-Identifier: Apache-2.0
// Who may use a route (spec http-api 2.1, 2.2): the answer of http::Hooks to every class but public.
#pragma once

#include <optional>
#include <string>

#include "daemon/http/request.h"
#include "daemon/services/auth.h"
#include "daemon/services/download_tokens.h"

namespace loomgate::api {

// The principal, or the contract's 428, 401 and 403. An admin-or-token route takes a valid session; any other bearer is as
// good as none, and the query's download_token decides. An internal route wants internal_key in x-wfm-internal-key, and
// nullopt is its 401; with an empty internal_key nobody gets in.
std::optional<http::Principal> authenticate(services::AuthService& auth, services::DownloadTokenService& downloads,
                                            const std::string& internal_key, const http::Context& context);

}  // namespace loomgate::api
