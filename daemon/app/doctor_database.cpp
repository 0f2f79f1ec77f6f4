// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <unistd.h>

#include <cstdlib>

#include "daemon/app/doctor.h"
#include "daemon/app/doctor_statements.h"
#include "daemon/app/start_up.h"
#include "daemon/base/time.h"
#include "daemon/store/accounts.h"
#include "daemon/store/settings.h"
#include "sql/migrations/runner.h"

namespace loomgate::app {
namespace {

constexpr int kLeastServer = 150000;
constexpr std::int64_t kStaleHeartbeat = 60;  // seconds
constexpr std::chrono::seconds kOddClock{2};
constexpr std::chrono::seconds kWrongClock{30};

void examine_server(pg::Connection& connection, Findings& findings) {
  const int version = connection.server_version();
  const auto text = fmt::format("PostgreSQL {}.{}", version / 10000, version % 10000);
  if (version >= kLeastServer) {
    findings.push_back({"server", Verdict::kOk, text, ""});
  } else {
    findings.push_back({"server", Verdict::kFailure, text + " is too old", "Upgrade to PostgreSQL 15 or newer."});
  }
}

void examine_clock(pg::Connection& connection, Findings& findings) {
  const auto before = system_clock()();
  const auto theirs = connection.exec(kDoctorClock)[0].get<Timestamp>(0);
  const auto after = system_clock()();
  const auto middle = before + (after - before) / 2;
  const auto skew = std::chrono::duration_cast<std::chrono::milliseconds>(theirs - middle);
  const auto size = std::chrono::milliseconds(std::llabs(skew.count()));
  const auto text = fmt::format("this machine and the database differ by {} ms", skew.count());
  if (size <= kOddClock) {
    findings.push_back({"clock", Verdict::kOk, text, ""});
  } else {
    findings.push_back({"clock", size <= kWrongClock ? Verdict::kWarning : Verdict::kFailure, text,
                        "Let both machines take their time from NTP: sessions and deadlines depend on it."});
  }
}

void examine_roles(pg::Connection& connection, Findings& findings) {
  const auto owner = connection.exec(kDoctorOwner);
  if (!owner.empty() && !owner[0].get<bool>(0)) {
    findings.push_back(
        {"roles", Verdict::kFailure, "the daemon's role does not own schema loomgate",
         fmt::format("Connect as {}, or give the schema to the daemon's role.", owner[0].get<std::string>(1))});
  }
  const auto role = connection.exec(kDoctorBrokerRole);
  if (role.empty()) {
    findings.push_back(
        {"roles", Verdict::kWarning, "role loomgate_broker does not exist",
         "Run CREATE ROLE loomgate_broker LOGIN PASSWORD '...' as superuser, then loomgated migrate; the broker plugin "
         "should connect as this role."});
    return;
  }
  std::string tables;
  for (const auto row : connection.exec(kDoctorBrokerTables)) tables += " " + row.get<std::string>(0);
  if (role[0].get<bool>(0) || !tables.empty()) {
    findings.push_back({"roles", Verdict::kFailure, "role loomgate_broker can reach more than its two views:" + tables,
                        "Take the rights away: REVOKE ALL ON ALL TABLES IN SCHEMA loomgate FROM loomgate_broker, "
                        "PUBLIC; then loomgated migrate."});
  } else if (!connection.exec(kDoctorBrokerGrants)[0].get<bool>(0)) {
    findings.push_back({"roles", Verdict::kFailure, "role loomgate_broker lacks rights that the plugin needs",
                        "Run loomgated migrate: it grants them."});
  } else {
    findings.push_back({"roles", Verdict::kOk, "loomgate_broker sees its two views and no table", ""});
  }
}

void examine_secrets(pg::Connection& connection, const Settings& settings, Findings& findings) {
  const auto admin = store::read_admin(connection);
  findings.push_back(admin.usable
                         ? Finding{"account", Verdict::kOk, "the administrator's password is set", ""}
                         : Finding{"account", Verdict::kWarning, "no administrator's password is set yet",
                                   fmt::format("Open the web page and set it; the bootstrap code stands in {}.",
                                               settings.bootstrap_file)});
  if (!admin.sealed_token_secret) return;
  const bool have_key = !settings.master_key.empty() || ::access(settings.master_key_file.c_str(), R_OK) == 0;
  try {
    if (!have_key) throw std::runtime_error("no key");
    open_sealer(settings).open({"settings", "sealed_value", store::kTokenSecretKey}, *admin.sealed_token_secret);
    findings.push_back({"secrets", Verdict::kOk, "the master key opens the sealed secrets", ""});
  } catch (const std::runtime_error&) {
    findings.push_back(
        {"secrets", Verdict::kFailure, "the master key does not open the sealed secrets of this database",
         "Put the key file back that was in use when the database was filled (LOOMGATE_MASTER_KEY_FILE)."});
  }
}

void examine_plugin(pg::Connection& connection, const Settings& settings, Findings& findings) {
  if (!settings.mqtt_services) return;
  const auto rows = connection.exec(kDoctorBrokers);
  bool fresh = false;
  for (const auto row : rows) {
    const auto age = row.get<std::int64_t>(4);
    const auto name = fmt::format("{} {} ({} {})", row.get<std::string>(1), row.get<std::string>(0),
                                  row.get<std::string>(2), row.get<std::string>(3));
    fresh = fresh || age <= kStaleHeartbeat;
    findings.push_back(age <= kStaleHeartbeat
                           ? Finding{"plugin", Verdict::kOk, fmt::format("{} was heard of {} s ago", name, age), ""}
                           : Finding{"plugin", Verdict::kWarning, fmt::format("{} has been silent for {} s", name, age),
                                     "If this broker still runs, look at its log: its plugin has lost the database."});
  }
  if (!fresh) {
    findings.push_back(
        {"plugin", Verdict::kFailure,
         rows.empty() ? "no broker plugin has ever reported here" : "no broker plugin reports now",
         "Load loomgate_mosquitto.so in the broker and check plugin_opt_dsn; without it no device gets in."});
  }
}

}  // namespace

void examine_schema(pg::Connection& connection, const Settings& settings, Findings& findings) {
  const auto status = migrations::inspect(connection);
  if (!status.problems.empty()) {
    for (const auto& problem : status.problems) {
      findings.push_back({"schema", Verdict::kFailure, problem,
                          "Run the loomgated that belongs to this database, or restore a backup."});
    }
    return;
  }
  if (status.applied != status.available) {
    findings.push_back({"schema", Verdict::kFailure,
                        fmt::format("the schema is at version {} of {}", status.applied, status.available),
                        "Run loomgated migrate, or start the daemon, which does it."});
    return;
  }
  findings.push_back(
      {"schema", Verdict::kOk, fmt::format("version {}, unchanged since it was applied", status.applied), ""});
  examine_roles(connection, findings);
  examine_secrets(connection, settings, findings);
  examine_plugin(connection, settings, findings);
}

void examine_database(const Settings& settings, Findings& findings) {
  try {
    pg::Connection connection(database_options(settings, "loomgated doctor"));
    findings.push_back(
        {"database", Verdict::kOk, fmt::format("{} answers", pg::redact_conninfo(settings.database)), ""});
    examine_server(connection, findings);
    examine_clock(connection, findings);
    examine_schema(connection, settings, findings);
  } catch (const pg::DatabaseError& error) {
    const bool lost = error.error_class() == pg::ErrorClass::kConnectionLost;
    findings.push_back({"database", Verdict::kFailure, error.what(),
                        lost ? "Start PostgreSQL, or correct WFM_DATABASE."
                             : "Check user, password, database name and rights in WFM_DATABASE."});
  }
}

}  // namespace loomgate::app
