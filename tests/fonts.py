"""Whether this machine can set Chinese papers."""

from __future__ import annotations

import pytest

from maps.tables import typesetting

needs_font = pytest.mark.skipif(
    not set(typesetting._fonts().families()) & {*typesetting.SONG, *typesetting.HEI},
    reason="no Chinese font on this machine",
)
