# SPDX-License-Identifier: Apache-2.0
"""tests/bench/run, once everything is built; see --help."""

import argparse
import json
import os
import platform
import resource
import tempfile

import events
import fleet
import measures
import mesh
import servers
import throughput
import verdict
from load import Load

# Files that a broker or a load needs beside its connections.
SPARE_FILES = 100


def parse_arguments():
    parser = argparse.ArgumentParser(prog="tests/bench/run", description="Measures the plugin against allow_anonymous and a null plugin, and the daemon at the size of large meshes, many browsers and many agents, on the same machine.")
    parser.add_argument("--only", choices=("plugin", "mesh", "events", "fleet"), help="one of the parts: what the plugin costs the broker, what a mesh, browsers and agents cost the daemon")
    parser.add_argument("--json", metavar="FILE", help="write the figures to FILE")
    parser.add_argument("--quick", action="store_true", help="one short round: to see that it works, not to compare")
    parser.add_argument("--principals", type=int, default=10000, metavar="N", help="devices in the database (default: 10000)")
    parser.add_argument("--build-dir", default="build/release")
    return parser.parse_args()


def raise_file_limit():
    """The most connections that one process may hold here."""
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    return hard - SPARE_FILES


def measure_all(arguments, folder, build):
    load = Load(build)
    principals = min(arguments.principals, raise_file_limit())
    if principals < arguments.principals:
        print(f"This machine lets a process hold {principals} connections; so many devices are used.")
    figures = {"principals": principals, "micro_ns": measures.micro(build)}
    postgres = servers.Postgres(folder)
    brokers = []
    try:
        postgres.make_roles()
        postgres.make_database("loomgate", principals)
        postgres.make_database("one_device", 1)
        makers = {
            "anonymous": lambda: servers.anonymous(temporary(folder)),
            "null": lambda: servers.null_plugin(temporary(folder), build),
            "threads": lambda: servers.null_plugin(temporary(folder), build, threads=2),  # as many as ours has
            "loomgate": lambda: servers.loomgate(temporary(folder), build, postgres),
        }
        without_devices = {"loomgate without devices": lambda: servers.loomgate(temporary(folder), build, postgres, "one_device")}
        figures["memory"] = measures.memory(load, makers | without_devices, principals)
        brokers += [make() for make in makers.values()]
        servers.wait_for("the plugin to know the devices", lambda: all(measures.knows(load, broker) for broker in brokers))
        figures["throughput"] = throughput.measure(load, brokers, principals, lambda: servers.settle([broker.process.pid for broker in brokers] + postgres.pids()), 1 if arguments.quick else 5, arguments.quick)
        figures["sighup"] = measures.sighup_stalls(load, brokers, principals)
        figures["revocation"] = measures.revocation(load, brokers[-1], postgres, min(20 if arguments.quick else 200, principals))
        figures["puback_waits"] = measures.puback_waits(load, brokers[-1], postgres, min(1000, principals))
    finally:
        for broker in brokers:
            broker.stop()
        postgres.stop()
    return figures


def temporary(folder):
    path = tempfile.mkdtemp(dir=folder)
    os.chmod(path, 0o755)
    return path


def machine():
    return {"system": platform.platform(), "processors": os.cpu_count(), "memory_gb": round(os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 2**30)}


def main():
    arguments = parse_arguments()
    with tempfile.TemporaryDirectory(prefix="loomgate-bench-") as folder:
        os.chmod(folder, 0o755)  # user postgres passes through it
        build = os.path.abspath(arguments.build_dir)
        figures = {"machine": machine()}
        if arguments.only in (None, "plugin"):
            figures |= measure_all(arguments, temporary(folder), build)
            verdict.print_report(figures)
        if arguments.only in (None, "mesh"):
            figures["mesh"] = mesh.run(temporary(folder), build, arguments.quick)
            mesh.print_report(figures["mesh"])
        if arguments.only in (None, "events"):
            raise_file_limit()
            figures["events"] = events.run(temporary(folder), build, arguments.quick)
            events.print_report(figures["events"])
        if arguments.only in (None, "fleet"):
            figures["fleet"] = fleet.run(temporary(folder), build, arguments.quick, min(arguments.principals, raise_file_limit()))
            fleet.print_report(figures["fleet"])
    if arguments.json:
        with open(arguments.json, "w", encoding="utf-8") as file:
            json.dump(figures, file, indent=2)


main()
