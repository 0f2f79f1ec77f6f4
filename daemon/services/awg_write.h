// SPDX-License-Identifier: Apache-2.0
// What a client may set of AmneziaWG values (spec http-api 8.2, 8.3): absent keeps, null clears, options are merged key by
// key. Shapes refuse only wrong JSON types; what a number or text may be is for daemon/domain, with the codes INVALID_AWG_*.
#pragma once

#include <cstdint>
#include <string>

#include "daemon/domain/awg_version.h"
#include "daemon/domain/entities.h"
#include "daemon/json/shape.h"

namespace loomgate::services {

struct AwgSharedWrite {
  json::Field<domain::AwgOptions> options;  // may hold the header protection key: never logged
  json::Field<std::int64_t> s1, s2, s3, s4;
  json::Field<std::string> h1, h2, h3, h4;
};

struct AwgNodeWrite {
  json::Field<domain::AwgOptions> options;
  json::Field<std::int64_t> jc, jmin, jmax;
  json::Field<std::string> i1, i2, i3, i4, i5;
};

// The values of `stored` with what was sent in their place; INVALID_AWG_PARAMETER when an option key is refused
// (domain/awg_merge.h). The values themselves are not checked yet.
domain::AwgShared merged(const AwgSharedWrite& write, domain::AwgShared stored, const domain::AwgVersion& version);
domain::AwgNode merged(const AwgNodeWrite& write, domain::AwgNode stored, const domain::AwgVersion& version);
// S and H only; the options stay.
domain::AwgShared with_sent_numbers(const AwgSharedWrite& write, domain::AwgShared stored);
// What was sent and nothing else, also option keys of any version.
domain::AwgShared as_sent(const AwgSharedWrite& write);

}  // namespace loomgate::services

namespace loomgate::json {

template <>
struct Describe<services::AwgSharedWrite> {
  static const Shape<services::AwgSharedWrite>& shape();
};
template <>
struct Describe<services::AwgNodeWrite> {
  static const Shape<services::AwgNodeWrite>& shape();
};

}  // namespace loomgate::json
