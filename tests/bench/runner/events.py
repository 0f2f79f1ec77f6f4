# SPDX-License-Identifier: Apache-2.0
"""What the event stream costs: thousands of browsers on one loomgated while the status of nodes changes all the time."""

import json
import resource
import subprocess
import time

from daemon import with_daemon

READERS = 2000
NODES = 50
PER_SECOND = 200
SECONDS = 60

# A status as an agent's message leaves it, with a mark for loomgate_event_readers that says when it was committed.
CHANGE = ("WITH u AS (UPDATE node_runtime r SET last_connectivity_reason = 'bench:' || m.number || ':{turn}:' || (extract(epoch FROM clock_timestamp()) * 1000000)::bigint || ':', "
          "updated_at = now() FROM marked m WHERE m.number = {node} AND r.node_id = m.id RETURNING r.node_id, r.config_id) "
          "INSERT INTO changes (type, config_id, node_id) SELECT 'endpoint.status', config_id, node_id FROM u;\n")


LATENCY_BAR_MS = 500
MEMORY_BAR_KB = 64


def run(folder, build, quick):
    return with_daemon(folder, build, lambda postgres, daemon, client: measure(postgres, daemon, client, build, quick), mqtt=True)


def measure(postgres, daemon, client, build, quick):
    readers, seconds = (100, 5) if quick else (READERS, SECONDS)
    config, _ = client.call("POST", "/configs", {"name": "events", "virtual_subnet": "10.9.0.0/16"})
    for number in range(NODES):
        client.call("POST", f"/configs/{config['id']}/nodes", {"name": f"n{number}"})
    turns = PER_SECOND * seconds // NODES
    before = {"rss_kb": daemon.memory_kb(), "cpu_s": cpu_seconds(daemon), "children_s": children_seconds()}
    command = [f"{build}/tests/bench/loomgate_event_readers", "--port", daemon.port, "--token", client.token, "--readers", readers, "--nodes", NODES, "--last-turn", turns,
               "--seconds", seconds + 60]
    reader = subprocess.Popen([str(word) for word in command], stdout=subprocess.PIPE, text=True)
    if reader.stdout.readline().strip() != "ready":
        raise RuntimeError("the event streams did not begin")
    peak = change_statuses(postgres, config["id"], turns, daemon)
    figures = json.loads(reader.communicate()[0])
    return figures | {"nodes": NODES, "per_second": PER_SECOND, "seconds": seconds, "kb_per_reader": round((peak - before["rss_kb"]) / readers, 1),
                      "daemon_cpu_s": round(cpu_seconds(daemon) - before["cpu_s"], 1), "readers_cpu_s": round(children_seconds() - before["children_s"], 1)}


def change_statuses(postgres, config, turns, daemon):
    """So many changes a second through one psql; the most memory that the daemon had meanwhile, in kB."""
    console = postgres.console()
    console.stdin.write("SET search_path = loomgate;\nCREATE TEMP TABLE marked AS SELECT id, (row_number() OVER (ORDER BY created_at, seq) - 1)::int AS number "
                        f"FROM nodes WHERE config_id = '{config}';\n")
    start, done, peak = time.monotonic(), 0, 0
    while done < turns * NODES:
        due = min(turns * NODES, int((time.monotonic() - start) * PER_SECOND) + 1)
        for index in range(done, due):
            console.stdin.write(CHANGE.format(node=index % NODES, turn=index // NODES + 1))
        console.stdin.flush()
        done = due
        peak = max(peak, daemon.memory_kb())
        time.sleep(0.02)
    console.communicate()
    return peak


def children_seconds():
    """Of processes that have ended: the browsers, and psql with them."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def cpu_seconds(daemon):
    with open(f"/proc/{daemon.process.pid}/stat", encoding="ascii") as file:
        fields = file.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / 100


def rows(figures):
    """(what, figure, bar, met) of each bar."""
    readers = figures["readers"]
    complete = figures["complete"]
    yield f"{readers} browsers that have every node's last state", str(complete), f"= {readers}", complete == readers
    delay = f"{figures['p99_ms']} ms (p50 {figures['p50_ms']}, longest {figures['longest_ms']})"
    yield f"commit to browser at {figures['per_second']} changes/s, p99", delay, "< 500 ms", figures["p99_ms"] < LATENCY_BAR_MS
    memory = figures["kb_per_reader"]
    yield "the daemon's memory for a browser", f"{memory} kB", "< 64 kB", memory < MEMORY_BAR_KB


def print_report(figures):
    for what, figure, bar, met in rows(figures):
        print(f"{'met   ' if met else 'MISSED'} {what:60} {figure:44} {bar}")
    print(f"       processors in {figures['seconds']} s: daemon {figures['daemon_cpu_s']} s, all browsers {figures['readers_cpu_s']} s; {figures['megabytes']} MB sent")
