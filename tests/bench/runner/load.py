# SPDX-License-Identifier: Apache-2.0
"""Calls loomgate_load, the load generator."""

import json
import subprocess


class Load:
    def __init__(self, build):
        self.program = f"{build}/tests/bench/loomgate_load"

    def command(self, broker, kind, principals, **options):
        words = [self.program, kind, "--port", broker.port, "--broker-pid", broker.process.pid, "--principals", principals]
        for name, value in options.items():
            words += [f"--{name.replace('_', '-')}"] + ([] if value is True else [value])
        # Options of the program stand before its subcommand.
        return [str(word) for word in [words[0], *words[2:], words[1]]]

    def run(self, broker, kind, principals, **options):
        run = subprocess.run(self.command(broker, kind, principals, **options), capture_output=True, text=True, check=False, timeout=300)
        return parse(run.returncode, run.stdout, run.stderr)

    def start(self, broker, kind, principals, **options):
        """For the loads that hold connections; returns when all of them stand."""
        process = subprocess.Popen(self.command(broker, kind, principals, **options), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        if process.stdout.readline().strip() != "ready":
            raise RuntimeError(process.communicate()[1])
        return process

    @staticmethod
    def finish(process):
        output, errors = process.communicate(timeout=300)
        return parse(process.returncode, output, errors)


def parse(code, output, errors):
    if code:
        raise RuntimeError(errors.strip())
    return json.loads(output.splitlines()[-1])
