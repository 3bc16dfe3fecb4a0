"""What the inspectors of a town must do in a month: visits and minutes by place, as the rules file says."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely
from pyproj import CRS

from coverage.duties import owed_rules
from coverage.roster import known_places
from coverage.rules import Rule, parse_rules
from geodata.errors import RulesProblem
from geodata.ledger import Ledger
from grids.blocks import metric_of
from grids.graph import Floats
from grids.hierarchy import areas_of_town
from grids.workload import STAY, STAYS, Habits, minutes_of_places

MONTHS = 12
LONGEST = 24 * 60
MODES = {"步行": "walk", "车": "car", "walk": "walk", "car": "car"}


@dataclass(frozen=True)
class Work:
    """What the places of a ledger need.

    Attributes
    ----------
    minutes
        (p,) a month, in the order of the places.
    visited, on_streets
        (p,) who has a position and visits; whose way was measured along streets (else 1.3 times what the crow flies).
    """

    minutes: Floats
    visited: npt.NDArray[np.bool_]
    on_streets: npt.NDArray[np.bool_]

    @property
    def travel(self) -> dict[str, int]:
        """How many ways were measured along streets, and how many as the crow flies."""
        along = int(self.on_streets.sum())
        return {"on_streets": along, "straight": int(self.visited.sum()) - along}


def work_of(ledger: Ledger, rules_text: str, as_of: date) -> Work:
    """Give the minutes a month that the places of a town need.

    Parameters
    ----------
    ledger
        With areas, places and roads (class, geometry).

    Raises
    ------
    RulesProblem
        The rules file can't be read.
    """
    places, habits = ledger.places, parse_habits(rules_text)
    visits = visits_a_month(places, areas_of_town(ledger.areas, ledger.town), parse_rules(rules_text), as_of)
    visited = places.geometry.notna().to_numpy(dtype=bool) & (visits > 0)
    if not visited.any():
        nowhere = np.full(len(places), np.nan)
        return Work(minutes_of_places(visits, places, nowhere, nowhere, habits), visited, np.zeros_like(visited))
    crs = metric_of(places[visited])
    points = np.asarray(places.to_crs(crs).geometry.array, dtype=object)
    along = _along_streets(ledger.roads, _only(points, visited), crs, habits.mode)
    minutes = minutes_of_places(visits, places, shapely.get_x(points), shapely.get_y(points), habits, along)
    return Work(minutes, visited, ~np.isnan(along))


def _only(points: np.ndarray, some: npt.NDArray[np.bool_]) -> np.ndarray:
    found = points.copy()
    found[~some] = None
    return found


def _along_streets(roads: gpd.GeoDataFrame, points: np.ndarray, crs: CRS, mode: str) -> Floats:
    if roads.geometry.isna().all():
        return np.full(len(points), np.nan)
    from coverage.streets.travel import metres_on_streets  # noqa: PLC0415 - slow import: scipy

    return metres_on_streets(roads, points, crs, mode)


def visits_a_month(places: gpd.GeoDataFrame, areas: gpd.GeoDataFrame, rules: Sequence[Rule], as_of: date) -> Floats:
    """Give the visits a month that inspectors owe each place on a day.

    Counted are calendar rules that an inspector's visit can meet; campaigns come and go, and what leaders, experts and
    the enterprise itself owe is no inspector's work. A place that is not open yet, or closed, needs none.

    Parameters
    ----------
    places
        Of a ledger.
    areas
        `grids.hierarchy.areas_of_town`.

    Returns
    -------
    (p,) in the order of `places`.
    """
    known = known_places(places, areas, as_of)
    open_now = known["closed_from"].isna().to_numpy()
    visits = np.zeros(len(known))
    for owed in owed_rules(known, rules, as_of):
        if owed.rule.every and (owed.rule.by is None or "inspector" in owed.rule.by):
            visits[owed.places] += owed.rule.visits_a_year / MONTHS
    of_place = dict(zip(known["id"], np.where(open_now, visits, 0.0), strict=True))
    return np.array([of_place.get(each, 0.0) for each in places["id"]], dtype=float)


def parse_habits(text: str) -> Habits:
    """Read the table `[minutes]` of a rules file: minutes of a visit by industry or risk, `其他` for all others.

    Without the table, wangge's own assumption.

    Raises
    ------
    RulesProblem
        Names the key and says what to write instead.
    """
    document = tomllib.loads(text)
    given = document.get("minutes", {})
    if not isinstance(given, dict):
        raise RulesProblem('规则文件的 minutes 应写成 [minutes] 一节，例如 "重大" = 60、"燃气" = 45、"其他" = 25。')
    rest = dict(given)
    mode = rest.pop("出行方式", "walk")
    if mode not in MODES:
        raise RulesProblem(f"规则文件 [minutes] 的“出行方式”写成了“{mode}”，应写“步行”或“车”。")
    for name, minutes in rest.items():
        number = isinstance(minutes, int | float) and not isinstance(minutes, bool)
        if not number or not 0 < minutes <= LONGEST:
            raise RulesProblem(
                f"规则文件 [minutes] 的“{name}”写成了“{minutes}”，应写一次检查的分钟数（1 到 {LONGEST}）。"
            )
    stay = float(rest.pop("其他", STAY))
    return Habits({**STAYS, **{name: float(minutes) for name, minutes in rest.items()}}, stay, MODES[mode])
