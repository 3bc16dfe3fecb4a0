"""Pictures that are set in strips."""

from __future__ import annotations

import io

import numpy as np
from PIL import Image

from maps.strips import MOST_PIXELS, Strips, joined


def test_strips_join_without_a_seam() -> None:
    """Three strips of random pixels are one picture, without the rows that stand below it."""
    whole = np.random.default_rng(1).integers(0, 256, (20, 17, 3), dtype=np.uint8)
    joint = joined([whole[:8], whole[8:16], np.vstack([whole[16:]] * 2)], 17, 20)
    picture = Image.open(io.BytesIO(joint))
    assert (picture.mode, picture.size) == ("RGB", (17, 20))
    np.testing.assert_array_equal(np.asarray(picture), whole)


def test_how_many() -> None:
    """A4 is one strip; A0 at 300 pixels an inch is cut so that no strip is too large, and none is without rows."""
    assert Strips.of(2480, 3508) == Strips(1, 3508)
    cut = Strips.of(14043, 9933)
    assert cut.rows * 14043 <= MOST_PIXELS + 14043
    assert (cut.count - 1) * cut.rows < 9933 <= cut.count * cut.rows
