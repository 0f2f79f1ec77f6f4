// SPDX-License-Identifier: Apache-2.0
// The files of the daemon's own pages: they stand below web/ and are linked into the program.
#pragma once

#include <span>
#include <string_view>

#include "daemon/http/response.h"

namespace loomgate::api {

struct PageFile {
  std::string_view name;
  std::string_view content;
};
// Made by web/embed.cmake.
std::span<const PageFile> start_page_files();
std::span<const PageFile> reference_page_files();

// With the type that its name says and a policy that lets the page load nothing but our own files.
http::Response page_file(const PageFile& file);

}  // namespace loomgate::api
