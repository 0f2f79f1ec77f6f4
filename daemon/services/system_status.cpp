// SPDX-License-Identifier: Apache-2.0
#include "daemon/services/system_status.h"

namespace loomgate::services {

projections::SystemStatus SystemStatusService::read() const {
  projections::SystemStatus status;
  {
    auto lease = pool_.acquire();
    status = projections::view_system(*lease, mqtt_enabled_);
  }
  status.services.mqtt = link_status_().status;
  status.update.current_version = version_;
  status.timestamp = clock_();
  return status;
}

}  // namespace loomgate::services
