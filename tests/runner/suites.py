# SPDX-License-Identifier: Apache-2.0
"""Which programs make a suite, under which preset, with which deadline."""

import concurrent.futures
import glob
import os
import re

from build import BuildError, BuildTree
from programs import run_gtest, run_script
from report import Outcome

SUITES = {
    "lint": "the checks of tests/lint",
    "unit": "unit_* under debug",
    "integration": "integration_* under debug: real PostgreSQL, real Mosquitto",
    "e2e": "tests/e2e: the programs as a user runs them, under debug",
    "asan": "unit_* and integration_* under AddressSanitizer and UndefinedBehaviorSanitizer",
    "fuzz": "fuzz_*: every parser of foreign bytes, briefly, from its seed corpus, under asan",
    "tsan": "the plugin and agents suites under ThreadSanitizer",
}
DEFAULT_ORDER = list(SUITES)

# Seconds for one program. Sanitized programs get three times as long.
TIMEOUTS = {"lint": 300, "unit": 120, "integration": 420, "fuzz": 180, "e2e": 300}
TSAN_NAMES = re.compile(r"^(unit|integration)_(plugin|base|access|replica|presence|mosquitto|agents|pg)(_|$)|^unit_events$")
SANITIZER_OPTIONS = {
    "ASAN_OPTIONS": "strict_string_checks=1:detect_stack_use_after_return=1",
    "UBSAN_OPTIONS": "print_stacktrace=1",
    "TSAN_OPTIONS": "second_deadlock_stack=1",
}


class Runner:
    def __init__(self, report, jobs):
        self.report = report
        self.jobs = jobs
        self._built = {}

    def run(self, name):
        try:
            self._run_suite(name)
        except BuildError as error:
            self.report.add("build", name, Outcome(failed=1, failures=["does not configure"], output=str(error)))

    def _run_suite(self, name):
        if name == "lint":
            self._run_all("lint", {path.split("/")[-1]: [path] for path in lint_checks()}, run_script)
        elif name in ("unit", "integration"):
            self._run_programs(name, "debug", lambda test: test.startswith(f"{name}_"))
        elif name == "fuzz":
            self._run_programs("fuzz", "asan", lambda test: test.startswith("fuzz_"))
        elif name == "e2e":
            self._run_e2e()
        elif name == "asan":
            self._run_programs("asan", "asan", lambda test: test.startswith(("unit_", "integration_")))
        elif name == "tsan":
            self._run_programs("tsan", "tsan", TSAN_NAMES.match)
        else:
            self._run_one(name)

    def _run_programs(self, suite, preset, wanted):
        tree = BuildTree(preset, self.jobs)
        # Debug builds everything, the benchmarks too, so that nothing rots; the others what they run.
        targets = [] if preset == "debug" else self._targets_for(tree, wanted)
        if self._build(tree, targets):
            tests = {test: command for test, command in tree.tests().items() if wanted(test)}
            self._run_all(suite, tests, run_gtest, slow=3 if preset != "debug" else 1)

    def _run_e2e(self):
        tree = BuildTree("debug", self.jobs)
        if self._build(tree, self._targets_for(tree, is_e2e)):
            self._run_all("e2e", {test: command for test, command in tree.tests().items() if is_e2e(test)}, run_gtest)
            os.environ["TEST_BUILD_DIR"] = os.path.abspath(tree.folder)
            self._run_all("e2e", {path.split("/")[-1]: shell_test(path) for path in sorted(glob.glob("tests/e2e/*_test.sh"))}, run_script)

    def _run_one(self, name):
        tree = BuildTree("debug", self.jobs)
        if name not in tree.tests():
            self.report.add("run", name, Outcome(failed=1, failures=["no such suite or test program; see tests/run --list"]))
        elif self._build(tree, self._targets_for(tree, lambda test: test == name)):
            self._run_all(name.split("_")[0], {name: tree.tests()[name]}, run_gtest)

    def _targets_for(self, tree, wanted):
        """The wanted test programs, and the programs under test unless all of them are unit tests."""
        tests = [test for test in tree.tests() if wanted(test)]
        if tests and all(test.startswith("unit_") for test in tests):
            return tests
        return [*tests, "loomgated", "loomgate_mosquitto"]

    def _build(self, tree, targets):
        """Builds once per tree and set of targets; a failed build counts once as a failure."""
        key = (tree.preset, tuple(targets))
        if key not in self._built:
            outcome = tree.build(targets)
            self._built[key] = not outcome.failed
            self.report.add("build", tree.preset, outcome)
        return self._built[key]

    def _run_all(self, suite, commands, run, slow=1):
        """Every program brings its own servers on free ports, so some run at a time; the longest kind starts first."""
        if not commands:
            self.report.add(suite, "all", Outcome(skipped=["there is no such program"]))
            return
        ordered = sorted(commands, key=lambda name: (not name.startswith("integration_"), name))
        with concurrent.futures.ThreadPoolExecutor(self.jobs) as pool:
            ended = {pool.submit(run, commands[name], slow * timeout_of(suite, name), SANITIZER_OPTIONS): name for name in ordered}
            for future in concurrent.futures.as_completed(ended):
                self.report.add(suite, ended[future], result_of(future))


def result_of(future):
    """A program that cannot even be started is a failure of that program, not the end of the run."""
    try:
        return future.result()
    except OSError as error:
        return Outcome(failed=1, failures=["could not be started"], output=str(error))


def is_e2e(test):
    return test.startswith("e2e_")


def shell_test(path):
    """A shell test of the running product gets a quickstart of its own; the test of quickstart itself starts its own."""
    return [path] if path.endswith("/quickstart_test.sh") else ["tests/e2e/with_quickstart", path]


def timeout_of(suite, name):
    return TIMEOUTS.get(suite) or TIMEOUTS.get(name.split("_")[0], 300)


def lint_checks():
    return [path for path in sorted(glob.glob("tests/lint/check_*")) if os.access(path, os.X_OK)]


def print_list():
    for name, what in SUITES.items():
        print(f"{name:12} {what}")
    for path in sorted(glob.glob("tests/**/CMakeLists.txt", recursive=True)):
        with open(path, encoding="utf-8") as file:
            for kind, name in re.findall(r"^\s*loomgate_(test|fuzzer)\((\w+)", file.read(), re.MULTILINE):
                print(f"{'fuzz_' if kind == 'fuzzer' else ''}{name:24} {os.path.dirname(path)}")
