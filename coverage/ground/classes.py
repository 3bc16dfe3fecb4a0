"""What each cell of the raster mostly is: seen, missed, no data, masked; for pictures."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import shapely

from coverage.ground.loops import Claims, add_shares
from coverage.ground.seen import GroundSeen

BESIDE, SEEN, MISSED, NO_DATA, MASKED = range(5)
HALF = 1 << 15


def classes_of(seen: GroundSeen) -> npt.NDArray[np.uint8]:
    """Give the class of each cell of `seen.raster`; `BESIDE` lies outside the town."""
    whole = _claims(seen, [seen.land.whole[0]])
    open_ground = _claims(seen, [seen.land.open[0]]) >= HALF
    told = _claims(seen, seen.told.shapes) >= HALF
    near = seen.seen >= 128
    inside = whole >= HALF
    classes = np.select([~inside, ~open_ground, near, told], [BESIDE, MASKED, SEEN, MISSED], default=NO_DATA)
    return classes.astype(np.uint8)


def _claims(seen: GroundSeen, shapes: npt.NDArray[np.object_] | list[shapely.Geometry]) -> Claims:
    into = np.zeros(seen.seen.shape, dtype=np.uint16)
    for shape in shapes:
        if not shape.is_empty:
            edges = seen.raster.edges(shape)
            add_shares(edges.start, edges.end, edges.window, into)
    return into
