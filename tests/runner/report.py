# SPDX-License-Identifier: Apache-2.0
"""What ran and how it ended: one line per program, the output of the failing ones, and the verdict."""

import dataclasses
import sys
import threading


@dataclasses.dataclass
class Outcome:
    """The end of one program (a GoogleTest binary, a shell test, a lint check, a build)."""

    passed: int = 0
    failed: int = 0
    skipped: list = dataclasses.field(default_factory=list)  # "case: reason"
    failures: list = dataclasses.field(default_factory=list)  # names of failed cases
    output: str = ""
    seconds: float = 0.0


class Report:
    """Prints as things end. Safe to call from several threads."""

    def __init__(self):
        self.passed = 0
        self.failed = 0
        self.skipped = []
        self.failures = []
        self._lock = threading.Lock()

    def add(self, suite, name, outcome):
        with self._lock:
            self.passed += outcome.passed
            self.failed += outcome.failed
            self.skipped += [f"{suite}/{name}: {skip}" for skip in outcome.skipped]
            self.failures += [f"{suite}/{name}: {failure}" for failure in outcome.failures]
            if outcome.failed:
                sys.stdout.write(f"---- {suite}/{name}: output ----\n{tail(outcome.output)}\n---- end of {suite}/{name} ----\n")
            verdict = "FAILED" if outcome.failed else "ok"
            print(f"{verdict:6} {suite}/{name}{counts(outcome)} ({outcome.seconds:.1f} s)", flush=True)

    def finish(self):
        """Prints the verdict, its one-line form last; returns the exit code."""
        for skip in self.skipped:
            print(f"skipped {skip}")
        for failure in self.failures:
            print(f"failed  {failure}")
        print(f"{self.passed} passed, {self.failed} failed", flush=True)
        return 1 if self.failed or not self.passed else 0


def counts(outcome):
    """Empty for a program without cases, such as a build."""
    if not (outcome.passed or outcome.failed or outcome.skipped):
        return ""
    skipped = f", {len(outcome.skipped)} skipped" if outcome.skipped else ""
    return f": {outcome.passed} passed, {outcome.failed} failed{skipped}"


def tail(text, limit=60000):
    """The end of a long output, where the reason usually stands."""
    return text if len(text) <= limit else f"[... {len(text) - limit} characters left out ...]\n{text[-limit:]}"
