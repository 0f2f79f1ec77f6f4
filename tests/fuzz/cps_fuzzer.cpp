// SPDX-License-Identifier: Apache-2.0
// Packet expressions as typed: what is accepted keeps the limits of the grammar and has one spelling.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "daemon/domain/cps.h"
#include "tests/fuzz/require.h"

namespace {

using namespace loomgate::domain;
using loomgate::fuzz::require;

void check_tag(const CpsTag& tag) {
  require(tag.count >= 0 && tag.count <= 1000, "a count is at most 1000");
  require((tag.kind == CpsKind::kBytes) == !tag.bytes.empty(), "only fixed bytes have bytes, at least one");
  require(tag.bytes.empty() || tag.count == 0, "fixed bytes have no count");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto tags = parse_cps(text);
  if (!tags) return 0;
  require(!tags->empty(), "an accepted text has a tag");
  int times = 0;
  for (const CpsTag& tag : *tags) {
    check_tag(tag);
    times += tag.kind == CpsKind::kTime ? 1 : 0;
  }
  require(times <= 1, "the time stands once at most");
  for (const char c : text) require(c >= ' ' && c <= '~', "accepted texts fit on one line");

  const std::string written = to_cps(*tags);
  require(parse_cps(written) == tags, "the written text means the same");
  require(to_cps(*parse_cps(written)) == written, "there is one spelling");
  require(packet_size(*tags) <= size * 1000, "the packet is bounded by its text");
  return 0;
}
