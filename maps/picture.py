"""A density as a picture: classes in colours, transparent below the first."""

from __future__ import annotations

import io
from base64 import b64encode

import numpy as np
from PIL import Image

from coverage.density import Floats
from maps.colours import HEAT_COLOURS, rgb


def picture(density: Floats, limits: list[float]) -> str:
    """Paint each class in its colour as a palette PNG, a data URI; below the first limit it is transparent.

    Parameters
    ----------
    limits
        Rising, at most as many as `HEAT_COLOURS`; the darkest colours are used.
    """
    classes = np.searchsorted(np.asarray(limits, dtype=float), density, side="right").astype(np.uint8)
    image = Image.fromarray(classes, mode="P")
    colours = HEAT_COLOURS[len(HEAT_COLOURS) - len(limits) :]
    image.putpalette([0, 0, 0, *(part for colour in colours for part in rgb(colour))])
    out = io.BytesIO()
    image.save(out, "PNG", optimize=True, transparency=0)
    return f"data:image/png;base64,{b64encode(out.getvalue()).decode()}"
