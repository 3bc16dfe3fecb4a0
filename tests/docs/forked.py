"""`wangge`, each command a process of its own that need not load the libraries: it is forked from one that has.

Run as a program by `tests.docs.walking`. A request is a line of JSON on stdin: the words after `wangge`, the folder to
work in, the file that takes what the command prints; the answer is a line with its exit code.
"""

from __future__ import annotations

import json
import os
import sys
from importlib import import_module

from api.cli import main

LOADED = ("assigning", "demo", "dividing", "examining", "forecast", "gaps", "ground", "importing", "maps", "reporting")
"""Modules of `api.cli` whose imports the commands share."""


def answer(words: list[str], folder: str, printed: str) -> int:
    """Run one command and give its exit code; the child ends as any program does, by its exit or with a traceback."""
    child = os.fork()
    if child:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    os.chdir(folder)
    out = os.open(printed, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    for stream, at in ((os.open(os.devnull, os.O_RDONLY), 0), (out, 1), (out, 2)):
        os.dup2(stream, at)
    sys.argv = ["wangge", *words]
    sys.exit(main())


def serve() -> None:
    """Answer requests until stdin ends."""
    for name in LOADED:
        import_module(f"api.cli.{name}")
    for line in sys.stdin:
        sys.stdout.write(f"{answer(*json.loads(line))}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    serve()
