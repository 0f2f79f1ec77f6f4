# SPDX-License-Identifier: Apache-2.0
# cmake -DOUTPUT=file.cpp "-DFILES=0001_a.sql;0002_b.sql" -DGRANTS=grants.sql -P embed.cmake
# Writes the SQL files into one C++ source as raw string literals of at most 60 KB, split at line ends, with the SHA-256 of
# each file beside it.
cmake_minimum_required(VERSION 3.25)

function(literal path result)
  file(READ ${path} rest)
  string(FIND "${rest}" ")LGSQL\"" clash)
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
    string(APPEND pieces "R\"LGSQL(${piece})LGSQL\"\n")
    string(LENGTH "${rest}" length)
  endwhile()
  string(APPEND pieces "R\"LGSQL(${rest})LGSQL\"sv")
  set(${result} "${pieces}" PARENT_SCOPE)
endfunction()

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
  literal(${path} text)
  file(SHA256 ${path} checksum)
  string(APPEND entries "    {${version}, \"${name}\"sv, \"${checksum}\"sv,\n${text}},\n")
endforeach()
literal(${GRANTS} grants)

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
