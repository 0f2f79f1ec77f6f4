# SPDX-License-Identifier: Apache-2.0
"""Configures and builds one preset, and asks CTest which test programs it holds."""

import json
import os
import subprocess
import time

from programs import run_command
from report import Outcome

BUILD_TIMEOUT = 1500


class BuildError(Exception):
    """The text is what CMake printed."""


class BuildTree:
    def __init__(self, preset, jobs):
        self.preset = preset
        self.folder = f"build/{preset}"
        self.jobs = jobs

    def configure(self):
        """Cheap when nothing changed: Ninja re-runs CMake by itself when a CMakeLists.txt did."""
        if os.path.exists(f"{self.folder}/build.ninja") and self._has_tests():
            return
        code, output = run_command(["cmake", "--preset", self.preset, "-DLOOMGATE_TESTS=ON"], 120)
        if code != 0:
            raise BuildError(output)

    def _has_tests(self):
        with open(f"{self.folder}/CMakeCache.txt", encoding="utf-8") as cache:
            return "LOOMGATE_TESTS:BOOL=ON" in cache.read()

    def build(self, targets):
        start = time.monotonic()
        self.configure()
        code, output = run_command(["ninja", "-C", self.folder, f"-j{self.jobs}", *targets], BUILD_TIMEOUT)
        outcome = Outcome(output=output, seconds=time.monotonic() - start)
        if code != 0:
            outcome.failed, outcome.failures = 1, ["ran into the deadline" if code is None else "does not build"]
        return outcome

    def tests(self):
        """CTest's names and commands, for example {"unit_json": ["/.../unit_json"]}; no command while a program is not built."""
        self.configure()
        listing = subprocess.run(["ctest", "--test-dir", self.folder, "--show-only=json-v1"], capture_output=True, text=True, check=True)
        return {test["name"]: test.get("command", []) for test in json.loads(listing.stdout)["tests"]}
