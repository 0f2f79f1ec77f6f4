// SPDX-License-Identifier: Apache-2.0
#include "daemon/domain/random.h"

#include <array>
#include <stdexcept>

#include "plugin/base/digest.h"

namespace loomgate::domain {

Random::Random() : fill_(random_bytes) {}

std::string Random::bytes(std::size_t count) {
  std::string drawn(count, '\0');
  fill({reinterpret_cast<std::uint8_t*>(drawn.data()), drawn.size()});
  return drawn;
}

std::uint32_t Random::between(std::uint32_t low, std::uint32_t high) {
  if (low > high) throw std::logic_error("a draw from an empty range");
  const std::uint64_t choices = std::uint64_t{high} - low + 1;
  // Draws beyond the last whole multiple are thrown away, or low values would be more likely.
  constexpr std::uint64_t kDraws = std::uint64_t{1} << 32;
  const std::uint64_t limit = kDraws - kDraws % choices;
  for (;;) {
    std::array<std::uint8_t, 4> drawn{};
    fill(drawn);
    std::uint64_t value = 0;
    for (const std::uint8_t byte : drawn) value = value << 8 | byte;
    if (value < limit) return low + static_cast<std::uint32_t>(value % choices);
  }
}

}  // namespace loomgate::domain
