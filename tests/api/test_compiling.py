"""Loops are compiled beside a service, once."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path
from unittest.mock import patch

import pytest

from api import compiling
from api.compiling import are_compiled, compile_beside, main
from coverage.streets.compiling import compile_loops


def test_what_is_compiled_is_left_alone() -> None:
    """Where the loops stand compiled no process is started."""
    compile_loops()
    assert are_compiled()
    with patch("api.compiling.subprocess.Popen", side_effect=AssertionError):
        assert compile_beside() is None


def test_a_process_compiles_what_is_not() -> None:
    """Where they don't, a process of its own is started, which nobody waits for."""
    with patch.object(compiling, "LONGEST", "nothing of this name"), patch("api.compiling.subprocess.Popen") as started:
        assert not are_compiled()
        assert compile_beside() is started.return_value
    assert started.call_args.args == ([sys.executable, "-m", "api.compiling"],)
    assert not started.return_value.wait.called


def test_one_at_a_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """While one compiles, another that was started for the same ends at once."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    begun: list[int] = []

    def compile_once() -> None:
        begun.append(len(begun))
        main()

    with (
        patch.object(compiling, "LONGEST", "nothing of this name"),
        patch("coverage.streets.compiling.compile_loops", side_effect=compile_once),
        patch.object(os, "nice"),
    ):
        main()
        assert begun == [0]
        main()
    assert begun == [0, 1]
