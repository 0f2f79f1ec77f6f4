// SPDX-License-Identifier: Apache-2.0
// Big-endian bytes of the packets that signature chains imitate.
#pragma once

#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>

namespace loomgate::domain {

// The lowest `size` bytes of the number, most significant first.
inline std::string number_bytes(std::uint64_t number, std::size_t size) {
  std::string bytes(size, '\0');
  for (std::size_t i = size; i-- > 0; number >>= 8) bytes[i] = static_cast<char>(number & 0xff);
  return bytes;
}

// The text behind its length as a number of `size` bytes.
inline std::string with_length(std::size_t size, std::string_view text) {
  if (size < sizeof(std::size_t) && text.size() >> (8 * size) != 0)
    throw std::logic_error("a text too long for its length");
  return number_bytes(text.size(), size).append(text);
}

}  // namespace loomgate::domain
