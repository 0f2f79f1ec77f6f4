// SPDX-License-Identifier: Apache-2.0
#include "daemon/api/shapes_nodes.h"

namespace loomgate::json {

using api::IpValidation;
using api::KeyPair;
using api::PresharedKey;
using api::PrivateKeyWrite;
using api::SuggestedIp;

const Shape<SuggestedIp>& Describe<SuggestedIp>::shape() {
  static const auto shape = Shape<SuggestedIp>("SuggestedIp").field("ip", &SuggestedIp::ip);
  return shape;
}

const Shape<IpValidation>& Describe<IpValidation>::shape() {
  static const auto shape = Shape<IpValidation>("IpValidation")
                                .field("valid", &IpValidation::valid)
                                .field("warning", &IpValidation::warning);
  return shape;
}

const Shape<PrivateKeyWrite>& Describe<PrivateKeyWrite>::shape() {
  static const auto shape = Shape<PrivateKeyWrite>("PrivateKeyWrite")
                                .field("private_key", &PrivateKeyWrite::private_key, required_text().secret());
  return shape;
}

const Shape<KeyPair>& Describe<KeyPair>::shape() {
  static const auto shape = Shape<KeyPair>("KeyPair")
                                .field("private_key", &KeyPair::private_key, text().secret())
                                .field("public_key", &KeyPair::public_key);
  return shape;
}

const Shape<PresharedKey>& Describe<PresharedKey>::shape() {
  static const auto shape =
      Shape<PresharedKey>("PresharedKey").field("preshared_key", &PresharedKey::preshared_key, text().secret());
  return shape;
}

}  // namespace loomgate::json
