// SPDX-License-Identifier: Apache-2.0
#include "plugin/mosquitto/counters.h"

#include <fmt/format.h>

#include <iterator>

namespace loomgate::plugin {

std::vector<NamedValue> all_figures(const Counters& counters, const replica::ReplicaStatus& replica,
                                    const presence::JournalStatus& journal, const presence::WriterStatus& writer) {
  return {
      {"devices", counters.devices.get()},
      {"daemons", counters.daemons.get()},
      {"logins/accepted", counters.logins_accepted.get()},
      {"logins/deferred", counters.logins_deferred.get()},
      {"logins/refused", counters.refused()},
      {"logins/refused/unknown", counters.refused_unknown.get()},
      {"logins/refused/password", counters.refused_password.get()},
      {"logins/refused/client_id", counters.refused_client_id.get()},
      {"logins/refused/malformed", counters.refused_malformed.get()},
      {"logins/refused/stale", counters.refused_stale.get()},
      {"acl/denied", counters.acl_denied.get()},
      {"lookups", counters.lookups.get()},
      {"lookups/found", counters.lookups_found.get()},
      {"lookups/timed_out", counters.lookups_timed_out.get()},
      {"lookups/saved", counters.lookups_saved.get()},
      {"sessions/open", journal.open_sessions},
      {"sessions/ended_by_revocation", counters.sessions_ended.get()},
      {"sessions/spilled", journal.spilled},
      {"presence/connected", writer.connected},
      {"presence/rows", writer.rows},
      {"presence/commits", writer.commits},
      {"presence/failures", writer.failures},
      {"database/connected", replica.connected},
      {"database/losses", replica.losses},
      {"database/notifications", replica.notifications},
      {"database/full_loads", replica.full_loads},
      {"database/bad_rows", replica.bad_rows},
      {"cache/saves", replica.cache_saves},
      {"cache/failures", replica.cache_failures},
      {"callback_failures", counters.callback_failures.get()},
  };
}

std::string to_json(const std::vector<NamedValue>& figures) {
  fmt::memory_buffer out;
  for (const NamedValue& figure : figures) {
    fmt::format_to(std::back_inserter(out), "{}\"{}\":{}", out.size() == 0 ? '{' : ',', figure.name, figure.value);
  }
  return fmt::to_string(out) + "}";
}

}  // namespace loomgate::plugin
