# SPDX-License-Identifier: Apache-2.0
"""The bars, and what the figures say about them."""

THROUGHPUT_BAR = 0.95  # of the same broker with allow_anonymous
CPU_BARS_US = {"connect_storm": 1.0, "reconnect_churn": 1.0, "publish_qos0": 0.1, "publish_qos1": 0.1}  # over the null plugin
MEMORY_BAR_KB = 5 * 1024
PUBACK_BAR_MS = 10.0
SIGHUP_BAR_MS = 10.0
REVOCATION_BAR_MS = 100.0


def rows(figures):
    """(what, figure, bar, met) of each bar that was measured."""
    yield from throughput_rows(figures.get("throughput", {}))
    if "memory" in figures and "loomgate" in figures["memory"]:
        added = {key: figures["memory"]["loomgate"][key] - figures["memory"]["null"][key] for key in ("started_kb", "connected_kb")}
        for key, what in (("started_kb", "memory added, started"), ("connected_kb", "memory added, all devices connected")):
            yield what, f"{added[key] / 1024:.1f} MB", "<= 5 MB", added[key] <= MEMORY_BAR_KB
    if "revocation" in figures:
        revocation = figures["revocation"]
        yield "revocation, p99", f"{revocation['p99_ms']} ms (p50 {revocation['p50_ms']})", "<= 100 ms", revocation["p99_ms"] <= REVOCATION_BAR_MS
    for what, waits in figures.get("puback_waits", {}).items():
        met = waits["longest_ms"] < PUBACK_BAR_MS and waits["lost_clients"] == 0
        yield f"longest PUBACK wait, {what}", f"{waits['longest_ms']:.1f} ms", "< 10 ms", met
    if "sighup" in figures:
        stall = figures["sighup"]
        yield f"SIGHUP with {stall['clients']} clients", f"{stall['longest_ms']:.1f} ms", "<= 10 ms", stall["longest_ms"] <= SIGHUP_BAR_MS and not stall["lost_clients"]


def throughput_rows(measures):
    for measure, brokers in measures.items():
        if "loomgate" not in brokers:
            continue
        ratio = brokers["loomgate"]["per_second"] / brokers["anonymous"]["per_second"]
        null_ratio = brokers["null"]["per_second"] / brokers["anonymous"]["per_second"]
        added = brokers["loomgate"]["broker_cpu_us"] - brokers["null"]["broker_cpu_us"]
        yield f"{measure}, of allow_anonymous", f"{ratio:.3f} (null plugin {null_ratio:.3f})", ">= 0.95", ratio >= THROUGHPUT_BAR
        bar = CPU_BARS_US[measure]
        yield f"{measure}, CPU over the null plugin", f"{added:+.3f} us", f"<= {bar} us", added <= bar


def print_report(figures):
    for name, nanoseconds in figures.get("micro_ns", {}).items():
        print(f"{name:40} {nanoseconds:8.1f} ns")
    print()
    print(f"{'operations per second (broker CPU us)':24}")
    for measure, brokers in figures.get("throughput", {}).items():
        cells = "  ".join(f"{name} {figure['per_second']:>7} ({figure['broker_cpu_us']:.2f})" for name, figure in brokers.items())
        print(f"{measure:18} {cells}")
    print()
    for what, figure, bar, met in rows(figures):
        print(f"{'met   ' if met else 'MISSED'} {what:58} {figure:32} {bar}")
