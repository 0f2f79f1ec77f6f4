# SPDX-License-Identifier: Apache-2.0
"""What the lint checks share: which files are ours, and how a check reports (TAP lines for tests/run, exit code for people)."""

import argparse
import os
import sys

ROOMS = ("sql", "plugin", "daemon", "tests", "packaging", "web", ".ci")
SKIPPED_FOLDERS = {"node_modules", "dist", "corpus", "__pycache__"}


def root_from_arguments(description):
    """--root lets the self-test point a check at a made-up tree."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--root", default=os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
    return os.path.normpath(parser.parse_args().root)


def files(root, endings=None, rooms=ROOMS):
    """Paths below root, sorted, with '/' between parts. endings None means every file."""
    found = []
    for room in rooms:
        for folder, folders, names in os.walk(os.path.join(root, room)):
            folders[:] = sorted(set(folders) - SKIPPED_FOLDERS)
            found += [os.path.relpath(os.path.join(folder, name), root) for name in names if endings is None or name.endswith(endings)]
    return sorted(found)


def text(root, path):
    with open(os.path.join(root, path), encoding="utf-8", errors="replace") as file:
        return file.read()


def is_shell(root, path):
    first = text(root, path).split("\n", 1)[0]
    return path.endswith(".sh") or (first.startswith("#!") and first.rstrip().endswith(("bash", "/sh")))


def finish(name, problems):
    for problem in problems:
        print(problem)
    print(f"{'not ok' if problems else 'ok'} - {name}")
    sys.exit(1 if problems else 0)
