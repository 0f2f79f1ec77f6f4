# SPDX-License-Identifier: Apache-2.0
"""What writing and reading a mesh costs at size: loomgated on a throw-away PostgreSQL, asked over HTTP."""

import os
import statistics

import servers
from daemon import with_daemon
from servers import processor_seconds

FULL_NODES = 300
HUB_NODES = (100, 1000, 5000)
RENAMES = 20
PAGE_CONFIGS, PAGE_NODES, PAGE_READS = 50, 200, 300


class Bench:
    """One daemon on one database. Times are wall clock; on a shared machine the processor time tells more."""

    def __init__(self, postgres, daemon, client):
        self.postgres, self.daemon, self.client = postgres, daemon, client

    def timed(self, method, path, body):
        """The answer, and what it took: milliseconds of clock, and of the processors for daemon and database."""
        pids = [self.daemon.process.pid, *self.postgres.pids()]
        before = processor_seconds(pids)
        answer, milliseconds = self.client.call(method, path, body)
        return answer, {"ms": round(milliseconds, 1), "cpu_ms": round((processor_seconds(pids) - before) * 1000, 1)}

    def generate(self, config, **wish):
        return self.timed("POST", f"/configs/{config}/mesh/quick-generate", wish)


def run(folder, build, quick):
    def all_of_it(postgres, daemon, client):
        return measure(postgres, daemon, client, quick) | {"reads": measure_pages(client, postgres, quick)}

    return with_daemon(folder, build, all_of_it)


def measure(postgres, daemon, client, quick):
    bench = Bench(postgres, daemon, client)
    figures = {"full_mesh": full_mesh(bench, 60 if quick else FULL_NODES)}
    figures["peak_memory_mb"] = daemon.peak_memory_mb()
    figures["hub_spoke"] = [hub_spoke(bench, nodes) for nodes in (HUB_NODES[:1] if quick else HUB_NODES)]
    return figures


def measure_pages(client, postgres, quick):
    """What the console reads all the time, with many configs: a hub and its leaves each."""
    configs, nodes = (5, 20) if quick else (PAGE_CONFIGS, PAGE_NODES)
    for number in range(configs):
        last, ids = make_config(client, f"page-{number}", nodes)
        client.call("POST", f"/configs/{last}/mesh/quick-generate", {"mode": "hub_spoke", "hub_node_id": ids[0]})
    postgres.psql("VACUUM ANALYZE", database="loomgate")
    pages = {"config list": "/configs", "overview": f"/configs/{last}/overview", "system status": "/system/status"}
    return {"configs": configs, "nodes": nodes, "pages": {name: read_times(client, path) for name, path in pages.items()}}


def read_times(client, path):
    times = sorted(client.call("GET", path)[1] for _ in range(PAGE_READS))
    return {"p50_ms": round(times[len(times) // 2], 1), "p99_ms": round(times[len(times) * 99 // 100], 1)}


def make_config(client, name, nodes):
    """A config with so many nodes, all with a public address; its id and the ids of the nodes."""
    config, _ = client.call("POST", "/configs", {"name": name, "virtual_subnet": "10.0.0.0/16"})
    ids = []
    for number in range(1, nodes + 1):
        address = f"10.0.{number // 250}.{number % 250 + 1}/32"
        node, _ = client.call("POST", f"/configs/{config['id']}/nodes", {"name": f"n{number}", "virtual_ip": address, "ipv4_address": f"198.51.{number // 250}.{number % 250}"})
        ids.append(node["id"])
    return config["id"], ids


def full_mesh(bench, nodes):
    """Every node linked to every other, each link with a preshared key; then all of it once more over what is there."""
    config, _ = make_config(bench.client, "full", nodes)
    answer, first = bench.generate(config, mode="full_mesh", use_preshared_key=True)
    _, again = bench.generate(config, mode="full_mesh", use_preshared_key=True)
    return {"nodes": nodes, "groups": answer["generated_groups"], "first": first, "again": again, "psql_ms": round(plain_inserts(bench.postgres, config))}


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


def hub_spoke(bench, nodes):
    """The mesh around its first node; then its last leaf is renamed again and again."""
    config, ids = make_config(bench.client, f"hub-{nodes}", nodes)
    _, first = bench.generate(config, mode="hub_spoke", hub_node_id=ids[0])
    bench.postgres.psql("VACUUM ANALYZE", database="loomgate")
    renames, touched = [], 0
    for number in range(RENAMES):
        before = marks(bench.postgres, config)
        renames.append(bench.timed("PUT", f"/nodes/{ids[-1]}", {"name": f"renamed-{number}"})[1])
        touched = max(touched, len(marks(bench.postgres, config) - before))
    return {"nodes": nodes, "generate": first, "rename": {key: statistics.median(rename[key] for rename in renames) for key in ("ms", "cpu_ms")},
            "rename_longest_ms": max(rename["ms"] for rename in renames), "rows_touched": touched}


def marks(postgres, config):
    """One mark for each version of each row of the mesh: what a write adds is what it touched."""
    tables = {"nodes": "id", "peer_links": "id", "link_groups": "id", "node_config_state": "node_id", "node_runtime": "node_id"}
    query = " UNION ALL ".join(f"SELECT '{table}' || {key} || xmin FROM loomgate.{table} WHERE config_id = '{config}'" for table, key in tables.items())
    query += f" UNION ALL SELECT 'text' || t.node_id || t.xmin FROM loomgate.node_texts t JOIN loomgate.nodes n ON n.id = t.node_id WHERE n.config_id = '{config}'"
    return set(postgres.psql(query, role="loomgate", database="loomgate").stdout.split())


GENERATE_BAR_MS = 5000
RENAME_BAR_MS = 50
PAGE_BAR_MS = 50
MEMORY_BAR_MB = 400


def rows(figures):
    """(what, figure, bar, met) of each bar."""
    full = figures["full_mesh"]
    for name in ("first", "again"):
        took = full[name]
        yield f"full mesh of {full['nodes']} nodes, {name}", f"{took['ms']:.0f} ms (cpu {took['cpu_ms']:.0f}; psql inserts {full['psql_ms']})", "< 5000 ms", took["ms"] < GENERATE_BAR_MS
    yield "the daemon's peak memory", f"{figures['peak_memory_mb']} MB", "< 400 MB", figures["peak_memory_mb"] < MEMORY_BAR_MB
    for hub in figures["hub_spoke"]:
        took, rename = hub["generate"], hub["rename"]
        yield f"hub and {hub['nodes'] - 1} leaves", f"{took['ms']:.0f} ms (cpu {took['cpu_ms']:.0f})", "< 5000 ms", took["ms"] < GENERATE_BAR_MS
        cost = f"{rename['ms']:.1f} ms (cpu {rename['cpu_ms']:.1f}, longest {hub['rename_longest_ms']:.1f}; {hub['rows_touched']} rows)"
        yield f"... rename one leaf of {hub['nodes'] - 1}, median", cost, "< 50 ms", rename["ms"] < RENAME_BAR_MS


def page_rows(reads):
    for name, times in reads["pages"].items():
        what = f"{name}, {reads['configs']} configs x {reads['nodes']} nodes, p99"
        yield what, f"{times['p99_ms']} ms (p50 {times['p50_ms']})", "< 50 ms", times["p99_ms"] < PAGE_BAR_MS


def print_report(figures):
    for what, figure, bar, met in [*rows(figures), *page_rows(figures["reads"])]:
        print(f"{'met   ' if met else 'MISSED'} {what:52} {figure:56} {bar}")
