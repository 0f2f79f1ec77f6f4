# SPDX-License-Identifier: Apache-2.0
"""Ten thousand agents on one broker and one loomgated: all of them back after a restart of the broker, and how much of what they say is stored."""

import json
import os
import time

import servers
from daemon import with_daemon
from load import Load
from measures import knows

AGENTS, STAGED = 10000, 1000
# More than is stored within a second, so that the daemon never waits for the agents; far less than the broker keeps for it.
WINDOW = 10000
KINDS = {"heartbeats": "heartbeats", "mixed": "heartbeats and events"}

# Nodes made over HTTP have keys and texts; they come after those of principals.sql and get passwords of the same kind.
BIND = """SET search_path = loomgate;
UPDATE node_clients c SET client_initialized = true, mqtt_username = c.node_id, mqtt_client_id = 'wfm-' || c.node_id, mqtt_salt = b.salt, interface_name = 'bench',
       mqtt_hash = sha256(b.salt || convert_to('bench-' || lpad((b.number + :first)::text, 37, '0'), 'UTF8')), bound_at = now()
  FROM (SELECT n.id, row_number() OVER (ORDER BY n.id) - 1 AS number, decode(md5(n.id), 'hex') AS salt FROM nodes n WHERE n.config_id = :'config') AS b
 WHERE b.id = c.node_id;
"""
DEVICES = "SELECT config_id || ' ' || id FROM loomgate.nodes ORDER BY config_id = :'config', id;"

# Texts that their devices do not have yet, and pushes that nobody has answered.
OPEN_TEXTS = "SELECT count(*) FROM loomgate.node_config_state WHERE staged_sha256 <> confirmed_sha256;"
OPEN_PUSHES = "SELECT (SELECT count(*) FROM loomgate.commands WHERE status = 'pending') + (SELECT count(*) FROM loomgate.outbox);"
UNHEARD = "SELECT count(*) FROM loomgate.node_runtime WHERE last_heartbeat_at IS NULL OR last_heartbeat_at < '{}';"


class Bench:
    def __init__(self, postgres, daemon, client, load):
        self.postgres, self.daemon, self.client, self.load = postgres, daemon, client, load
        self.broker = daemon.broker
        self.holder = self.subscriber = None

    def ask(self, sql):
        return self.postgres.psql(sql, database="loomgate").stdout.strip()

    def is_quiet(self):
        return self.ask(OPEN_TEXTS) == "0" and self.ask(OPEN_PUSHES) == "0"

    def order(self, words, holder=None):
        holder = holder or self.holder
        holder.stdin.write(words + "\n")
        holder.stdin.flush()
        while True:
            line = holder.stdout.readline()
            if not line:
                raise RuntimeError(holder.communicate()[1])
            if not line.startswith("back"):  # some of the agents were away for a moment
                return json.loads(line)

    def wait_until_back(self):
        """All agents, after the broker was killed; the time of the last CONNACK."""
        line = self.holder.stdout.readline().split()
        if line[:1] != ["back"]:
            raise RuntimeError(f"the agents did not come back: {line or self.holder.communicate()[1]}")
        return int(line[1]) / 1e9

    def processors(self):
        """Seconds so far, by program."""
        handler = {"subscriber": [self.subscriber.pid]} if self.subscriber else {"daemon": [self.daemon.process.pid]}
        pids = {"broker": [self.broker.process.pid]} | handler | {"PostgreSQL": self.postgres.pids(), "agents": [self.holder.pid]}
        return {name: servers.processor_seconds(ids) for name, ids in pids.items()}


