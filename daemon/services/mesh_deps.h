// SPDX-License-Identifier: Apache-2.0
// What the services of configs, nodes, links and sync stand on. One method of a service is one use case and one transaction;
// all of them may be called from any thread.
#pragma once

#include "daemon/crypto/sealer.h"
#include "sql/pg/pool.h"

namespace loomgate::services {

struct MeshDeps {
  pg::Pool& pool;
  const crypto::Sealer& sealer;
  // WFM_ENABLE_MQTT_SERVICES (spec http-api 2.5): without it every node is presented as static and nothing is pushed.
  bool mqtt_enabled = true;
};

}  // namespace loomgate::services
