// SPDX-License-Identifier: Apache-2.0
// Looks at an installation the way a careful colleague would and says what to do about each finding
// (docs/operations.md). Reads only.
#pragma once

#include <string>
#include <vector>

#include "daemon/app/settings.h"
#include "sql/pg/connection.h"

namespace loomgate::app {

enum class Verdict { kOk, kWarning, kFailure };

struct Finding {
  std::string check;  // settings, master-key, database, server, schema, roles, secrets, account, clock, broker, plugin
  Verdict verdict = Verdict::kOk;
  std::string text;
  std::string advice;  // empty when there is nothing to do
};
using Findings = std::vector<Finding>;

Findings examine(const LoadedSettings& loaded);

// The parts of examine().
void examine_settings(const LoadedSettings& loaded, Findings& findings);
void examine_master_key(const Settings& settings, Findings& findings);
void examine_database(const Settings& settings, Findings& findings);
void examine_broker(const Settings& settings, Findings& findings);
// On a connection as the owner; each is skipped with a finding when the one before it failed.
void examine_schema(pg::Connection& connection, const Settings& settings, Findings& findings);

}  // namespace loomgate::app
