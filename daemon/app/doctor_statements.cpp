// SPDX-License-Identifier: Apache-2.0
#include "daemon/app/doctor_statements.h"

namespace loomgate::app {

const pg::Statement kDoctorClock{"doctor_clock", pg::Access::kRead, "SELECT clock_timestamp()"};

const pg::Statement kDoctorOwner{"doctor_owner", pg::Access::kRead, R"(
    SELECT pg_get_userbyid(nspowner) = current_user OR pg_has_role(current_user, nspowner, 'USAGE'), pg_get_userbyid(nspowner)
      FROM pg_namespace WHERE nspname = 'loomgate')"};

const pg::Statement kDoctorBrokerRole{"doctor_broker_role", pg::Access::kRead, R"(
    SELECT rolsuper, rolcanlogin FROM pg_roles WHERE rolname = 'loomgate_broker')"};

const pg::Statement kDoctorBrokerTables{"doctor_broker_tables", pg::Access::kRead, R"(
    SELECT c.relname::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE n.nspname = 'loomgate' AND c.relkind IN ('r', 'p', 'v', 'm') AND c.relname NOT IN ('access', 'broker_settings')
       AND has_any_column_privilege('loomgate_broker', c.oid, 'SELECT, INSERT, UPDATE')
     ORDER BY 1)"};

const pg::Statement kDoctorBrokerGrants{"doctor_broker_grants", pg::Access::kRead, R"(
    SELECT has_schema_privilege('loomgate_broker', 'loomgate', 'USAGE')
       AND has_table_privilege('loomgate_broker', 'loomgate.access', 'SELECT')
       AND has_table_privilege('loomgate_broker', 'loomgate.broker_settings', 'SELECT')
       AND (SELECT count(*) = 3 FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
             WHERE n.nspname = 'loomgate' AND p.proname IN ('broker_register', 'broker_heartbeat', 'broker_record_sessions')
               AND has_function_privilege('loomgate_broker', p.oid, 'EXECUTE')))"};

const pg::Statement kDoctorBrokers{"doctor_brokers", pg::Access::kRead, R"(
    SELECT id, kind, broker_version, plugin_version, extract(epoch FROM clock_timestamp() - heartbeat_at)::bigint
      FROM brokers ORDER BY id)"};

const pg::Statement kDoctorDaemons{"doctor_daemons", pg::Access::kRead, R"(
    SELECT count(*) FROM service_accounts WHERE heartbeat_at > now() - interval '2 minutes')"};

}  // namespace loomgate::app
