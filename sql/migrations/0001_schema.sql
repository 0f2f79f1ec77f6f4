-- SPDX-License-Identifier: Apache-2.0
-- The schema of record. docs/database.md explains it; daemon/store and plugin/replica are its only readers and writers.
-- The migration runner has created schema loomgate and set search_path to it before this file runs.

-- Identifiers: a prefix and the first 12 hex digits of a random UUID.
-- Ids and hashes are bytes to us: compared as such they cost the indexes of a large mesh a third less.
CREATE DOMAIN config_id AS text COLLATE "C" CHECK (VALUE ~ '^cfg_[0-9a-f]{12}$');
CREATE DOMAIN node_id AS text COLLATE "C" CHECK (VALUE ~ '^node_[0-9a-f]{12}$');
CREATE DOMAIN sha256_hex AS text COLLATE "C" CHECK (VALUE ~ '^([0-9a-f]{64})?$');
CREATE DOMAIN port_number AS integer CHECK (VALUE BETWEEN 1 AND 65535);

-- ---------------------------------------------------------------------------------------------------------------------
-- Accounts and settings

CREATE TABLE accounts (
    id                  bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    username            text NOT NULL CHECK (username = lower(username) AND length(username) BETWEEN 1 AND 64),
    display_name        text NOT NULL DEFAULT '',
    role                text NOT NULL CHECK (role IN ('admin')),
    enabled             boolean NOT NULL DEFAULT true,
    password_hash       text NOT NULL,
    password_changed_at timestamptz NOT NULL DEFAULT now(),
    created_at          timestamptz NOT NULL DEFAULT now(),
    updated_at          timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT accounts_username_key UNIQUE (username)
);

-- One row per setting: plain text in value, secrets AES-GCM sealed in sealed_value.
CREATE TABLE settings (
    key          text PRIMARY KEY CHECK (key ~ '^[a-z0-9_.]{1,64}$'),
    value        text,
    sealed_value bytea,
    updated_at   timestamptz NOT NULL DEFAULT now(),
    CHECK ((value IS NULL) <> (sealed_value IS NULL))
);

-- ---------------------------------------------------------------------------------------------------------------------
-- Configs, nodes, links

CREATE TABLE configs (
    id                       config_id PRIMARY KEY,
    seq                      bigint GENERATED ALWAYS AS IDENTITY,
    name                     text NOT NULL CHECK (name ~ '^[a-zA-Z0-9_=+.-]{1,32}$'),
    description              text NOT NULL DEFAULT '',
    enabled                  boolean NOT NULL DEFAULT true,
    virtual_subnet           cidr NOT NULL,
    default_listen_port      port_number NOT NULL,
    default_mtu              integer CHECK (default_mtu BETWEEN 576 AND 65535),
    default_dns              text,
    auto_sync                boolean NOT NULL DEFAULT true,
    tunnel_protocol          text NOT NULL DEFAULT 'wireguard' CHECK (tunnel_protocol IN ('wireguard', 'amneziawg')),
    previous_tunnel_protocol text CHECK (previous_tunnel_protocol IN ('wireguard', 'amneziawg')),
    awg_version              text CHECK (awg_version IN ('1.5', '2.0', '3.1')),
    awg_options              jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(awg_options) = 'object'),
    awg_header_key_sealed    bytea,
    awg_s1 integer CHECK (awg_s1 BETWEEN 0 AND 65535),
    awg_s2 integer CHECK (awg_s2 BETWEEN 0 AND 65535),
    awg_s3 integer CHECK (awg_s3 BETWEEN 0 AND 65535),
    awg_s4 integer CHECK (awg_s4 BETWEEN 0 AND 65535),
    awg_h1 text, awg_h2 text, awg_h3 text, awg_h4 text,
    created_at               timestamptz NOT NULL DEFAULT now(),
    updated_at               timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT configs_name_key UNIQUE (name),
    CONSTRAINT configs_awg_protocol_check CHECK ((tunnel_protocol = 'wireguard') = (awg_version IS NULL))
);

CREATE TABLE nodes (
    id                 node_id PRIMARY KEY,
    seq                bigint GENERATED ALWAYS AS IDENTITY,
    config_id          config_id NOT NULL REFERENCES configs ON DELETE CASCADE,
    name               text NOT NULL CHECK (length(name) BETWEEN 1 AND 128 AND name !~ '[[:cntrl:]]'),
    ipv4_address       text CHECK (ipv4_address !~ '[[:cntrl:]]'),
    ipv6_address       text CHECK (ipv6_address !~ '[[:cntrl:]]'),
    listen_port        port_number,
    virtual_ip         text CHECK (virtual_ip !~ '[[:cntrl:]]'),
    -- The address of virtual_ip without its prefix: what two nodes of a config must not share.
    virtual_address    inet GENERATED ALWAYS AS (host(virtual_ip::inet)::inet) STORED,
    mtu                integer CHECK (mtu BETWEEN 576 AND 65535),
    dns                text CHECK (dns !~ '[[:cntrl:]]'),
    auto_sync          boolean NOT NULL DEFAULT true,
    enabled            boolean NOT NULL DEFAULT true,
    node_type          text NOT NULL DEFAULT 'dynamic' CHECK (node_type IN ('dynamic', 'static')),
    public_key         text NOT NULL CHECK (length(public_key) = 44),
    private_key_sealed bytea NOT NULL,
    tags               text[] NOT NULL DEFAULT '{}',
    pre_up             text[] NOT NULL DEFAULT '{}',
    post_up            text[] NOT NULL DEFAULT '{}',
    pre_down           text[] NOT NULL DEFAULT '{}',
    post_down          text[] NOT NULL DEFAULT '{}',
    awg_jc   integer CHECK (awg_jc BETWEEN 0 AND 65535),
    awg_jmin integer CHECK (awg_jmin BETWEEN 0 AND 65535),
    awg_jmax integer CHECK (awg_jmax BETWEEN 0 AND 65535),
    awg_i1 text, awg_i2 text, awg_i3 text, awg_i4 text, awg_i5 text,
    awg_options        jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(awg_options) = 'object'),
    created_at         timestamptz NOT NULL DEFAULT now(),
    updated_at         timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT nodes_id_config_key UNIQUE (id, config_id),
    CONSTRAINT nodes_virtual_address_key UNIQUE (config_id, virtual_address)
);
CREATE INDEX nodes_config_order ON nodes (config_id, created_at, seq);

