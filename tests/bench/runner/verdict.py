# SPDX-License-Identifier: Apache-2.0
"""The bars, and what the figures say about them."""

from throughput import added, median, ratio

THROUGHPUT_BAR = 0.95  # of the same broker with allow_anonymous
CPU_BARS_US = {"connect_storm": 1.0, "reconnect_churn": 1.0, "publish_qos0": 0.1, "publish_qos1": 0.1}  # over the null plugin
MEMORY_BAR_MB = 5.0
PUBACK_BAR_MS = 10.0
SIGHUP_BAR_MS = 10.0
REVOCATION_BAR_MS = 100.0


def rows(figures):
    """(what, figure, bar, met) of each bar."""
    yield from throughput_rows(figures["throughput"])
    yield from memory_rows(figures["memory"])
    revocation = figures["revocation"]
    yield "revocation to kick, p99", f"{revocation['p99_ms']} ms (p50 {revocation['p50_ms']})", "<= 100 ms", revocation["p99_ms"] <= REVOCATION_BAR_MS
    for what, waits in figures["puback_waits"].items():
        met = waits["longest_ms"] < PUBACK_BAR_MS and waits["lost_clients"] == 0
        yield f"longest PUBACK wait, {what}", f"{waits['longest_ms']:.1f} ms (p99 {waits['p99_ms']:.1f})", "< 10 ms", met
    stalls = figures["sighup"]
    ours = stalls["loomgate"]
    others = ", ".join(f"{name} {stalls[name]['longest_ms']:.1f}" for name in ("anonymous", "null"))
    met = ours["longest_ms"] <= SIGHUP_BAR_MS and ours["lost_clients"] == 0
    yield f"SIGHUP with {ours['clients']} clients", f"{ours['longest_ms']:.1f} ms ({others})", "<= 10 ms", met


def throughput_rows(measures):
    for name, brokers in measures.items():
        ours, null, anonymous = brokers["loomgate"], brokers["null"], brokers["anonymous"]
        value = ratio(ours, anonymous)
        yield f"{name}, of allow_anonymous", f"{value:.3f} (null plugin {ratio(null, anonymous):.3f})", ">= 0.95", value >= THROUGHPUT_BAR
        value, bar = added(ours, null, "thread_cpu_us"), CPU_BARS_US[name]
        asleep = added(brokers["threads"], null, "thread_cpu_us")
        both = f"{value:+.2f} us ({added(ours, null, 'cpu_us'):+.2f} with the other threads; sleeping threads alone {asleep:+.2f})"
        yield f"{name}, broker CPU over the null plugin", both, f"<= {bar} us", value <= bar


def memory_rows(memory):
    """What the devices take, apart from what the plugin and its libraries take without any."""
    ours, empty, null = memory["loomgate"], memory["loomgate without devices"], memory["null"]
    started = (ours["started"]["own_kb"] - empty["started"]["own_kb"]) / 1024
    plugin = (empty["started"]["own_kb"] - null["started"]["own_kb"]) / 1024
    connected = (ours["connected"]["own_kb"] - null["connected"]["own_kb"]) / 1024 - plugin
    yield "memory for the devices", f"{started:.1f} MB (plugin without any {plugin:.1f})", "<= 5 MB", started <= MEMORY_BAR_MB
    yield "memory for the devices, all connected", f"{connected:.1f} MB", "<= 5 MB", connected <= MEMORY_BAR_MB


def print_report(figures):
    for name, nanoseconds in figures["micro_ns"].items():
        print(f"{name:40} {nanoseconds:8.1f} ns")
    print("\nMedian operations per second (CPU us of the broker's thread, of all its threads)")
    for name, brokers in figures["throughput"].items():
        cells = [f"{broker} {median(rounds, 'per_second'):.0f} ({median(rounds, 'thread_cpu_us'):.2f}, {median(rounds, 'cpu_us'):.2f})"
                 for broker, rounds in brokers.items()]
        print(f"{name:16} " + "  ".join(cells))
    print()
    for what, figure, bar, met in rows(figures):
        print(f"{'met   ' if met else 'MISSED'} {what:60} {figure:44} {bar}")
