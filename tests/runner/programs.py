# SPDX-License-Identifier: Apache-2.0
"""Runs one program with a deadline and counts its cases: GoogleTest by its JSON report, scripts by their TAP lines."""

import json
import os
import re
import signal
import subprocess
import tempfile
import time

from report import Outcome


def run_command(command, timeout, environment=None, directory=None):
    """Returns (exit code or None after the deadline, output). The program and its children end with the deadline."""
    process = subprocess.Popen(
        command, cwd=directory, env={**os.environ, **(environment or {})}, stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace", start_new_session=True)
    try:
        output, _ = process.communicate(timeout=timeout)
        return process.returncode, output
    except subprocess.TimeoutExpired:
        return None, stop_group(process) + f"\nStopped: it ran longer than {timeout} s.\n"
    except BaseException:
        stop_group(process)
        raise


def stop_group(process):
    """SIGTERM lets a test stop the servers it started; SIGKILL follows. Returns the output so far."""
    for kind in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(process.pid, kind)
            return process.communicate(timeout=10)[0] or ""
        except ProcessLookupError:
            break
        except subprocess.TimeoutExpired:
            continue
    try:
        return process.communicate(timeout=10)[0] or ""
    except subprocess.TimeoutExpired:
        return ""  # a child in a session of its own still holds the pipe


def run_gtest(command, timeout, environment=None):
    start = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="loomgate-run-") as folder:
        path = os.path.join(folder, "report.json")
        code, output = run_command([*command, f"--gtest_output=json:{path}"], timeout, environment)
        outcome = count_gtest(path, output)
    outcome.output = output
    outcome.seconds = time.monotonic() - start
    if code != 0 and not outcome.failed:
        outcome.failed = 1
        last = [line for line in output.splitlines() if line.startswith("[ RUN      ]")][-1:]
        reason = "ran into the deadline" if code is None else f"ended with code {code}"
        outcome.failures = [f"{reason}, last case: {last[0][12:].strip() if last else 'none'}"]
    elif not outcome.passed and not outcome.failed and not outcome.skipped:
        outcome.failed, outcome.failures = 1, ["ran no test"]
    return outcome


def count_gtest(path, output):
    outcome = Outcome()
    try:
        with open(path, encoding="utf-8") as file:
            suites = json.load(file)["testsuites"]
    except (OSError, ValueError, KeyError):
        return outcome  # it crashed before the report; the exit code tells
    for suite in suites:
        for case in suite["testsuite"]:
            name = f"{suite['name']}.{case['name']}"
            if case.get("failures"):
                outcome.failed += 1
                outcome.failures.append(name)
            elif case.get("result") == "SKIPPED" or case.get("status") == "NOTRUN":
                outcome.skipped.append(f"{name}: {skip_reason(name, case, output)}")
            else:
                outcome.passed += 1
    return outcome


def skip_reason(name, case, output):
    """GoogleTest 1.12 prints the reason and leaves it out of its report."""
    if case.get("status") == "NOTRUN":
        return "disabled"
    before, mark, _ = output.partition(f"[  SKIPPED ] {name} ")
    reason = before.rpartition(": Skipped\n")[2] if mark else ""
    return " ".join(reason.split()) or "no reason given"


CASE_LINE = re.compile(r"^(ok|not ok|FAILED)\b[ \d]*-?\s*(.*)$")


def run_script(command, timeout, environment=None):
    """A script reports each case as `ok - name`, `not ok - name` (or `FAILED name`) or `ok - name # skip reason`; without such lines it is one case."""
    start = time.monotonic()
    code, output = run_command(command, timeout, environment)
    outcome = Outcome(output=output, seconds=time.monotonic() - start)
    for line in output.splitlines():
        match = CASE_LINE.match(line)
        if not match:
            continue
        name, _, skip = match.group(2).partition("# skip")
        if match.group(1) != "ok":
            outcome.failed += 1
            outcome.failures.append(name.strip())
        elif skip:
            outcome.skipped.append(f"{name.strip()}: {skip.strip()}")
        else:
            outcome.passed += 1
    if code != 0 and not outcome.failed:
        outcome.failed = 1
        outcome.failures = ["ran into the deadline" if code is None else f"ended with code {code}"]
    elif code == 0 and not outcome.passed and not outcome.failed and not outcome.skipped:
        outcome.passed = 1
    return outcome
