// SPDX-License-Identifier: Apache-2.0
// What the AmneziaWG tests share: repeatable randomness, valid parameters, and refusals as texts.
#pragma once

#include <gtest/gtest.h>

#include <random>
#include <string>

#include "daemon/base/error.h"
#include "daemon/domain/awg_version.h"
#include "daemon/domain/entities.h"
#include "daemon/domain/random.h"

namespace loomgate::domain {

inline Random seeded(unsigned seed) {
  return Random([engine = std::mt19937(seed)](std::span<std::uint8_t> out) mutable {
    for (auto& byte : out) byte = static_cast<std::uint8_t>(engine());
  });
}

// "CODE field", or "" when nothing was refused.
template <typename Act>
std::string refusal(const Act& act) {
  try {
    act();
    return {};
  } catch (const Error& error) {
    const auto field = error.detail().view().find("field");
    if (field) {
      EXPECT_NE(error.message().find(std::string(field->string())), std::string::npos) << error.message();
    }
    return std::string(error.code().code) + (field ? ' ' + std::string(field->string()) : "");
  }
}

inline const AwgVersion& v15() {
  return require_awg_version("1.5");
}
inline const AwgVersion& v20() {
  return require_awg_version("2.0");
}
inline const AwgVersion& v31() {
  return require_awg_version("3.1");
}

// base64 of 32 bytes 0x01.
inline const std::string kSomeHeaderKey = "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=";

inline AwgShared plain_shared(const AwgVersion& version) {
  AwgShared shared;
  shared.version = version.name;
  const int more = version.s_fields.size() == 4 ? 20 : 0;
  shared.s1 = shared.s2 = 20;
  shared.s3 = shared.s4 = more;
  shared.h1 = "1024";
  shared.h2 = "2048";
  shared.h3 = "4096";
  shared.h4 = "8192";
  return shared;
}

inline AwgNode plain_node() {
  AwgNode node;
  node.jc = 4;
  node.jmin = 64;
  node.jmax = 128;
  node.i1 = "<r 2><b 0x0100>";
  return node;
}

}  // namespace loomgate::domain