-- What belongs to a node carries the config of that node, which never changes. This is not left to foreign keys on (id, config_id):
-- one of those may be checked over an index of config_id, that is by reading the nodes of the whole config for every row.
CREATE FUNCTION rows_stay_in_config() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    -- A look-up per row and not a join: for a batch of a hundred rows a join reads all nodes.
    IF EXISTS (SELECT FROM new_rows r WHERE r.config_id <> (SELECT n.config_id FROM nodes n WHERE n.id = r.node_id)) THEN
        RAISE EXCEPTION 'a row of a node belongs to the config of that node'
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = TG_TABLE_NAME || '_one_config';
    END IF;
    RETURN NULL;
END $$;

-- Those keys would also have kept a node, and what belongs to it, from being moved to another config.
CREATE FUNCTION refuse_to_move() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'what belongs to a config stays there'
        USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = TG_TABLE_NAME || '_one_config';
END $$;
CREATE TRIGGER nodes_stay BEFORE UPDATE OF config_id ON nodes
    FOR EACH ROW WHEN (OLD.config_id <> NEW.config_id) EXECUTE FUNCTION refuse_to_move();

CREATE TABLE config_tags (
    config_id  config_id NOT NULL REFERENCES configs ON DELETE CASCADE,
    name       text NOT NULL CHECK (length(name) BETWEEN 1 AND 64),
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (config_id, name)
);

-- A link group joins two nodes; its two peer_links are the directions. What both directions must share stands here.
-- A whole mesh is written at once (300 nodes: 44,850 groups), so what can be checked per statement is checked by the triggers
-- below. The foreign keys have one column: a check on (id, config_id) may be planned over an index of config_id, which
-- would read the mesh once per row of it.
CREATE TABLE link_groups (
    -- In these two tables, of which a large mesh writes a hundred thousand rows at once, what a regular expression would check is
    -- checked by translate(), in a fifth of the time; and what a foreign key would check row by row is checked once per statement.
    id                   text COLLATE "C" PRIMARY KEY
                         CHECK (length(id) = 18 AND starts_with(id, 'group_') AND translate(substr(id, 7), '0123456789abcdef', '') = ''),
    seq                  bigint GENERATED ALWAYS AS IDENTITY,
    config_id            text COLLATE "C" NOT NULL,
    forward_node_id      text COLLATE "C" NOT NULL,
    reverse_node_id      text COLLATE "C" NOT NULL,
    enabled              boolean NOT NULL DEFAULT true,
    preshared_key_sealed bytea,
    notes                text NOT NULL DEFAULT '',
    created_at           timestamptz NOT NULL DEFAULT now(),
    updated_at           timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT link_groups_two_nodes CHECK (forward_node_id <> reverse_node_id)
);
CREATE INDEX link_groups_config ON link_groups (config_id, seq);
-- No indexes by node: a group's directions stand in peer_links, one of them with that node as its local one.

CREATE TABLE peer_links (
    id                   text COLLATE "C" PRIMARY KEY
                         CHECK (length(id) = 18 AND starts_with(id, 'plink_') AND translate(substr(id, 7), '0123456789abcdef', '') = ''),
    seq                  bigint GENERATED ALWAYS AS IDENTITY,
    config_id            text COLLATE "C" NOT NULL,
    link_group_id        text COLLATE "C" NOT NULL,
    direction            text NOT NULL CHECK (direction IN ('forward', 'reverse')),
    local_node_id        text COLLATE "C" NOT NULL,
    peer_node_id         text COLLATE "C" NOT NULL,
    allowed_ips          text NOT NULL CHECK (allowed_ips <> '' AND translate(allowed_ips, '0123456789abcdefABCDEF:./,', '') = ''),
    persistent_keepalive integer CHECK (persistent_keepalive BETWEEN 0 AND 65535),
    endpoint_mode        text NOT NULL CHECK (endpoint_mode IN ('auto', 'none', 'manual')),
    endpoint_ref_family  text CHECK (endpoint_ref_family IN ('ipv4', 'ipv6')),
    endpoint_manual_host text CHECK (endpoint_manual_host !~ '[[:cntrl:]]'),
    endpoint_port_mode   text NOT NULL CHECK (endpoint_port_mode IN ('ref_peer_listen_port', 'manual')),
    endpoint_manual_port port_number,
    created_at           timestamptz NOT NULL DEFAULT now(),
    updated_at           timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT peer_links_direction_key UNIQUE (link_group_id, direction),
    CONSTRAINT peer_links_family_check CHECK ((endpoint_mode = 'auto') = (endpoint_ref_family IS NOT NULL)),
    CONSTRAINT peer_links_manual_check CHECK (endpoint_mode <> 'manual'
        OR (endpoint_manual_host IS NOT NULL AND endpoint_manual_port IS NOT NULL AND endpoint_port_mode = 'manual'))
);
CREATE INDEX peer_links_config ON peer_links (config_id, seq);
-- No index by peer either: the other direction of the group has that node as its local one.
CREATE INDEX peer_links_local ON peer_links (local_node_id, seq);

-- Both nodes of a group exist and belong to its config. A node never changes its config, so new groups are all there is to
-- check; the lock is the one that a foreign key would take, so that no node goes while a group to it is on its way.
CREATE FUNCTION link_groups_stay_in_config() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
    is_missing boolean;
    is_foreign boolean;
