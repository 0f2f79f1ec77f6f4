// SPDX-License-Identifier: Apache-2.0
#include "daemon/projections/change_hint.h"

namespace loomgate::json {

using projections::ChangeHint;

const Shape<ChangeHint>& Describe<ChangeHint>::shape() {
  static const auto shape = Shape<ChangeHint>("ChangeHint")
                                .field("code", &ChangeHint::code)
                                .field("level", &ChangeHint::level, literal({"info", "warning"}))
                                .field("count", &ChangeHint::count)
                                .field("cleared_keepalive_count", &ChangeHint::cleared_keepalive_count);
  return shape;
}

}  // namespace loomgate::json
