-- SPDX-License-Identifier: Apache-2.0
-- psql -v count=N: N bound devices, a thousand to a config, and one daemon account; tests/bench/load/principals.cpp knows their names.
-- They have no keys, so nothing is ever rendered for them.
SET search_path = loomgate;
BEGIN;
INSERT INTO configs (id, name, virtual_subnet, default_listen_port)
    SELECT 'cfg_' || lpad(to_hex(c), 12, '0'), 'bench' || c, '10.0.0.0/8', 51820 FROM generate_series(1, (:count + 999) / 1000) AS c;
INSERT INTO nodes (id, config_id, name, virtual_ip, public_key, private_key_sealed, auto_sync)
    SELECT 'node_' || lpad(to_hex(i + 1), 12, '0'), 'cfg_' || lpad(to_hex(i / 1000 + 1), 12, '0'), 'n' || i,
           host('10.0.0.1'::inet + i) || '/32', lpad(i::text, 44, 'A'), '\x00', false
      FROM generate_series(0, :count - 1) AS i;
INSERT INTO node_config_state (node_id, config_id) SELECT id, config_id FROM nodes WHERE private_key_sealed = '\x00';
INSERT INTO node_runtime (node_id, config_id) SELECT id, config_id FROM nodes WHERE private_key_sealed = '\x00';
INSERT INTO node_clients (node_id, config_id, client_initialized, mqtt_username, mqtt_client_id, mqtt_salt, mqtt_hash, bound_at)
    SELECT n.id, n.config_id, true, n.id, 'wfm-' || n.id, s.salt,
           sha256(s.salt || convert_to('bench-' || lpad(s.i::text, 37, '0'), 'UTF8')), now()
      FROM (SELECT i, decode(md5('salt' || i), 'hex') AS salt FROM generate_series(0, :count - 1) AS i) AS s
      JOIN nodes n ON n.id = 'node_' || lpad(to_hex(s.i + 1), 12, '0');
INSERT INTO service_accounts (username, client_id, salt, hash)
    VALUES ('wfm-server-bench', 'wfm-server-bench', decode(md5('daemon'), 'hex'), sha256(decode(md5('daemon'), 'hex') || 'bench-daemon'::bytea));
COMMIT;
ANALYZE;