BEGIN
    WITH ends AS (SELECT forward_node_id AS id, config_id FROM new_rows UNION SELECT reverse_node_id, config_id FROM new_rows),
         held AS MATERIALIZED (SELECT id, config_id FROM nodes WHERE id IN (SELECT id FROM ends) ORDER BY id FOR KEY SHARE)
    SELECT bool_or(h.id IS NULL), bool_or(h.config_id <> e.config_id) INTO is_missing, is_foreign
      FROM ends e LEFT JOIN held h ON h.id = e.id;
    IF is_missing THEN
        RAISE EXCEPTION 'a link group joins nodes that exist' USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'link_groups_nodes';
    END IF;
    IF is_foreign THEN
        RAISE EXCEPTION 'a link group joins nodes of its own config'
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'link_groups_one_config';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER link_groups_one_config AFTER INSERT ON link_groups
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION link_groups_stay_in_config();

-- The directions of a group run between its two nodes, never change them, and end with it.
CREATE FUNCTION peer_links_follow_group() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    IF EXISTS (SELECT FROM new_rows l LEFT JOIN link_groups g ON g.id = l.link_group_id
                WHERE (l.config_id, CASE l.direction WHEN 'forward' THEN l.local_node_id ELSE l.peer_node_id END,
                       CASE l.direction WHEN 'forward' THEN l.peer_node_id ELSE l.local_node_id END)
                      IS DISTINCT FROM (g.config_id, g.forward_node_id, g.reverse_node_id)) THEN
        RAISE EXCEPTION 'a link direction runs between the nodes of its group'
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'peer_links_same_nodes';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER peer_links_same_nodes AFTER INSERT ON peer_links
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION peer_links_follow_group();

CREATE FUNCTION link_groups_end_with_node() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    DELETE FROM link_groups WHERE id IN
        (SELECT link_group_id FROM peer_links WHERE local_node_id IN (SELECT id FROM old_rows));
    RETURN NULL;
END $$;
CREATE TRIGGER link_groups_cascade AFTER DELETE ON nodes
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION link_groups_end_with_node();

CREATE FUNCTION peer_links_end_with_group() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    DELETE FROM peer_links WHERE link_group_id IN (SELECT id FROM old_rows);
    RETURN NULL;
END $$;
CREATE TRIGGER peer_links_cascade AFTER DELETE ON link_groups
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION peer_links_end_with_group();

-- How many topology errors a config has, counted when a write asks. Whatever the count was made of changes, by whatever hand:
-- the row goes, and whoever wants to know counts again.
CREATE TABLE config_topology (
    config_id   config_id PRIMARY KEY REFERENCES configs ON DELETE CASCADE,
    error_count integer NOT NULL
);

CREATE FUNCTION topology_links_changed() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    DELETE FROM config_topology WHERE config_id IN (SELECT DISTINCT config_id FROM changed_rows);
    RETURN NULL;
END $$;
CREATE TRIGGER link_groups_topology_insert AFTER INSERT ON link_groups
    REFERENCING NEW TABLE AS changed_rows FOR EACH STATEMENT EXECUTE FUNCTION topology_links_changed();
CREATE TRIGGER link_groups_topology_delete AFTER DELETE ON link_groups
    REFERENCING OLD TABLE AS changed_rows FOR EACH STATEMENT EXECUTE FUNCTION topology_links_changed();
CREATE TRIGGER link_groups_topology_update AFTER UPDATE ON link_groups
    REFERENCING NEW TABLE AS changed_rows FOR EACH STATEMENT EXECUTE FUNCTION topology_links_changed();
CREATE TRIGGER peer_links_topology_insert AFTER INSERT ON peer_links
    REFERENCING NEW TABLE AS changed_rows FOR EACH STATEMENT EXECUTE FUNCTION topology_links_changed();
CREATE TRIGGER peer_links_topology_delete AFTER DELETE ON peer_links
    REFERENCING OLD TABLE AS changed_rows FOR EACH STATEMENT EXECUTE FUNCTION topology_links_changed();
CREATE TRIGGER peer_links_topology_update AFTER UPDATE ON peer_links
    REFERENCING NEW TABLE AS changed_rows FOR EACH STATEMENT EXECUTE FUNCTION topology_links_changed();

-- A new node has no links yet, and the links of a deleted one are deleted with it.
CREATE FUNCTION topology_nodes_changed() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    DELETE FROM config_topology WHERE config_id IN (
        SELECT n.config_id FROM new_rows n JOIN old_rows o ON o.id = n.id
         WHERE (n.enabled, n.ipv4_address, n.ipv6_address) IS DISTINCT FROM (o.enabled, o.ipv4_address, o.ipv6_address));
    RETURN NULL;
END $$;
CREATE TRIGGER nodes_topology_update AFTER UPDATE ON nodes
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION topology_nodes_changed();

CREATE TABLE port_forward_rules (
    id           text PRIMARY KEY CHECK (id ~ '^pf_[0-9a-f]{12}$'),
    seq          bigint GENERATED ALWAYS AS IDENTITY,
    config_id    config_id NOT NULL REFERENCES configs ON DELETE CASCADE,
    from_node_id node_id NOT NULL,
    to_node_id   node_id NOT NULL,
    from_port    port_number NOT NULL,
    to_port      port_number NOT NULL,
    to_platform  text NOT NULL CHECK (to_platform IN ('linux', 'darwin')),
    protocol     text NOT NULL DEFAULT 'tcp' CHECK (protocol IN ('tcp', 'udp', 'all')),
    enabled      boolean NOT NULL DEFAULT true,
    created_at   timestamptz NOT NULL DEFAULT now(),
    updated_at   timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT port_forward_two_nodes CHECK (from_node_id <> to_node_id),
    CONSTRAINT port_forward_from_fkey FOREIGN KEY (from_node_id, config_id) REFERENCES nodes (id, config_id) ON DELETE CASCADE,
    CONSTRAINT port_forward_to_fkey FOREIGN KEY (to_node_id, config_id) REFERENCES nodes (id, config_id) ON DELETE CASCADE
);
CREATE INDEX port_forward_config ON port_forward_rules (config_id);
CREATE INDEX port_forward_from ON port_forward_rules (from_node_id);
CREATE INDEX port_forward_to ON port_forward_rules (to_node_id);
-- 'all' takes both the tcp and the udp slot of a port.
CREATE UNIQUE INDEX port_forward_tcp_slot ON port_forward_rules (to_node_id, to_port) WHERE protocol IN ('tcp', 'all');
CREATE UNIQUE INDEX port_forward_udp_slot ON port_forward_rules (to_node_id, to_port) WHERE protocol IN ('udp', 'all');

