// SPDX-License-Identifier: Apache-2.0
// Who asks, as use cases and their audit rows want it.
#pragma once

#include "daemon/domain/entities.h"
#include "daemon/http/request.h"
#include "daemon/services/auth.h"

namespace loomgate::api {

domain::Actor actor_of(const http::Context& context);
services::Caller caller_of(const http::Context& context);

}  // namespace loomgate::api
