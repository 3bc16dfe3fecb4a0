"""The command line `wangge`: `commands` says what may be typed, one file a group of commands does it.

Nothing heavy is imported before the command is known: `wangge coverage` never loads the web service or Folium.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from importlib import import_module
from io import TextIOWrapper

from api.cli.commands import build_parser
from api.cli.terminal import say
from api.cli.usage import UsageProblem
from api.memory import keep_room
from geodata.errors import WanggeError

__all__ = ["main"]

LIVE_ON = ("serving.serve", "demo.demo", "importing.import_files")
"""Commands that may go on for days: they give room back."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and give its exit code: 0 done, 1 the data or the store says no, 2 wrong usage, 130 stopped.

    Parameters
    ----------
    argv
        Words after `wangge`; those of the process when left out.
    """
    _write_anything()
    try:
        arguments = build_parser().parse_args(argv)
        module, _, function = arguments.does.partition(".")
        if argv is None and arguments.does not in LIVE_ON:
            keep_room()
        code: int = getattr(import_module(f"api.cli.{module}"), function)(arguments) or 0
        sys.stdout.flush()
    except UsageProblem as problem:
        say(str(problem))
        return 2
    except WanggeError as problem:
        say(f"错误：{problem}")
        return 1
    except KeyboardInterrupt:
        say("已停止。")
        return 130
    except BrokenPipeError:
        # The reader of a pipe (`| head`) has left; nothing more can be said there, and Python would try on exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 141
    except SystemExit as stop:  # argparse leaves this way after --help and --version
        return int(stop.code or 0)
    return code


def _write_anything() -> None:
    """Let every text of a ledger be printed, whatever the terminal's encoding; what is piped on is UTF-8."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(encoding=None if stream.isatty() else "utf-8", errors="backslashreplace")