-- ---------------------------------------------------------------------------------------------------------------------
-- What a node should run, what it was given, what it said it runs

-- Each rendered text once, sealed; the three layers of node_config_state and open commands refer to it by hash. Protocol and
-- version are those of the config when the text was made: a device needs the tools that fit the text.
CREATE TABLE node_texts (
    node_id         node_id NOT NULL REFERENCES nodes ON DELETE CASCADE,
    sha256          sha256_hex NOT NULL CHECK (sha256 <> ''),
    text_sealed     bytea NOT NULL,
    tunnel_protocol text NOT NULL DEFAULT 'wireguard' CHECK (tunnel_protocol IN ('wireguard', 'amneziawg')),
    awg_version     text CHECK (awg_version IN ('1.5', '2.0', '3.1')),
    created_at      timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (node_id, sha256)
);
-- Sealed bytes do not shrink, so nobody shall try.
ALTER TABLE node_texts ALTER COLUMN text_sealed SET STORAGE EXTERNAL;

CREATE TABLE node_config_state (
    node_id                node_id PRIMARY KEY,
    config_id              config_id NOT NULL,
    desired_sha256         sha256_hex NOT NULL DEFAULT '',
    desired_version        integer NOT NULL DEFAULT 0,
    desired_generated_at   timestamptz,
    staged_sha256          sha256_hex NOT NULL DEFAULT '',
    staged_version         integer NOT NULL DEFAULT 0,
    staged_updated_at      timestamptz,
    confirmed_sha256       sha256_hex NOT NULL DEFAULT '',
    confirmed_version      integer NOT NULL DEFAULT 0,
    confirmed_updated_at   timestamptz,
    reported_local_sha256  sha256_hex NOT NULL DEFAULT '',
    reported_local_version integer NOT NULL DEFAULT 0,
    -- Staging lags behind. A column, and not only the condition of the index below: so the planner knows how rare it is.
    due                    boolean NOT NULL GENERATED ALWAYS AS (staged_sha256 <> desired_sha256 OR staged_version < desired_version) STORED,
    created_at             timestamptz NOT NULL DEFAULT now(),
    updated_at             timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT node_config_state_node_fkey FOREIGN KEY (node_id) REFERENCES nodes ON DELETE CASCADE
);
CREATE TRIGGER node_config_state_one_config AFTER INSERT ON node_config_state
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION rows_stay_in_config();
CREATE TRIGGER node_config_state_stay BEFORE UPDATE OF node_id, config_id ON node_config_state
    FOR EACH ROW WHEN (OLD.node_id <> NEW.node_id OR OLD.config_id <> NEW.config_id) EXECUTE FUNCTION refuse_to_move();
CREATE INDEX node_config_state_config ON node_config_state (config_id);
CREATE INDEX node_config_state_due ON node_config_state (config_id) WHERE due;

-- The last bulk download, a sealed ZIP file: at most one row. A new one replaces it; after an hour it is gone.
CREATE TABLE config_packages (
    one            boolean NOT NULL DEFAULT true CHECK (one),
    id             text PRIMARY KEY CHECK (id ~ '^bulk_[0-9a-f]{12}$'),
    config_id      config_id NOT NULL REFERENCES configs ON DELETE CASCADE,
    content_sealed bytea NOT NULL,
    created_at     timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT config_packages_one UNIQUE (one)
);

-- ---------------------------------------------------------------------------------------------------------------------
-- The agent of a node: its binding (changes seldom) and its runtime (changes all the time)

CREATE TABLE node_clients (
    node_id               node_id PRIMARY KEY,
    config_id             config_id NOT NULL,
    client_initialized    boolean NOT NULL DEFAULT false,
    client_platform       text NOT NULL DEFAULT '' CHECK (length(client_platform) <= 64),
    client_version        text NOT NULL DEFAULT '' CHECK (length(client_version) <= 64),
    client_hostname       text NOT NULL DEFAULT '' CHECK (length(client_hostname) <= 128),
    interface_name        text NOT NULL DEFAULT '',
    mqtt_username         text NOT NULL DEFAULT '',
    mqtt_client_id        text NOT NULL DEFAULT '',
    mqtt_salt             bytea CHECK (length(mqtt_salt) = 16),
    mqtt_hash             bytea CHECK (length(mqtt_hash) = 32),
    bind_token_hash       sha256_hex NOT NULL DEFAULT '',
    bind_token_expires_at timestamptz,
    bind_token_used_at    timestamptz,
    bound_at              timestamptz,
    created_at            timestamptz NOT NULL DEFAULT now(),
    updated_at            timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT node_clients_node_fkey FOREIGN KEY (node_id) REFERENCES nodes ON DELETE CASCADE,
    CONSTRAINT node_clients_bound_check CHECK (NOT client_initialized
        OR (mqtt_username = node_id::text AND mqtt_client_id = 'wfm-' || node_id::text AND mqtt_salt IS NOT NULL AND mqtt_hash IS NOT NULL))
);
CREATE TRIGGER node_clients_one_config AFTER INSERT ON node_clients
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION rows_stay_in_config();
CREATE TRIGGER node_clients_stay BEFORE UPDATE OF node_id, config_id ON node_clients
    FOR EACH ROW WHEN (OLD.node_id <> NEW.node_id OR OLD.config_id <> NEW.config_id) EXECUTE FUNCTION refuse_to_move();
CREATE INDEX node_clients_config ON node_clients (config_id);
CREATE UNIQUE INDEX node_clients_bind_token ON node_clients (bind_token_hash) WHERE bind_token_hash <> '';

