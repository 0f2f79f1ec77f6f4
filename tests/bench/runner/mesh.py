# SPDX-License-Identifier: Apache-2.0
"""What writing and reading a mesh costs at size: loomgated on a throw-away PostgreSQL, asked over HTTP."""

import time

FULL_NODES = 300
HUB_NODES = (100, 1000, 5000)
RENAMES = 20


def measure(postgres, daemon, client, quick):
    figures = {"full_mesh": full_mesh(postgres, client, 60 if quick else FULL_NODES)}
    figures["peak_memory_mb"] = daemon.peak_memory_mb()
    figures["hub_spoke"] = [hub_spoke(postgres, client, nodes) for nodes in (HUB_NODES[:1] if quick else HUB_NODES)]
    return figures


def make_config(client, name, nodes):
    """A config with so many nodes, all with a public address; its id and the ids of the nodes."""
    config, _ = client.call("POST", "/configs", {"name": name, "virtual_subnet": "10.0.0.0/16"})
    ids = []
    for number in range(1, nodes + 1):
        address = f"10.0.{number // 250}.{number % 250 + 1}/32"
        node, _ = client.call("POST", f"/configs/{config['id']}/nodes", {"name": f"n{number}", "virtual_ip": address, "ipv4_address": f"198.51.{number // 250}.{number % 250}"})
        ids.append(node["id"])
    return config["id"], ids


def generate(client, config, **wish):
    return client.call("POST", f"/configs/{config}/mesh/quick-generate", wish)


def full_mesh(postgres, client, nodes):
    """Every node linked to every other, each link with a preshared key; then all of it once more over what is there."""
    config, _ = make_config(client, "full", nodes)
    answer, first = generate(client, config, mode="full_mesh", use_preshared_key=True)
    _, again = generate(client, config, mode="full_mesh", use_preshared_key=True)
    return {"nodes": nodes, "groups": answer["generated_groups"], "first_ms": round(first), "again_ms": round(again), "psql_ms": round(plain_inserts(postgres, config))}


def plain_inserts(postgres, config):
    """Milliseconds that psql takes to insert the same rows into the same tables, with nothing else around them."""
    columns = {"link_groups": "id, config_id, forward_node_id, reverse_node_id, enabled, preshared_key_sealed, notes",
               "peer_links": "id, config_id, link_group_id, direction, local_node_id, peer_node_id, allowed_ips, persistent_keepalive, endpoint_mode, endpoint_ref_family, endpoint_port_mode"}
    prepare = "".join(f"CREATE TEMP TABLE copy_{table} AS SELECT {names} FROM loomgate.{table} WHERE config_id = '{config}';" for table, names in columns.items())
    prepare += f"DELETE FROM loomgate.peer_links WHERE config_id = '{config}'; DELETE FROM loomgate.link_groups WHERE config_id = '{config}';"
    insert = "".join(f"INSERT INTO loomgate.{table} ({names}) SELECT * FROM copy_{table};" for table, names in columns.items())
    clock = "SELECT 'at ' || extract(epoch FROM clock_timestamp());"
    run = postgres.psql(f"BEGIN; {prepare} {clock} {insert} {clock} ROLLBACK;", role="loomgate", database="loomgate")
    begin, end = (float(line.split()[1]) for line in run.stdout.splitlines() if line.startswith("at "))
    return (end - begin) * 1000


def hub_spoke(postgres, client, nodes):
    """The mesh around its first node; then its last leaf is renamed again and again."""
    config, ids = make_config(client, f"hub-{nodes}", nodes)
    _, first = generate(client, config, mode="hub_spoke", hub_node_id=ids[0])
    postgres.psql("VACUUM ANALYZE", database="loomgate")
    waits, touched = [], 0
    for number in range(RENAMES):
        before = marks(postgres, config)
        _, milliseconds = client.call("PUT", f"/nodes/{ids[-1]}", {"name": f"renamed-{number}"})
        waits.append(milliseconds)
        touched = max(touched, len(marks(postgres, config) - before))
        time.sleep(0.02)
    waits.sort()
    return {"nodes": nodes, "generate_ms": round(first), "rename_p50_ms": round(waits[len(waits) // 2], 1), "rename_longest_ms": round(waits[-1], 1), "rows_touched": touched}


def marks(postgres, config):
    """One mark for each version of each row of the mesh: what a write adds is what it touched."""
    tables = {"nodes": "id", "peer_links": "id", "link_groups": "id", "node_config_state": "node_id", "node_runtime": "node_id"}
    query = " UNION ALL ".join(f"SELECT '{table}' || {key} || xmin FROM loomgate.{table} WHERE config_id = '{config}'" for table, key in tables.items())
    query += f" UNION ALL SELECT 'text' || t.node_id || t.xmin FROM loomgate.node_texts t JOIN loomgate.nodes n ON n.id = t.node_id WHERE n.config_id = '{config}'"
    return set(postgres.psql(query, role="loomgate", database="loomgate").stdout.split())
