// SPDX-License-Identifier: Apache-2.0
// Use case: how is everything doing (spec http-api 6.13 /system/status)?
#pragma once

#include <functional>
#include <string>

#include "daemon/domain/mqtt_service.h"
#include "daemon/projections/system_view.h"
#include "sql/pg/pool.h"

namespace loomgate::services {

class SystemStatusService {
 public:
  using LinkStatus = std::function<domain::MqttServiceStatus()>;

  // link_status is called on the caller's thread.
  SystemStatusService(std::string version, bool mqtt_enabled, pg::Pool& pool, LinkStatus link_status,
                      Clock clock = system_clock())
      : version_(std::move(version)),
        mqtt_enabled_(mqtt_enabled),
        pool_(pool),
        link_status_(std::move(link_status)),
        clock_(std::move(clock)) {}

  projections::SystemStatus read() const;

 private:
  const std::string version_;
  const bool mqtt_enabled_;
  pg::Pool& pool_;
  const LinkStatus link_status_;
  const Clock clock_;
};

}  // namespace loomgate::services
