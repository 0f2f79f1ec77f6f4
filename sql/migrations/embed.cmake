# SPDX-License-Identifier: Apache-2.0
# cmake -DOUTPUT=file.cpp "-DFILES=0001_a.sql;0002_b.sql" -DGRANTS=grants.sql -P embed.cmake
# Writes the SQL files into one C++ source with the SHA-256 of each migration beside it.
cmake_minimum_required(VERSION 3.25)

include(${CMAKE_CURRENT_LIST_DIR}/../../packaging/cmake/embed_literal.cmake)

list(SORT FILES)
set(entries "")
set(expected 0)
foreach(path IN LISTS FILES)
  cmake_path(GET path STEM stem)
  if(NOT stem MATCHES "^([0-9][0-9][0-9][0-9])_([a-z0-9_]+)$")
    message(FATAL_ERROR "${path}: a migration is named 0001_what_it_does.sql")
  endif()
  set(name ${CMAKE_MATCH_2})
  math(EXPR expected "${expected} + 1")
  string(REGEX REPLACE "^0+" "" version ${CMAKE_MATCH_1})
  if(NOT version EQUAL expected)
    message(FATAL_ERROR "${path}: migration ${expected} is missing")
  endif()
  embed_literal(${path} text)
  file(SHA256 ${path} checksum)
  string(APPEND entries "    {${version}, \"${name}\"sv, \"${checksum}\"sv,\n${text}},\n")
endforeach()
embed_literal(${GRANTS} grants)

file(WRITE ${OUTPUT} "// Made by embed.cmake; do not edit.
#include \"sql/migrations/runner.h\"

namespace loomgate::migrations {
using namespace std::string_view_literals;
namespace {
constexpr Migration kMigrations[] = {
${entries}};
}  // namespace

std::span<const Migration> embedded() { return kMigrations; }
std::string_view embedded_grants() {
  return ${grants};
}
}  // namespace loomgate::migrations
")
