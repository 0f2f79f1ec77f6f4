// SPDX-License-Identifier: Apache-2.0
// The daemon put together: services on one pool, their routes, the HTTP server and the conversation with devices. The
// database is up and migrated before this is made.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "daemon/app/settings.h"
#include "daemon/crypto/sealer.h"
#include "sql/pg/pool.h"

namespace loomgate::app {

class Daemon {
 public:
  // pool and sealer must outlive the daemon. Throws SettingsError for a setting that a room cannot use, and
  // std::runtime_error when the HTTP server cannot listen.
  Daemon(const Settings& settings, pg::Pool& pool, const crypto::Sealer& sealer);
  ~Daemon();  // stop()

  // The bootstrap code while no password is set; empty afterwards.
  const std::string& bootstrap_code() const;
  std::string url() const;  // where the HTTP server listens, for people and scripts on this machine
  // Lets running requests finish, closes the broker connection, joins every thread.
  void stop();

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

// This daemon's name among several (LOOMGATE_INSTANCE, or made from the host name and the port).
std::string instance_name(const Settings& settings);

}  // namespace loomgate::app
