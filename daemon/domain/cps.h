// SPDX-License-Identifier: Apache-2.0
// Packet expressions ("custom protocol signatures") of I1..I5 and J1..J3, spec domain 6.6: a non-empty chain of tags
// without anything between them, each with one space inside.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace loomgate::domain {

enum class CpsKind {
  kBytes,       // <b 0xHEX>  these bytes; at least one, two digits of either case each
  kTime,        // <t>        the time in seconds, four bytes; at most once
  kRandom,      // <r N>      N random bytes
  kCharacters,  // <rc N>     N random letters
  kDigits,      // <rd N>     N random decimal digits
};

struct CpsTag {
  CpsKind kind = CpsKind::kBytes;
  std::string bytes;  // of kBytes
  int count = 0;      // 0..1000; of the random kinds

  bool operator==(const CpsTag&) const = default;
};

// nullopt when the text is not of the grammar. Linear in the text.
std::optional<std::vector<CpsTag>> parse_cps(std::string_view text);
// The one text of these tags: lower-case hex, no leading zeros.
std::string to_cps(const std::vector<CpsTag>& tags);
// Bytes of the packet that the tags describe.
std::size_t packet_size(const std::vector<CpsTag>& tags);

}  // namespace loomgate::domain
