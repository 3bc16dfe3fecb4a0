"""The walk of the readmes, run word for word."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.docs.walking import CHECKOUT, steps_of, walk


@pytest.mark.long
def test_readme(tmp_path: Path) -> None:
    """The five-minute walk from files to map runs as the readme prints it."""
    walk(CHECKOUT / "README.md", tmp_path)


def test_readmes_walk_alike() -> None:
    """Both readmes walk the same commands and promise the same lines: the one that is run stands for both."""
    english, chinese = (list(steps_of(CHECKOUT / name)) for name in ("README.md", "README.zh.md"))
    assert english == chinese
