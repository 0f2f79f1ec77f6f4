// SPDX-License-Identifier: Apache-2.0
// Small requests and answers around nodes (spec http-api 6.3).
#pragma once

#include <string>

#include "daemon/json/shape.h"

namespace loomgate::api {

struct SuggestedIp {
  std::string ip;
};

struct IpValidation {
  bool valid = false;
  std::string warning;
};

struct PrivateKeyWrite {
  std::string private_key;  // never logged
};

struct KeyPair {
  std::string private_key;
  std::string public_key;
};

struct PresharedKey {
  std::string preshared_key;
};

}  // namespace loomgate::api

namespace loomgate::json {

template <>
struct Describe<api::SuggestedIp> {
  static const Shape<api::SuggestedIp>& shape();
};
template <>
struct Describe<api::IpValidation> {
  static const Shape<api::IpValidation>& shape();
};
template <>
struct Describe<api::PrivateKeyWrite> {
  static const Shape<api::PrivateKeyWrite>& shape();
};
template <>
struct Describe<api::KeyPair> {
  static const Shape<api::KeyPair>& shape();
};
template <>
struct Describe<api::PresharedKey> {
  static const Shape<api::PresharedKey>& shape();
};

}  // namespace loomgate::json