CREATE TABLE node_runtime (
    node_id                       node_id PRIMARY KEY,
    config_id                     config_id NOT NULL,
    online                        boolean NOT NULL DEFAULT false,
    connectivity_state            text NOT NULL DEFAULT 'offline' CHECK (connectivity_state IN ('unknown', 'online', 'offline', 'probing')),
    wg_running                    boolean NOT NULL DEFAULT false,
    wg_runtime_state              text NOT NULL DEFAULT 'unknown' CHECK (wg_runtime_state IN ('unknown', 'running', 'stopped')),
    config_sync_state             text NOT NULL DEFAULT 'pending' CHECK (config_sync_state IN ('unknown', 'pending', 'in_sync', 'failed')),
    peers_online                  integer NOT NULL DEFAULT 0,
    peers_total                   integer NOT NULL DEFAULT 0,
    last_seen                     timestamptz,
    last_probe_sent_at            timestamptz,
    last_probe_ack_at             timestamptz,
    last_control_channel_seen_at  timestamptz,
    heartbeat_client_online       boolean NOT NULL DEFAULT false,
    heartbeat_wg_online           boolean NOT NULL DEFAULT false,
    detect_client_online          boolean NOT NULL DEFAULT false,
    detect_wg_online              boolean NOT NULL DEFAULT false,
    last_config_sync_error        text NOT NULL DEFAULT '',
    last_connectivity_reason      text NOT NULL DEFAULT '',
    client_downloaded             boolean NOT NULL DEFAULT false,
    client_downloaded_at          timestamptz,
    -- presence: what the agent and the broker said of the session
    client_presence_state         text NOT NULL DEFAULT 'offline' CHECK (client_presence_state IN ('online', 'dropped', 'offline')),
    boot_id                       text NOT NULL DEFAULT '',
    session_id                    text NOT NULL DEFAULT '',
    last_heartbeat_at             timestamptz,
    last_detect_ack_at            timestamptz,
    last_reachable_at             timestamptz,
    last_offline_at               timestamptz,
    last_will_at                  timestamptz,
    last_event                    text NOT NULL DEFAULT '',
    last_event_at                 timestamptz,
    created_at                    timestamptz NOT NULL DEFAULT now(),
    updated_at                    timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT node_runtime_node_fkey FOREIGN KEY (node_id) REFERENCES nodes ON DELETE CASCADE
) WITH (fillfactor = 70);
CREATE TRIGGER node_runtime_one_config AFTER INSERT ON node_runtime
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION rows_stay_in_config();
CREATE TRIGGER node_runtime_stay BEFORE UPDATE OF node_id, config_id ON node_runtime
    FOR EACH ROW WHEN (OLD.node_id <> NEW.node_id OR OLD.config_id <> NEW.config_id) EXECUTE FUNCTION refuse_to_move();
CREATE INDEX node_runtime_config ON node_runtime (config_id);

-- ---------------------------------------------------------------------------------------------------------------------
-- Commands and what agents report

CREATE TABLE commands (
    id             text PRIMARY KEY CHECK (id ~ '^elog_[0-9a-f]{12}$'),
    seq            bigint GENERATED ALWAYS AS IDENTITY,
    request_id     text NOT NULL CHECK (request_id ~ '^[0-9a-f]{32}$'),
    config_id      config_id NOT NULL,
    node_id        node_id NOT NULL,
    action         text NOT NULL CHECK (action IN ('probe', 'start', 'stop', 'restart', 'wg_show', 'sync', 'push_config')),
    status         text NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'acked', 'failed', 'timeout', 'simulated')),
    requested_by   text NOT NULL,
    summary        text NOT NULL DEFAULT '',
    detail         text NOT NULL DEFAULT '',
    pushed_version integer,
    pushed_sha256  sha256_hex,
    requested_at   timestamptz NOT NULL DEFAULT now(),
    -- Set when the broker accepted the publish; the deadline runs from there, one command of a node after the other.
    sent_at        timestamptz,
    deadline_at    timestamptz,
    ack_at         timestamptz,
    created_at     timestamptz NOT NULL DEFAULT now(),
    updated_at     timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT commands_request_id_key UNIQUE (request_id),
    CONSTRAINT commands_node_fkey FOREIGN KEY (node_id) REFERENCES nodes ON DELETE CASCADE,
    CONSTRAINT commands_push_check CHECK ((action = 'push_config') = (pushed_sha256 IS NOT NULL AND pushed_version IS NOT NULL))
);
CREATE TRIGGER commands_one_config AFTER INSERT ON commands
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION rows_stay_in_config();
CREATE TRIGGER commands_stay BEFORE UPDATE OF node_id, config_id ON commands
    FOR EACH ROW WHEN (OLD.node_id <> NEW.node_id OR OLD.config_id <> NEW.config_id) EXECUTE FUNCTION refuse_to_move();
CREATE INDEX commands_node ON commands (node_id, seq DESC);
CREATE INDEX commands_open ON commands (node_id) WHERE status = 'pending';
CREATE INDEX commands_deadline ON commands (deadline_at) WHERE status = 'pending' AND deadline_at IS NOT NULL;
-- At most one open push per node: a newer staged text replaces one that was not sent yet.
CREATE UNIQUE INDEX commands_open_push ON commands (node_id) WHERE status = 'pending' AND action = 'push_config';

CREATE TABLE agent_events (
    id         text PRIMARY KEY CHECK (id ~ '^elog_[0-9a-f]{12}$'),
    seq        bigint GENERATED ALWAYS AS IDENTITY,
    request_id text NOT NULL CHECK (request_id ~ '^[0-9a-f]{32}$'),
    config_id  config_id NOT NULL,
    node_id    node_id NOT NULL,
    event      text NOT NULL,
    summary    text NOT NULL DEFAULT '',
    detail     text NOT NULL DEFAULT '',
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT agent_events_node_fkey FOREIGN KEY (node_id) REFERENCES nodes ON DELETE CASCADE
);
CREATE TRIGGER agent_events_one_config AFTER INSERT ON agent_events
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION rows_stay_in_config();
CREATE TRIGGER agent_events_stay BEFORE UPDATE OF node_id, config_id ON agent_events
    FOR EACH ROW WHEN (OLD.node_id <> NEW.node_id OR OLD.config_id <> NEW.config_id) EXECUTE FUNCTION refuse_to_move();
