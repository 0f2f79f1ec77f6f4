// SPDX-License-Identifier: Apache-2.0
// ZIP files in memory. zip_writer.cpp is the only file that sees libzip.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "daemon/base/time.h"

namespace loomgate::archive {

struct ZipEntry {
  std::string name;
  std::string content;
  std::uint32_t mode = 0600;  // permission bits that unpacking on Unix gives the file
};

// The entries in order, deflated, all dated `at`. std::runtime_error when memory runs out or two names are equal.
std::string write_zip(const std::vector<ZipEntry>& entries, Timestamp at);

}  // namespace loomgate::archive
