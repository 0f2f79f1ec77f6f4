// SPDX-License-Identifier: Apache-2.0
// Whatever stands in a request line: what is accepted is UTF-8 without NUL and cannot climb out of a folder.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "daemon/http/url.h"
#include "daemon/json/unicode.h"
#include "tests/fuzz/require.h"

namespace {

using loomgate::fuzz::require;

void check_text(const std::string& text) {
  require(loomgate::json::is_utf8(text), "decoded text is UTF-8");
  require(text.find('\0') == std::string::npos, "decoded text has no NUL");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto target = loomgate::http::parse_target(std::string_view(reinterpret_cast<const char*>(data), size));
  if (!target) return 0;
  check_text(target->path);
  std::string joined;
  for (const std::string& segment : target->segments) {
    check_text(segment);
    require(segment != "." && segment != "..", "no segment climbs");
    joined += "/" + segment;
  }
  require(joined == target->path, "the path is its segments");
  for (const auto& [key, value] : target->query) {
    check_text(key);
    check_text(value);
  }
  return 0;
}
