// SPDX-License-Identifier: Apache-2.0
// The access cache on disk. The input is judged as it is, and again with a checksum that fits, so that the rows are
// reached.
#include <cstddef>
#include <cstdint>
#include <variant>
#include <vector>

#include "plugin/replica/roster_cache.h"
#include "tests/fuzz/require.h"

using namespace loomgate;
using loomgate::fuzz::require;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::vector<std::uint8_t> bytes(data, data + size);
  replica::decode_roster(bytes);
  std::vector<std::uint8_t> sealed = bytes;
  const Sha256 digest = sha256(sealed);
  sealed.insert(sealed.end(), digest.begin(), digest.end());
  const auto decoded = replica::decode_roster(sealed);
  if (const auto* roster = std::get_if<access::Roster>(&decoded)) {
    const auto again = replica::decode_roster(replica::encode_roster(*roster));
    require(std::holds_alternative<access::Roster>(again), "what was accepted can be written and read again");
    require(std::get<access::Roster>(again).devices == roster->devices, "devices stay the same");
    require(std::get<access::Roster>(again).daemons == roster->daemons, "daemons stay the same");
  }
  return 0;
}
