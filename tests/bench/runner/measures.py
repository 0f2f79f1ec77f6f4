# SPDX-License-Identifier: Apache-2.0
"""What is measured beside throughput, one function per measure."""

import os
import re
import signal
import subprocess
import threading
import time

from servers import wait_for


def memory(load, make_brokers, principals):
    """kB of fresh brokers by name: resident, and of that its own (not files shared with others); started, and with every device connected."""
    figures = {}
    for name, make in make_brokers.items():
        broker = make()
        try:
            wait_for("the broker to know its devices", lambda: knows(load, broker))
            figures[name] = {"started": broker.memory_kb()}
            if name != "loomgate without devices":
                holder = load.start(broker, "kicks", principals, seconds=120)
                figures[name]["connected"] = broker.memory_kb()
                holder.kill()
                holder.communicate()
        finally:
            broker.stop()
    return figures


def knows(load, broker):
    try:
        load.run(broker, "storm", 1)
        return True
    except RuntimeError:
        return False


def revocation(load, broker, postgres, tries):
    """Milliseconds from before the UPDATE is sent to the end of the connection: an upper bound of commit to kick."""
    holder = load.start(broker, "kicks", tries, seconds=300)
    console = postgres.console()
    waits = []
    try:
        for number in range(tries):
            start = time.monotonic_ns()
            console.stdin.write(f"UPDATE loomgate.nodes SET enabled = false WHERE id = 'node_{number + 1:012x}';\n")
            console.stdin.flush()
            word, who, when = holder.stdout.readline().split()
            if word != "gone" or int(who) != number:
                raise RuntimeError(f"device {number} was revoked, but {who} is gone")
            waits.append((int(when) - start) / 1e6)
        holder.communicate(timeout=10)
    finally:
        holder.kill()
        console.communicate("UPDATE loomgate.nodes SET enabled = true WHERE NOT enabled;\n")
    wait_for("the devices to be let in again", lambda: knows(load, broker))
    waits.sort()
    return {"tries": tries, "p50_ms": round(waits[len(waits) // 2], 2), "p99_ms": round(waits[len(waits) * 99 // 100], 2), "longest_ms": round(waits[-1], 2)}


def lock_tables(postgres):
    postgres.psql("BEGIN; LOCK TABLE loomgate.nodes, loomgate.node_clients, loomgate.configs, loomgate.service_accounts, loomgate.broker_sessions, "
                  "loomgate.brokers IN ACCESS EXCLUSIVE MODE; SELECT pg_sleep(3); COMMIT;", role="loomgate", database="loomgate")


def freeze(postgres):
    postgres.freeze()
    time.sleep(3)
    postgres.thaw()


def restart(postgres):
    postgres.stop()
    time.sleep(2)
    postgres.start()


# What happens to the database while clients publish. Each act takes some seconds, the probe runs a little longer.
DATABASE_ACTS = {"locked": lock_tables, "frozen": freeze, "stopped and started": restart}


def puback_waits(load, broker, postgres, principals):
    """Longest PUBACK wait of connected devices while something is wrong with the database, and while nothing is."""
    figures = {"nothing": load.finish(load.start(broker, "probe", principals, seconds=5))}
    for name, act in DATABASE_ACTS.items():
        probe = load.start(broker, "probe", principals, seconds=6)
        worker = threading.Thread(target=act, args=(postgres,))
        worker.start()
        figures[f"database {name}"] = load.finish(probe)
        worker.join()
    figures["an unknown device knocks"] = load.finish(load.start(broker, "probe", principals, seconds=5, unknown=True))
    probe = load.start(broker, "probe", principals, seconds=6, unknown=True)
    freeze(postgres)
    figures["an unknown device knocks, database frozen"] = load.finish(probe)
    return figures


def sighup_stalls(load, brokers, clients):
    return {broker.name: sighup(load, broker, clients) for broker in brokers}


def sighup(load, broker, clients):
    """Longest PUBACK wait around a SIGHUP with so many clients connected, which makes the broker ask again about each."""
    probe = load.start(broker, "probe", clients, seconds=5)
    for _ in range(3):
        time.sleep(1)
        os.kill(broker.process.pid, signal.SIGHUP)
    return {"clients": clients, **load.finish(probe)}


def micro(build):
    """{benchmark: nanoseconds} of Google Benchmark."""
    run = subprocess.run([f"{build}/tests/bench/bench_access", "--benchmark_format=csv", "--benchmark_min_time=0.2"], capture_output=True, text=True, check=True)
    rows = [line.split(",") for line in run.stdout.splitlines() if re.match(r'"\w+/', line)]
    return {row[0].strip('"'): round(float(row[3]), 1) for row in rows}
