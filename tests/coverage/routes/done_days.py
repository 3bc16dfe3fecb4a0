"""Kept routes, visits and skips of made-up days as the frames that the store and the grading give."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import geopandas as gpd
import pandas as pd
import shapely

from coverage.evidence.grading import Graded
from coverage.routes.afterwards import Afterwards, afterwards
from geodata.ledger import Ledger
from geodata.model import Town

TOWN = Town("990001001", "合成镇")
ZONE = "Asia/Shanghai"
SQUARE = shapely.box(0, 0, 1, 1)
AREAS = gpd.GeoDataFrame(
    {"code": ["990001001", "g1", "g2"], "name": ["合成镇", "一格", "二格"], "level": ["town", "grid", "grid"]},
    geometry=[SQUARE] * 3,
    crs=4326,
)
OFFICERS = pd.DataFrame({"id": ["A", "B"], "name": ["甲", "乙"]}, dtype="str")


@dataclass(frozen=True)
class Stop:
    """A stop of a revision: the place, when its check is to begin (minutes of the day), whether it was done by then."""

    place: str
    begin: int = 540
    done: bool = False
    partner: str | None = None


@dataclass(frozen=True)
class Revision:
    """One revision of a route."""

    day: date
    officer: str
    number: int
    state: str
    stops: Sequence[Stop] = ()
    depart: int = 510
    home: int = 1050
    metres: float = 1000.0


@dataclass(frozen=True)
class Visit:
    """An inspection: None for an officer whom nobody knows; 0 minutes: only the day is known."""

    day: date
    place: str
    officer: str | None
    minute: int
    grade: str = "B"


@dataclass(frozen=True)
class Skip:
    """What an officer said of a stop."""

    day: date
    officer: str
    place: str
    reason: str | None
    state: str = "skipped"


def kept_of(revisions: Sequence[Revision], skips: Sequence[Skip] = ()) -> Ledger:
    """Give what `Store.routes` reads."""
    routes = pd.DataFrame(
        {
            "date": pd.to_datetime([each.day for each in revisions]).as_unit("s"),
            "officer": pd.Series([each.officer for each in revisions], dtype="str"),
            "revision": pd.Series([each.number for each in revisions], dtype="float64"),
            "state": pd.Series([each.state for each in revisions], dtype="str"),
            "depart": pd.Series([60 * each.depart for each in revisions], dtype="float64"),
            "home": pd.Series([60 * each.home for each in revisions], dtype="float64"),
            "length_m": pd.Series([each.metres for each in revisions], dtype="float64"),
        }
    )
    flat = [(each, at + 1, stop) for each in revisions for at, stop in enumerate(each.stops)]
    stops = pd.DataFrame(
        {
            "date": pd.to_datetime([each.day for each, _, _ in flat]).as_unit("s"),
            "officer": pd.Series([each.officer for each, _, _ in flat], dtype="str"),
            "revision": pd.Series([each.number for each, _, _ in flat], dtype="float64"),
            "number": pd.Series([number for _, number, _ in flat], dtype="float64"),
            "place_id": pd.Series([stop.place for _, _, stop in flat], dtype="str"),
            "begin": pd.Series([60 * stop.begin for _, _, stop in flat], dtype="float64"),
            "stay": pd.Series([1200.0] * len(flat), dtype="float64"),
            "must": pd.Series([False] * len(flat), dtype="bool"),
            "done": pd.Series([stop.done for _, _, stop in flat], dtype="bool"),
            "partner": pd.Series([stop.partner for _, _, stop in flat], dtype="str"),
        }
    )
    said = pd.DataFrame(
        {
            "date": pd.to_datetime([each.day for each in skips]).as_unit("s"),
            "officer": pd.Series([each.officer for each in skips], dtype="str"),
            "place_id": pd.Series([each.place for each in skips], dtype="str"),
            "state": pd.Series([each.state for each in skips], dtype="str"),
            "reason": pd.Series([each.reason for each in skips], dtype="str"),
            "note": pd.Series([None] * len(skips), dtype="str"),
        }
    )
    frames = {"planned_routes": routes, "planned_stops": stops, "route_skips": said}
    shaped = {
        name: gpd.GeoDataFrame(frame, geometry=gpd.GeoSeries([None] * len(frame), crs=4326))
        for name, frame in frames.items()
    }
    return Ledger(TOWN, shaped)


def graded_of(visits: Sequence[Visit]) -> Graded:
    """Give graded visits, in order of time; their ids are their positions."""
    ordered = sorted(enumerate(visits), key=lambda pair: (pair[1].day, pair[1].minute, pair[0]))
    rows = [each for _, each in ordered]
    at = [datetime.combine(each.day, datetime.min.time()) + timedelta(minutes=each.minute) for each in rows]
    keys = [each.officer or "unknown" for each in rows]
    frame = pd.DataFrame(
        {
            "inspection_id": pd.Series([f"v{number}" for number, _ in ordered], dtype="str"),
            "place_id": pd.Series([each.place for each in rows], dtype="str"),
            "officer": pd.Series(keys, dtype="str"),
            "officer_name": pd.Series(keys, dtype="str"),
            "at": pd.to_datetime(at).as_unit("s"),
            "grade": pd.Series([each.grade for each in rows], dtype="str"),
        }
    )
    return Graded(TOWN, date(2024, 7, 31), AREAS, frame)


def places_of(ids: Sequence[str]) -> pd.DataFrame:
    """Give places as `known_places` does: the first half in the one grid, the others in the other."""
    rows = pd.Series(range(len(ids)))
    return pd.DataFrame(
        {"id": pd.Series(ids, dtype="str"), "name": pd.Series([f"场所{each}" for each in ids], dtype="str")}
    ).assign(town=0, grid=(1 + (rows >= len(ids) / 2)).to_numpy())


def walked_of(rows: Sequence[tuple[date, str, float, float]] = ()) -> pd.DataFrame:
    """Give what `coverage.routes.walked` gives."""
    return pd.DataFrame(
        {
            "date": pd.to_datetime([row[0] for row in rows]).as_unit("s"),
            "officer": pd.Series([row[1] for row in rows], dtype="str"),
            "walked_m": pd.Series([row[2] for row in rows], dtype="float64"),
            "track_minutes": pd.Series([row[3] for row in rows], dtype="float64"),
        }
    )


def after_of(
    revisions: Sequence[Revision],
    visits: Sequence[Visit] = (),
    skips: Sequence[Skip] = (),
    walked: Sequence[tuple[date, str, float, float]] = (),
    places: Sequence[str] = ("p0", "p1", "p2", "p3"),
) -> Afterwards:
    """Compare."""
    return afterwards(kept_of(revisions, skips), graded_of(visits), places_of(places), OFFICERS, walked_of(walked))
