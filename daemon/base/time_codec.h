// SPDX-License-Identifier: Apache-2.0
// Lets a described struct have Timestamp members (spec http-api 1.5).
#pragma once

#include "daemon/base/time.h"
#include "daemon/json/codec.h"

namespace loomgate::json {

// Any ISO 8601 date-time with a zone.
Rule date_time();

template <>
struct Codec<Timestamp> {
  static Rule rule() { return date_time(); }
  static void fit(Rule& rule) { require_kind(rule, {Kind::kText}); }
  static Timestamp read(View value) { return from_iso(value.string()).value(); }
  static Json write(const Timestamp& value) { return Json(to_iso(value)); }
};

}  // namespace loomgate::json
