"""Pictures that are set in strips."""

from __future__ import annotations

import io

import numpy as np
from PIL import Image

from maps.strips import MOST_PIXELS, Strips, joined


def png(pixels: np.ndarray) -> bytes:
    """Write pixels as a PNG."""
    out = io.BytesIO()
    Image.fromarray(pixels).save(out, "PNG")
    return out.getvalue()


def test_strips_join_without_a_seam() -> None:
    """Three strips of random pixels are one picture, without the rows that stand below it."""
    whole = np.random.default_rng(1).integers(0, 256, (20, 17, 4), dtype=np.uint8)
    whole[..., 3] = 255
    picture = Image.open(io.BytesIO(joined([png(whole[:8]), png(whole[8:16]), png(np.vstack([whole[16:]] * 2))], 20)))
    assert (picture.mode, picture.size) == ("RGB", (17, 20))
    np.testing.assert_array_equal(np.asarray(picture), whole[..., :3])


def test_how_many() -> None:
    """A4 is one strip; A0 at 300 pixels an inch is cut so that no strip is too large, and none is without rows."""
    assert Strips.of(2480, 3508) == Strips(1, 3508)
    cut = Strips.of(14043, 9933)
    assert cut.rows * 14043 <= MOST_PIXELS + 14043
    assert (cut.count - 1) * cut.rows < 9933 <= cut.count * cut.rows
