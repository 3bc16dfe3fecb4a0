"""Minutes a month that places need: visits, how long each takes, and the way from one to the next."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

import numpy as np
import pandas as pd

from grids.graph import Floats, Ints

STAYS: Mapping[str, float] = MappingProxyType({"重大": 60.0, "较大": 40.0, "一般": 25.0, "低": 15.0})
"""Minutes of one visit by risk: an assumption of ours, no document says it. A town gives its own."""
STAY = 25.0
"""Where neither the industry nor the risk is among them."""
DETOUR = 1.3
"""Streets are longer than the crow flies: an assumption that holds for most street nets."""
SPEED_M_PER_MIN: Mapping[str, float] = MappingProxyType({"walk": 75.0, "car": 350.0})
TOUR = 0.7124
"""A long tour through n random points in an area A is TOUR · sqrt(n · A) long (Beardwood, Halton, Hammersley 1959; the
constant after Johnson, McGeoch, Rothberg 1996)."""
NEAREST = 8
MOST_METRES = 5_000.0
"""Nobody goes further from one visit to the next."""


@dataclass(frozen=True)
class Habits:
    """How a town works: minutes of a visit by industry or risk (industry first), and how people get about."""

    stays: Mapping[str, float] = field(default_factory=lambda: STAYS)
    stay: float = STAY
    mode: str = "walk"


def minutes_of_places(
    visits: Floats,
    places: pd.DataFrame,
    x: Floats,
    y: Floats,
    habits: Habits | None = None,
    on_streets: Floats | None = None,
) -> Floats:
    """Give the minutes a month that each place needs.

    Parameters
    ----------
    visits
        (p,) visits a month that its duties ask for.
    places
        industry, risk.
    x, y
        (p,) metres, NaN without a position: no way is counted there.
    on_streets
        (p,) metres from one visit to the next along the streets, NaN where that is not known: there it is `DETOUR`
        times what the crow flies.

    Returns
    -------
    (p,) visits × (stay + way from the place before).
    """
    habits = habits or Habits()
    stays = {name: float(minutes) for name, minutes in habits.stays.items()}
    stay = places["industry"].map(stays).fillna(places["risk"].map(stays)).fillna(habits.stay).to_numpy(dtype=float)
    metres = DETOUR * metres_between(visits, x, y)
    if on_streets is not None:
        metres = np.where(np.isnan(on_streets), metres, on_streets)
    return np.asarray(visits * (stay + metres / SPEED_M_PER_MIN[habits.mode]))


def metres_between(visits: Floats, x: Floats, y: Floats) -> Floats:
    """Give how far it is from one visit to the next around each place, as the crow flies, by local density.

    Density is that of the `NEAREST` places with visits around it, in the circle that reaches the last of them.
    """
    from scipy.spatial import cKDTree  # noqa: PLC0415 - slow import

    metres = np.zeros(len(x))
    held = np.flatnonzero(~np.isnan(x) & (visits > 0))
    if len(held) < 2:
        return metres
    at = np.column_stack([x[held], y[held]])
    nearest = min(NEAREST, len(held) - 1)
    reach = cKDTree(at).query(at, k=nearest + 1)[0][:, -1]
    metres[held] = step(reach, nearest)
    return metres


def step(reach: Floats, nearest: int) -> Floats:
    """Give how far it is from one visit to the next where the `nearest`-th other place is so far away (metres)."""
    return np.asarray(np.minimum(TOUR * reach * np.sqrt(np.pi / nearest), MOST_METRES))


def minutes_of_atoms(minutes: Floats, atom: Ints, atoms: int) -> Floats:
    """Add the minutes of places up by atom; places of no atom (-1) count nowhere."""
    held = atom >= 0
    return np.bincount(atom[held], minutes[held], atoms).astype(float)
