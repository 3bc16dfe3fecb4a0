"""The walks through real files, run word for word."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.docs.walking import CHECKOUT, walk


@pytest.mark.skipif("WANGGE_WALKS" not in os.environ, reason="half a hundred commands on real files: make walks")
@pytest.mark.parametrize("document", ["chicago.md", "dongguan.md"])
def test_real_files(document: str, tmp_path: Path, shared_data: Path) -> None:
    """The walk through real files runs as printed."""
    walk(CHECKOUT / "docs" / document, tmp_path, shared_data)
