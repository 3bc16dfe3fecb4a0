"""A density as a palette picture."""

from __future__ import annotations

import io
from base64 import b64decode

import numpy as np
from PIL import Image

from maps.picture import picture


def test_picture_is_transparent_below_the_first_limit() -> None:
    """Each class has its colour; the lowest values none at all."""
    uri = picture(np.array([[0.0, 4.9, 5.0, 10.0]]), [5.0, 10.0])
    image = Image.open(io.BytesIO(b64decode(uri.split(",")[1])))
    assert image.mode == "P"
    pixels = [image.convert("RGBA").getpixel((x, 0)) for x in range(4)]
    assert [pixel[3] for pixel in pixels] == [0, 0, 255, 255]
    assert pixels[2] != pixels[3]
