# SPDX-License-Identifier: Apache-2.0
# cmake -DOUTPUT=file.cpp "-DFILES=a.html;b.js" -P embed.cmake
# Writes the files into one C++ source, each as raw string literals of at most 60 KB split at line ends.
cmake_minimum_required(VERSION 3.25)

set(entries "")
foreach(path IN LISTS FILES)
  cmake_path(GET path FILENAME name)
  file(READ ${path} rest)
  string(FIND "${rest}" ")LGWEB\"" clash)
  if(NOT clash EQUAL -1)
    message(FATAL_ERROR "${path} contains the mark that ends an embedded literal")
  endif()
  set(pieces "")
  string(LENGTH "${rest}" length)
  while(length GREATER 60000)
    string(SUBSTRING "${rest}" 0 60000 piece)
    string(FIND "${piece}" "\n" line_end REVERSE)
    math(EXPR line_end "${line_end} + 1")
    string(SUBSTRING "${rest}" 0 ${line_end} piece)
    string(SUBSTRING "${rest}" ${line_end} -1 rest)
    string(APPEND pieces "R\"LGWEB(${piece})LGWEB\"\n")
    string(LENGTH "${rest}" length)
  endwhile()
  string(APPEND entries "    {\"${name}\", ${pieces}R\"LGWEB(${rest})LGWEB\"},\n")
endforeach()

file(WRITE ${OUTPUT} "// Made by web/embed.cmake; do not edit.
#include \"daemon/api/start_page.h\"

namespace loomgate::api {
namespace {
constexpr PageFile kFiles[] = {
${entries}};
}  // namespace

std::span<const PageFile> start_page_files() { return kFiles; }
}  // namespace loomgate::api
")
