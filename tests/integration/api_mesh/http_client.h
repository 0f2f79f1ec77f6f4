// SPDX-License-Identifier: Apache-2.0
// One request over one loopback connection, as plain as can be.
#pragma once

#include <cstdint>
#include <string>

namespace loomgate::test {

struct HttpReply {
  int status = 0;
  std::string body;
};

HttpReply http_request(std::uint16_t port, const std::string& method, const std::string& target,
                       const std::string& body, const std::string& bearer);

}  // namespace loomgate::test