CREATE INDEX agent_events_node ON agent_events (node_id, seq DESC);

-- ---------------------------------------------------------------------------------------------------------------------
-- Outbox (what brokers and devices must be told), changes (what browsers may want to know), audit

CREATE TABLE outbox (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind         text NOT NULL CHECK (kind IN ('publish', 'kick', 'account_upsert', 'account_delete')),
    -- What the work is about: a request id for publish, a client id or username otherwise.
    target       text NOT NULL,
    -- Work of one lane is done in order: the node id for publishes.
    lane         text NOT NULL,
    payload      jsonb NOT NULL DEFAULT '{}',
    attempts     integer NOT NULL DEFAULT 0,
    available_at timestamptz NOT NULL DEFAULT now(),
    leased_until timestamptz,
    leased_by    text,
    parked_at    timestamptz,
    last_error   text NOT NULL DEFAULT '',
    created_at   timestamptz NOT NULL DEFAULT now()
);
-- Newer work for the same target supersedes older work that nobody has leased yet.
CREATE UNIQUE INDEX outbox_waiting ON outbox (kind, target) WHERE leased_until IS NULL AND parked_at IS NULL;
CREATE INDEX outbox_ready ON outbox (available_at, id) WHERE parked_at IS NULL;
CREATE INDEX outbox_lane ON outbox (kind, lane, id) WHERE parked_at IS NULL;

-- Open questions to agents whether they are there; one per node. The leader asks them and ends them.
CREATE TABLE probes (
    node_id    node_id PRIMARY KEY,
    config_id  config_id NOT NULL,
    request_id text NOT NULL CHECK (request_id ~ '^[0-9a-f]{32}$'),
    asked_at   timestamptz NOT NULL DEFAULT now(),
    -- By the clock that stamps what agents say.
    sent_at    timestamptz,
    CONSTRAINT probes_node_fkey FOREIGN KEY (node_id) REFERENCES nodes ON DELETE CASCADE
);
CREATE TRIGGER probes_one_config AFTER INSERT ON probes
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION rows_stay_in_config();
CREATE TRIGGER probes_stay BEFORE UPDATE OF node_id, config_id ON probes
    FOR EACH ROW WHEN (OLD.node_id <> NEW.node_id OR OLD.config_id <> NEW.config_id) EXECUTE FUNCTION refuse_to_move();

