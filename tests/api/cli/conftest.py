"""Calling the command line in process."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from io import StringIO
from typing import Any

import pytest

from api.cli import main


@dataclass(frozen=True)
class Said:
    """Exit code of a command, and what it said."""

    code: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        """The one JSON document on stdout, of a command that was done."""
        assert self.code == 0, self.err
        return json.loads(self.out)


@pytest.fixture(scope="session")
def wangge() -> Callable[..., Said]:
    """Give `wangge` as a function of its words."""

    def run(*words: object) -> Said:
        with redirect_stdout(StringIO()) as out, redirect_stderr(StringIO()) as err:
            code = main([str(word) for word in words])
        return Said(code, out.getvalue(), err.getvalue())

    return run
