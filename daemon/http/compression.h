// SPDX-License-Identifier: Apache-2.0
// gzip for answers that are worth it: text-like, at least kWorthCompressing bytes, and asked for.
#pragma once

#include "daemon/http/response.h"

namespace loomgate::http {

inline constexpr std::size_t kWorthCompressing = 4096;

// nullopt when there is no memory for it.
std::optional<std::string> gzip(const std::string& plain);
bool accepts_gzip(std::string_view accept_encoding);
void compress_if_accepted(const Request& request, Response& response);

}  // namespace loomgate::http
