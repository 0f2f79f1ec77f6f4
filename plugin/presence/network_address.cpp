// SPDX-License-Identifier: Apache-2.0
#include "plugin/presence/network_address.h"

#include <arpa/inet.h>

namespace loomgate::presence {

NetworkAddress::NetworkAddress(const char* text) {
  if (text == nullptr) return;
  if (::inet_pton(AF_INET, text, bytes_.data()) == 1) {
    length_ = 4;
  } else if (::inet_pton(AF_INET6, text, bytes_.data()) == 1) {
    length_ = 16;
  }
}

std::string NetworkAddress::text() const {
  if (length_ == 0) return {};
  std::array<char, INET6_ADDRSTRLEN> text{};
  ::inet_ntop(length_ == 4 ? AF_INET : AF_INET6, bytes_.data(), text.data(), text.size());
  return text.data();
}

}  // namespace loomgate::presence
