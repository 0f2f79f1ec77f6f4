// SPDX-License-Identifier: Apache-2.0
// The page at "/": what this server is, set-up and login. Its files stand in web/start and are linked into the program.
#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "daemon/http/request.h"
#include "daemon/http/response.h"

namespace loomgate::api {

struct PageFile {
  std::string_view name;
  std::string_view content;
};
std::span<const PageFile> start_page_files();  // made by web/embed.cmake

// For http::Hooks: the file of that path; nullopt for any other path.
std::optional<http::Response> start_page(const http::Request& request);

}  // namespace loomgate::api