def run(folder, build, quick, agents=AGENTS):
    load = Load(build)
    agents, staged = (1000, 100) if quick else (agents, min(STAGED, agents // 10))

    def measure(postgres, daemon, client):
        bench = Bench(postgres, daemon, client, load)
        config, devices = make_devices(bench, agents, staged, folder)
        servers.wait_for("the daemon to reach the broker", lambda: client.metric("loomgate_mqtt_connected") == 1)
        bench.holder = load.start(bench.broker, "fleet", agents, devices=devices)
        try:
            servers.wait_for("the first texts to be confirmed", bench.is_quiet, 120)
            figures = {"agents": agents, "restart": restart(bench, config, staged)}
            messages = agents * (2 if quick else 6)
            figures["ingest"] = {kind: ingest(bench, kind, messages) for kind in KINDS}
            replace_daemon(bench)
            figures["subscriber"] = {kind: count_only(bench, kind, messages) for kind in KINDS}
        finally:
            for process in filter(None, (bench.holder, bench.subscriber)):
                process.kill()
                process.communicate()
        return figures

    return with_daemon(folder, build, measure, mqtt=True, make_broker=lambda postgres: servers.loomgate(folder, build, postgres, more="set_tcp_nodelay true\n"))


def make_devices(bench, agents, staged, folder):
    """Bound nodes, the last `staged` of them with keys; the config of those, and the file that names all."""
    config, _ = bench.client.call("POST", "/configs", {"name": "fleet", "virtual_subnet": "10.0.0.0/16"})
    for number in range(1, staged + 1):
        address = f"10.0.{number // 250}.{number % 250 + 1}/32"
        bench.client.call("POST", f"/configs/{config['id']}/nodes", {"name": f"f{number}", "virtual_ip": address, "ipv4_address": f"198.51.{number // 250}.{number % 250}"})
    names = ["-v", f"config={config['id']}", "-v", f"first={agents - staged}"]
    principals = servers.read(os.path.join(servers.ROOT, "tests", "bench", "principals.sql"))
    bench.postgres.psql(principals, "-v", f"count={agents - staged}", role="loomgate", database="loomgate")
    bench.postgres.psql(BIND, *names, role="loomgate", database="loomgate")
    devices = os.path.join(folder, "devices")
    with open(devices, "w", encoding="utf-8") as file:
        file.write(bench.postgres.psql(DEVICES, *names, database="loomgate").stdout)
    servers.wait_for("the plugin to know the devices", lambda: knows(bench.load, bench.broker))
    servers.settle([bench.broker.process.pid, *bench.postgres.pids()])
    return config["id"], devices


def restart(bench, config, staged):
    """SIGKILL for the broker, another mesh for some of the nodes while everybody is away, and the broker again."""
    configs = [row["id"] for row in bench.client.call("GET", "/configs")[0]]
    first_node = bench.ask(f"SELECT min(id) FROM loomgate.nodes WHERE config_id = '{config}';")
    bench.order("forget")
    before = bench.processors()
    killed_at, killed = bench.ask("SELECT to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US');"), time.monotonic()
    bench.broker.kill()
    bench.client.call("POST", f"/configs/{config}/mesh/quick-generate", {"mode": "hub_spoke", "hub_node_id": first_node})
    texts = int(bench.ask(OPEN_TEXTS))
    bench.broker.start()
    last_connack = bench.wait_until_back()
    servers.wait_for("all nodes to be online", lambda: all_online(bench.client, configs, killed_at), 120)
    online = time.monotonic()
    servers.wait_for("the staged texts to be confirmed", bench.is_quiet, 180)
    confirmed, counts, after = time.monotonic(), bench.order("report"), bench.processors()
    before["broker"] = 0  # another process since
    return {"connack_s": round(last_connack - killed, 1), "online_s": round(online - last_connack, 2), "confirmed_s": round(confirmed - last_connack, 1),
            "admitted": counts["admitted"], "staged": texts, "arrived": counts["texts"], "repeated": counts["pushes"] - counts["texts"],
            "cpu_s": {name: round(after[name] - before[name], 1) for name in after}}


def all_online(client, configs, since):
    """Every node is shown online, and because of something that was heard after that time. Configs that are complete are asked for once."""
    while configs:
        nodes, _ = client.call("GET", f"/configs/{configs[-1]}/endpoint/runtime-snapshot")
        if not all(node["online"] and node["last_seen"] > since for node in nodes):
            return False
        configs.pop()
    return True


def ingest(bench, kind, messages):
    """So many messages from all agents, stored by the daemon as fast as it can."""
    began = bench.ask("SELECT clock_timestamp();")
    base = bench.client.metric('loomgate_agent_messages_total{result="accepted"}')
    figures = feed(bench, kind, messages, lambda: bench.client.metric('loomgate_agent_messages_total{result="accepted"}') - base)
    if bench.ask(UNHEARD.format(began)) != "0":
        raise RuntimeError("a node's heartbeat was counted and not stored")
    return figures


def replace_daemon(bench):
    """A subscriber that only counts and acknowledges takes its place. The broker starts anew: it would keep everything for the daemon."""
    bench.daemon.stop()
    bench.broker.kill()
    bench.broker.start()
    bench.wait_until_back()
    bench.subscriber = bench.load.start(bench.broker, "subscriber", 1)


def count_only(bench, kind, messages):
    """What ingest() measures, of the subscriber."""
    base = bench.order("report", bench.subscriber)["received"]
    return feed(bench, kind, messages, lambda: bench.order("report", bench.subscriber)["received"] - base)


def feed(bench, kind, messages, handled):
    before, start, allowed, done = bench.processors(), time.monotonic(), 0, 0
    while done < messages:
        if time.monotonic() - start > 300:
            raise RuntimeError(f"no end in time: {done} of {messages} messages")
        more = min(messages, done + WINDOW) - allowed
        if more > 0:
            bench.order(f"{kind} {more}")
            allowed += more
        time.sleep(0.05)
        done = handled()
    seconds, after = time.monotonic() - start, bench.processors()
    return {"messages": messages, "per_second": round(messages / seconds), "cpu_us": {name: round((after[name] - before[name]) / messages * 1e6, 1) for name in after}}


ONLINE_BAR_S = 30
INGEST_BAR = 5000


def rows(figures):
    """(what, figure, bar, met) of each bar."""
    back = figures["restart"]
    shown = f"{back['online_s']} s after the last CONNACK, that {back['connack_s']} s after the kill"
    yield f"{figures['agents']} agents reconnect, all shown online", shown, "<= 30 s", back["online_s"] <= ONLINE_BAR_S
    once = back["arrived"] == back["staged"] and back["repeated"] == 0
    yield f"{back['staged']} texts staged meanwhile", f"{back['arrived']} arrived, {back['repeated']} repeated; {back['confirmed_s']} s", "each once", once
    for kind, name in KINDS.items():
        per_second = figures["ingest"][kind]["per_second"]
        ratio = per_second / figures["subscriber"][kind]["per_second"]
        yield f"messages stored, {name}", f"{per_second}/s ({ratio:.2f} of a mere subscriber)", ">= 5000/s", per_second >= INGEST_BAR


def print_report(figures):
    for what, figure, bar, met in rows(figures):
        print(f"{'met   ' if met else 'MISSED'} {what:52} {figure:60} {bar}")
    print("       processors from the kill to the last confirmed text: " + ", ".join(f"{name} {seconds} s" for name, seconds in figures["restart"]["cpu_s"].items()))
    for kind, name in KINDS.items():
        for measure in ("ingest", "subscriber"):
            costs = figures[measure][kind]["cpu_us"]
            split = ", ".join(f"{who} {cost}" for who, cost in costs.items())
            print(f"       us of processor per message, {name}: {split}; two processors allow {2e6 / sum(costs.values()):.0f}/s")
