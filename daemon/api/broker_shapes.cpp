// SPDX-License-Identifier: Apache-2.0
#include "daemon/api/broker_shapes.h"

namespace loomgate::json {

// Texts are taken as they are: names and topics are compared byte for byte, and a blank name is an unknown one.
const Shape<api::AuthorizationBody>& Describe<api::AuthorizationBody>::shape() {
  using S = api::AuthorizationBody;
  static const auto shape = Shape<S>("BrokerQuestion")
                                .field("username", &S::username, text().required())
                                .field("clientid", &S::clientid, text().required())
                                .field("topic", &S::topic, text().required())
                                .field("action", &S::action, literal({"publish", "subscribe"}).required());
  return shape;
}

const Shape<api::AuthorizationAnswer>& Describe<api::AuthorizationAnswer>::shape() {
  using S = api::AuthorizationAnswer;
  static const auto shape = Shape<S>("BrokerAnswer").field("result", &S::result, literal({"allow", "deny"}));
  return shape;
}

}  // namespace loomgate::json