-- Which daemons serve event streams: nobody's devices are woken for an empty room.
CREATE TABLE event_listeners (
    instance text PRIMARY KEY,
    streams  integer NOT NULL,
    seen_at  timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE changes (
    id        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    -- Ids are given before commit; readers go by transactions, so that none is overtaken (daemon/store/change_feed.h).
    tx        xid8 NOT NULL DEFAULT pg_current_xact_id(),
    type      text NOT NULL,
    config_id text,
    node_id   text,
    ref       text,
    at        timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX changes_at ON changes (at);
CREATE INDEX changes_tx ON changes (tx);

CREATE TABLE audit_log (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at         timestamptz NOT NULL DEFAULT now(),
    actor_kind text NOT NULL CHECK (actor_kind IN ('admin', 'mcp', 'agent', 'system')),
    actor      text NOT NULL DEFAULT '',
    action     text NOT NULL,
    config_id  text,
    node_id    text,
    target     text NOT NULL DEFAULT '',
    summary    text NOT NULL DEFAULT '',
    request_id text NOT NULL DEFAULT ''
);
CREATE INDEX audit_log_at ON audit_log (at);

-- ---------------------------------------------------------------------------------------------------------------------
-- Brokers

-- MQTT accounts of daemons; a row lives as long as the daemon that made it keeps its heartbeat.
CREATE TABLE service_accounts (
    username     text PRIMARY KEY CHECK (username ~ '^wfm-server-[0-9a-z-]{1,40}$'),
    client_id    text NOT NULL CHECK (client_id = username),
    salt         bytea NOT NULL CHECK (length(salt) = 16),
    hash         bytea NOT NULL CHECK (length(hash) = 32),
    created_at   timestamptz NOT NULL DEFAULT now(),
    heartbeat_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE brokers (
    id             text PRIMARY KEY CHECK (id ~ '^[A-Za-z0-9._-]{1,64}$'),
    kind           text NOT NULL CHECK (kind IN ('mosquitto', 'emqx')),
    boot_id        text NOT NULL,
    broker_version text NOT NULL DEFAULT '',
    plugin_version text NOT NULL DEFAULT '',
    counters       jsonb NOT NULL DEFAULT '{}',
    started_at     timestamptz NOT NULL DEFAULT now(),
    heartbeat_at   timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE broker_sessions (
    broker_id    text NOT NULL REFERENCES brokers ON DELETE CASCADE,
    client_id    text NOT NULL,
    boot_id      text NOT NULL,
    username     text NOT NULL,
    -- Grows with every accepted login at one broker boot: an event of an older epoch changes nothing.
    epoch        bigint NOT NULL,
    address      text NOT NULL DEFAULT '',
    connected_at timestamptz NOT NULL,
    ended_at     timestamptz,
    end_reason   integer,
    -- True until the daemon has shown this state in node_runtime.
    unseen       boolean NOT NULL DEFAULT true,
    PRIMARY KEY (broker_id, client_id)
) WITH (fillfactor = 70);
CREATE INDEX broker_sessions_unseen ON broker_sessions (client_id) WHERE unseen;
CREATE INDEX broker_sessions_client ON broker_sessions (client_id) WHERE ended_at IS NULL;

-- ---------------------------------------------------------------------------------------------------------------------
-- MCP and snapshots

CREATE TABLE mcp_tokens (
    id           text PRIMARY KEY CHECK (id ~ '^mcp_[0-9a-f]{12}$'),
    name         text NOT NULL CHECK (length(name) BETWEEN 1 AND 128),
    token_sha256 sha256_hex NOT NULL CHECK (token_sha256 <> ''),
    token_sealed bytea NOT NULL,
    permission   text NOT NULL CHECK (permission IN ('read', 'write')),
    expires_at   timestamptz NOT NULL,
    revoked_at   timestamptz,
    created_at   timestamptz NOT NULL DEFAULT now(),
    updated_at   timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT mcp_tokens_token_key UNIQUE (token_sha256)
);

CREATE TABLE mcp_audit_logs (
    id                    text PRIMARY KEY CHECK (id ~ '^mcpaudit_[0-9a-f]{12}$'),
    seq                   bigint GENERATED ALWAYS AS IDENTITY,
    token_id              text REFERENCES mcp_tokens ON DELETE SET NULL,
    token_name            text NOT NULL DEFAULT '',
    permission            text NOT NULL DEFAULT '',
    target_kind           text NOT NULL,
    target_name           text NOT NULL,
    summary               text NOT NULL DEFAULT '',
    impact                text NOT NULL DEFAULT '',
    confirmation_required boolean NOT NULL DEFAULT false,
    confirmation_result   text NOT NULL DEFAULT '',
    result                text NOT NULL,
    error_code            text NOT NULL DEFAULT '',
    created_at            timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX mcp_audit_logs_token ON mcp_audit_logs (token_id);
CREATE INDEX mcp_audit_logs_time ON mcp_audit_logs (created_at DESC, seq DESC);

-- An index of the snapshot files on disk, rebuilt by looking at them.
CREATE TABLE backups (
    id         text PRIMARY KEY,
    name       text NOT NULL,
    path       text NOT NULL,
    size       bigint NOT NULL DEFAULT 0,
    note       text NOT NULL DEFAULT '',
    created_at timestamptz NOT NULL DEFAULT now()
);

-- ---------------------------------------------------------------------------------------------------------------------
-- Who may connect to a broker, and how a broker hears of a change

CREATE VIEW broker_settings AS
    SELECT coalesce((SELECT value = 'true' FROM settings WHERE key = 'mqtt_services_enabled'), true) AS mqtt_services_enabled;

CREATE VIEW access AS
    SELECT 'node'::text AS kind, c.mqtt_username AS username, c.mqtt_client_id AS client_id,
           n.config_id::text AS config_id, n.id::text AS node_id, c.mqtt_salt AS salt, c.mqtt_hash AS hash
      FROM node_clients c
      JOIN nodes n ON n.id = c.node_id
      JOIN configs g ON g.id = n.config_id
     WHERE c.client_initialized AND n.enabled AND n.node_type = 'dynamic' AND g.enabled
       AND (SELECT mqtt_services_enabled FROM broker_settings)
    UNION ALL
    SELECT 'daemon', s.username, s.client_id, NULL, NULL, s.salt, s.hash
      FROM service_accounts s
     WHERE (SELECT mqtt_services_enabled FROM broker_settings);

-- A notification names the usernames whose right to connect may have changed; '*' asks for a full reload.
CREATE FUNCTION notify_access(usernames text[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF usernames IS NULL OR cardinality(usernames) = 0 THEN
        RETURN;
    END IF;
    PERFORM pg_notify('loomgate_access', CASE WHEN cardinality(usernames) > 100 THEN '*' ELSE array_to_string(usernames, ' ') END);
END $$;

CREATE FUNCTION nodes_access_changed() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        PERFORM notify_access((SELECT array_agg(id::text) FROM old_rows));
    ELSE
        PERFORM notify_access((SELECT array_agg(n.id::text) FROM new_rows n JOIN old_rows o USING (id)
                                WHERE (n.enabled, n.node_type, n.config_id) IS DISTINCT FROM (o.enabled, o.node_type, o.config_id)));
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER nodes_access_update AFTER UPDATE ON nodes
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION nodes_access_changed();
CREATE TRIGGER nodes_access_delete AFTER DELETE ON nodes
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION nodes_access_changed();

CREATE FUNCTION clients_access_changed() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        PERFORM notify_access((SELECT array_agg(node_id::text) FROM new_rows WHERE client_initialized));
    ELSIF TG_OP = 'DELETE' THEN
        PERFORM notify_access((SELECT array_agg(node_id::text) FROM old_rows WHERE client_initialized));
    ELSE
        PERFORM notify_access((SELECT array_agg(n.node_id::text) FROM new_rows n JOIN old_rows o USING (node_id)
                                WHERE (n.client_initialized, n.mqtt_username, n.mqtt_client_id, n.mqtt_salt, n.mqtt_hash)
                                      IS DISTINCT FROM (o.client_initialized, o.mqtt_username, o.mqtt_client_id, o.mqtt_salt, o.mqtt_hash)));
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER clients_access_insert AFTER INSERT ON node_clients
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION clients_access_changed();
CREATE TRIGGER clients_access_update AFTER UPDATE ON node_clients
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION clients_access_changed();
CREATE TRIGGER clients_access_delete AFTER DELETE ON node_clients
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION clients_access_changed();

CREATE FUNCTION configs_access_changed() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    PERFORM notify_access((SELECT array_agg(c.node_id::text) FROM new_rows n JOIN old_rows o USING (id)
                             JOIN node_clients c ON c.config_id = n.id
                            WHERE n.enabled <> o.enabled AND c.client_initialized));
    RETURN NULL;
END $$;
CREATE TRIGGER configs_access_update AFTER UPDATE ON configs
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION configs_access_changed();

CREATE FUNCTION service_accounts_access_changed() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    PERFORM notify_access((SELECT array_agg(DISTINCT name) FROM unnest(ARRAY[OLD.username, NEW.username]) AS name WHERE name IS NOT NULL));
    RETURN NULL;
END $$;
CREATE TRIGGER service_accounts_access AFTER INSERT OR DELETE OR UPDATE OF username, client_id, salt, hash ON service_accounts
    FOR EACH ROW EXECUTE FUNCTION service_accounts_access_changed();

CREATE FUNCTION settings_access_changed() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    PERFORM pg_notify('loomgate_access', '*');
    RETURN NULL;
END $$;
CREATE TRIGGER settings_access_written AFTER INSERT OR UPDATE ON settings
    FOR EACH ROW WHEN (NEW.key = 'mqtt_services_enabled') EXECUTE FUNCTION settings_access_changed();
CREATE TRIGGER settings_access_deleted AFTER DELETE ON settings
    FOR EACH ROW WHEN (OLD.key = 'mqtt_services_enabled') EXECUTE FUNCTION settings_access_changed();
CREATE TRIGGER nodes_access_truncate AFTER TRUNCATE ON nodes FOR EACH STATEMENT EXECUTE FUNCTION settings_access_changed();
CREATE TRIGGER service_accounts_access_truncate AFTER TRUNCATE ON service_accounts FOR EACH STATEMENT EXECUTE FUNCTION settings_access_changed();
CREATE TRIGGER settings_access_truncate AFTER TRUNCATE ON settings FOR EACH STATEMENT EXECUTE FUNCTION settings_access_changed();
CREATE TRIGGER clients_access_truncate AFTER TRUNCATE ON node_clients FOR EACH STATEMENT EXECUTE FUNCTION settings_access_changed();

-- Wake-up calls for daemons; the rows are the truth, equal notifications of one transaction fold into one.
CREATE FUNCTION notify_channel() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify(TG_ARGV[0], '');
    RETURN NULL;
END $$;
CREATE TRIGGER outbox_wake AFTER INSERT OR UPDATE OF available_at ON outbox FOR EACH STATEMENT EXECUTE FUNCTION notify_channel('loomgate_outbox');
CREATE TRIGGER probes_wake AFTER INSERT ON probes FOR EACH STATEMENT EXECUTE FUNCTION notify_channel('loomgate_outbox');
CREATE TRIGGER changes_wake AFTER INSERT ON changes FOR EACH STATEMENT EXECUTE FUNCTION notify_channel('loomgate_changes');

-- What a broker may do, besides reading the two views: these functions, run with the owner's rights.
CREATE FUNCTION broker_register(p_broker text, p_kind text, p_boot text, p_broker_version text, p_plugin_version text)
    RETURNS void LANGUAGE sql SECURITY DEFINER SET search_path FROM CURRENT AS $$
    INSERT INTO brokers (id, kind, boot_id, broker_version, plugin_version) VALUES (p_broker, p_kind, p_boot, p_broker_version, p_plugin_version)
        ON CONFLICT (id) DO UPDATE SET boot_id = excluded.boot_id, broker_version = excluded.broker_version,
            plugin_version = excluded.plugin_version, heartbeat_at = now(),
            started_at = CASE WHEN brokers.boot_id = excluded.boot_id THEN brokers.started_at ELSE now() END;
    UPDATE broker_sessions SET ended_at = now(), end_reason = -2, unseen = true
        WHERE broker_id = p_broker AND boot_id <> p_boot AND ended_at IS NULL;
    SELECT pg_notify('loomgate_sessions', '');
$$;

CREATE FUNCTION broker_heartbeat(p_broker text, p_boot text, p_counters jsonb)
    RETURNS boolean LANGUAGE sql SECURITY DEFINER SET search_path FROM CURRENT AS $$
    WITH beat AS (UPDATE brokers SET heartbeat_at = now(), counters = p_counters WHERE id = p_broker AND boot_id = p_boot RETURNING 1)
    SELECT EXISTS (SELECT FROM beat);
$$;

-- One row per client of a batch: its newest session at this broker. ended_at null means it is open.
CREATE FUNCTION broker_record_sessions(p_broker text, p_boot text, p_client_ids text[], p_usernames text[], p_epochs bigint[],
                                       p_addresses text[], p_connected_at timestamptz[], p_ended_at timestamptz[], p_end_reasons integer[], p_now timestamptz)
    RETURNS void LANGUAGE sql SECURITY DEFINER SET search_path FROM CURRENT AS $$
    INSERT INTO broker_sessions AS s (broker_id, boot_id, client_id, username, epoch, address, connected_at, ended_at, end_reason)
        -- p_now is the broker's clock at this moment: times are compared across hosts, so a clock that is wrong is put right.
        SELECT p_broker, p_boot, r.client_id, r.username, r.epoch, r.address, r.connected_at + clock.error, r.ended_at + clock.error,
               r.end_reason
          FROM (SELECT CASE WHEN abs(extract(epoch FROM statement_timestamp() - p_now)) > 0.5 THEN statement_timestamp() - p_now
                            ELSE interval '0' END) AS clock (error), unnest(p_client_ids, p_usernames, p_epochs, p_addresses, p_connected_at, p_ended_at, p_end_reasons)
            AS r (client_id, username, epoch, address, connected_at, ended_at, end_reason)
        ON CONFLICT (broker_id, client_id) DO UPDATE SET boot_id = excluded.boot_id, username = excluded.username, epoch = excluded.epoch,
            address = excluded.address, connected_at = excluded.connected_at, ended_at = excluded.ended_at,
            end_reason = excluded.end_reason, unseen = true
        WHERE s.boot_id <> excluded.boot_id OR s.epoch < excluded.epoch
           OR (s.epoch = excluded.epoch AND s.ended_at IS NULL AND excluded.ended_at IS NOT NULL)
           -- -3: the daemon gave the session up because this broker was not heard of; it was there all the time.
           OR (s.epoch = excluded.epoch AND s.end_reason = -3 AND excluded.ended_at IS NULL);
    SELECT pg_notify('loomgate_sessions', '');
$$;
