# SPDX-License-Identifier: Apache-2.0
"""tests/run, once the packages are there. Builds and runs the suites; see --help."""

import argparse
import os
import sys

import suites
from report import Report


def parse_arguments():
    parser = argparse.ArgumentParser(
        prog="tests/run", description="Builds Loomgate and runs its tests; the last line printed is the verdict.")
    parser.add_argument("--only", metavar="NAME", action="append", default=[],
                        help="run one suite, or one test program by its CTest name such as unit_json (under the debug preset); may be repeated")
    parser.add_argument("--list", action="store_true", help="print the suites and test programs, and run nothing")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 2, metavar="N",
                        help="compiler processes, and test programs at a time (default: the number of processors)")
    parser.add_argument("--no-install", action="store_true", help="name missing Debian packages instead of installing them")
    return parser.parse_args()


def main():
    arguments = parse_arguments()
    if arguments.list:
        suites.print_list()
        return 0
    report = Report()
    runner = suites.Runner(report, max(1, arguments.jobs))
    for name in arguments.only or suites.DEFAULT_ORDER:
        runner.run(name)
    return report.finish()


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit("interrupted")
