"""Whether this machine can set Chinese papers."""

from __future__ import annotations

import pytest

from maps.tables import paper

needs_font = pytest.mark.skipif(
    not set(paper._fonts().families()) & {*paper.SONG, *paper.HEI}, reason="no Chinese font on this machine"
)
