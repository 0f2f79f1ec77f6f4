# SPDX-License-Identifier: Apache-2.0
# cmake -DOUTPUT=file.cpp -DFUNCTION=start_page_files "-DFILES=a.html;b.js" -P embed.cmake
# Writes the files into one C++ source: what daemon/api/page_files.h declares.
cmake_minimum_required(VERSION 3.25)

include(${CMAKE_CURRENT_LIST_DIR}/../packaging/cmake/embed_literal.cmake)

set(entries "")
foreach(path IN LISTS FILES)
  cmake_path(GET path FILENAME name)
  embed_literal(${path} text)
  string(APPEND entries "    {\"${name}\"sv, ${text}},\n")
endforeach()

file(WRITE ${OUTPUT} "// Made by web/embed.cmake; do not edit.
#include \"daemon/api/page_files.h\"

namespace loomgate::api {
using namespace std::string_view_literals;
namespace {
constexpr PageFile kFiles[] = {
${entries}};
}  // namespace

std::span<const PageFile> ${FUNCTION}() { return kFiles; }
}  // namespace loomgate::api
")
