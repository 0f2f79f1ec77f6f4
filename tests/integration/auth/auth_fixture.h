// SPDX-License-Identifier: Apache-2.0
// A daemon without MQTT on a fresh database.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fmt/format.h>

#include "daemon/json/json.h"
#include "tests/harness/daemon.h"
#include "tests/harness/eventually.h"
#include "tests/harness/postgres_cluster.h"

namespace loomgate::harness {

class AuthTest : public testing::Test {
 protected:
  AuthTest() : database_(shared_cluster().fresh_database()), daemon_({.dsn = database_.dsn()}) {}

  void start(std::vector<std::pair<std::string, std::string>> env = {}) {
    daemon_.options().env = std::move(env);
    daemon_.start();
  }

  static std::string setup_body(const std::string& password, const std::string& more = "") {
    return fmt::format(R"({{"password":{}{}}})", json::Json(password).dump(), more);
  }
  static std::string login_body(const std::string& password, const std::string& username = "admin") {
    return fmt::format(R"({{"username":{},"password":{}}})", json::Json(username).dump(), json::Json(password).dump());
  }
  static std::string change_body(const std::string& current, const std::string& wanted) {
    return fmt::format(R"({{"current_password":{},"new_password":{}}})", json::Json(current).dump(),
                       json::Json(wanted).dump());
  }
  // First column of the first row; an empty text for NULL or no row.
  std::string sql(const std::string& query) const {
    auto connection = connect(database_.dsn());
    const auto rows = connection.exec_script(query);
    return rows.empty() || rows[0].is_null(0) ? "" : std::string(rows[0].raw(0));
  }

  TestDatabase database_;
  LoomgateDaemon daemon_;
};

inline constexpr const char* kPassword = "correct horse battery";

}  // namespace loomgate::harness
