-- SPDX-License-Identifier: Apache-2.0
-- Run after every migration, so that a role made later gets its rights at the next start. The broker's role reads two
-- views and calls three functions; it can see no table, and so no private key.
DO $$
BEGIN
    REVOKE ALL ON SCHEMA loomgate FROM PUBLIC;
    REVOKE EXECUTE ON ALL FUNCTIONS IN SCHEMA loomgate FROM PUBLIC;
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'loomgate_broker') THEN
        REVOKE ALL ON ALL TABLES IN SCHEMA loomgate FROM loomgate_broker;
        GRANT USAGE ON SCHEMA loomgate TO loomgate_broker;
        GRANT SELECT ON loomgate.access, loomgate.broker_settings TO loomgate_broker;
        GRANT EXECUTE ON FUNCTION loomgate.broker_register, loomgate.broker_heartbeat, loomgate.broker_record_sessions TO loomgate_broker;
    END IF;
END $$;
