"""Programs of ours behind walls: their answer, or why there is none."""

from __future__ import annotations

from pathlib import Path

import pytest

from geodata.walled import BrokeDown, TooSlow, ask


def test_breaks_down(tmp_path: Path) -> None:
    """A child that ends with an error has broken down."""
    with pytest.raises(BrokeDown):
        ask("geodata.book_child", b"no request", tmp_path, seconds=5)


def test_too_slow(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A child that runs on past its time is killed: an HTTP server never ends by itself."""
    monkeypatch.setattr("geodata.walled.PATIENCE", 1)
    with pytest.raises(TooSlow):
        ask("http.server", b"", tmp_path, seconds=1, arguments=("0", "--bind", "127.0.0.1"))
