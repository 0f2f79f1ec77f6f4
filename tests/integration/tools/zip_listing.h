// SPDX-License-Identifier: Apache-2.0
// What another program than ours finds in a ZIP file.
#pragma once

#include <fstream>
#include <string>

#include "daemon/json/json.h"
#include "tests/harness/process.h"
#include "tests/harness/temp_dir.h"

namespace loomgate::harness {

// {"names": [...], "modes": ["600", ...], "texts": {name: content}} as Python's zipfile reads it.
inline json::Json list_zip(const std::string& content) {
  const TempDir folder;
  const auto path = (folder / "file.zip").string();
  std::ofstream(path, std::ios::binary) << content;
  const auto listing = run_program(
      {.argv = {"python3", "-c",
                "import sys, json, zipfile\n"
                "z = zipfile.ZipFile(sys.argv[1])\n"
                "assert z.testzip() is None\n"
                "print(json.dumps({'names': z.namelist(), 'modes': ['%o' % (i.external_attr >> 16 & 0o777) for i in "
                "z.infolist()], 'texts': {n: z.read(n).decode('utf-8', 'replace') for n in z.namelist()}}))",
                path},
       .env = {},
       .output = {},
       .working_directory = {},
       .user = {}});
  return *json::parse(listing).value;
}

}  // namespace loomgate::harness
