"""A made-up town that the doctor knows four fifths of."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pytest
import shapely

from geodata.doctor import Ground
from tests.made_up import made_town

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Known:
    """What the town knows, and positions (n, 2) of places that it does not know yet, degrees in WGS 84."""

    ground: Ground
    new: Floats
    known: Floats
    known_ids: npt.NDArray[np.object_]


@pytest.fixture(scope="session")
def town() -> Known:
    """Give the made-up village, a fifth of its places held back."""
    frames = made_town().frames
    places = frames["places"][frames["places"].geometry.notna()].reset_index(drop=True)
    held = np.random.default_rng(3).random(len(places)) < 0.2
    areas = frames["areas"][frames["areas"].geometry.notna()].reset_index(drop=True)
    ground = Ground(areas, places[~held].reset_index(drop=True), frames["roads"])
    xy = shapely.get_coordinates(places.geometry)
    return Known(ground, xy[held], xy[~held], places["id"].to_numpy(dtype=object)[~held])
