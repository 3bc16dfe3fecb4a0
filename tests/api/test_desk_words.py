"""Words of the clerk's desk."""

from __future__ import annotations

import argparse

from api.cli.commands import build_parser
from api.pages.desk_words import COMMANDS


def test_every_command_has_its_way() -> None:
    """The desk names every command of the command line: where it is done on the pages, or why there alone."""
    (commands,) = (each for each in build_parser()._actions if isinstance(each, argparse._SubParsersAction))
    named = {word.split()[0] for way in COMMANDS for word in way.command.split(" · ")}
    assert named == set(commands.choices)
    assert all(way.path or way.only for way in COMMANDS)
