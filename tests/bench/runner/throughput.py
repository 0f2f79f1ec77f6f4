# SPDX-License-Identifier: Apache-2.0
"""Operations per second and broker CPU per operation. The brokers take turns in short slices, so that what else happens on the
machine hits all of them alike; a round is the sum of its slices, and a comparison is made within a round."""

import statistics

# measure: (load, operations of a slice, slices of a round); a storm's operations are the devices.
PLANS = {
    "connect_storm": ("storm", None, 2),
    "reconnect_churn": ("churn", 5000, 4),
    "publish_qos0": ("publish", 50000, 8),
    "publish_qos1": ("publish", 20000, 8),
}
# The plugin writes presence after a storm; what is left of it must not be charged to the broker whose turn is next.
LEAVES_WORK = ("storm", "churn")
OPTIONS = {"publish_qos0": {"qos": 0}, "publish_qos1": {"qos": 1}}


def measure(load, brokers, principals, settle, rounds, quick):
    """{measure: {broker: [round, ...]}} with a round as {"per_second", "cpu_us", "thread_cpu_us"}."""
    results = {name: {broker.name: [] for broker in brokers} for name in PLANS}
    for number in range(rounds):
        for name, (kind, operations, slices) in PLANS.items():
            options = {**OPTIONS.get(name, {}), **({"operations": operations} if operations else {})}
            parts = {broker.name: [] for broker in brokers}
            for index in range(1 if quick else slices):
                for turn in range(len(brokers)):
                    broker = brokers[(number + index + turn) % len(brokers)]
                    parts[broker.name].append(load.run(broker, kind, principals, **options))
                    if kind in LEAVES_WORK:
                        settle()
            for broker, figures in parts.items():
                results[name][broker].append(round_of(figures))
    return results


def round_of(parts):
    operations = sum(part["operations"] for part in parts)
    return {
        "per_second": round(operations / sum(part["seconds"] for part in parts)),
        "cpu_us": round(sum(part["cpu_us"] * part["operations"] for part in parts) / operations, 4),
        "thread_cpu_us": round(sum(part["thread_cpu_us"] * part["operations"] for part in parts) / operations, 4),
    }


def median(rounds, key):
    return statistics.median(figures[key] for figures in rounds)


def ratio(rounds, base):
    """Median of the rounds' own ratios."""
    return statistics.median(ours["per_second"] / theirs["per_second"] for ours, theirs in zip(rounds, base))


def added(rounds, base, key):
    """Median of the rounds' own differences, in microseconds of processor time per operation."""
    return statistics.median(ours[key] - theirs[key] for ours, theirs in zip(rounds, base))
