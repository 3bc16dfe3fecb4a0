"""Random small towns for the oracle, and the same towns as the frames of a Ledger."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import geopandas as gpd
import pandas as pd
import shapely
from hypothesis import strategies as st
from pyproj import Geod

from geodata.ledger import Ledger
from geodata.model import Town
from tests.coverage.oracle import LEVELS, Case, Row, period

EARTH = Geod(ellps="WGS84")
SIDE = 1 / 128  # degrees, exact in binary: points on borders are exactly on them
WEST, SOUTH = 113.75, 22.75

RISKS = ["重大", "较大", "一般", "低"]
INDUSTRIES = ["燃气", "工贸"]
DEPARTMENTS = ["应急", "住建"]
TAGS = ["不放心点位", "重点", "点"]
PEOPLE = ["o1", "o2", "张三", "李四", "外人"]
METRES = [0, 30, 49, 51, 79, 81, 99, 101, 129, 131, 149, 151, 199, 201, 5000]


def maybe(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.none() | values


def turning_days(as_of: date) -> list[date]:
    """Days on which something changes: the edges of this period and of the last ones, each with its neighbours."""
    firsts = []
    for every in ("week", "month", "quarter", "half-year", "year", "two-years"):
        first, _ = period(every, as_of)
        before, _ = period(every, first - timedelta(days=1))
        firsts += [first, before]
    days = {day + timedelta(days=shift) for day in [*firsts, as_of] for shift in (-1, 0, 1)}
    return sorted(days)


def days(as_of: date) -> st.SearchStrategy[date]:
    near = st.integers(-70, 10).map(lambda shift: as_of + timedelta(days=shift))
    far = st.integers(-1600, 30).map(lambda shift: as_of + timedelta(days=shift))
    return st.sampled_from(turning_days(as_of)) | near | far


def moments(as_of: date, zone: str) -> st.SearchStrategy[datetime]:
    clock = st.sampled_from([time(0, 0), time(0, 0, 1), time(9, 7), time(23, 59, 59)])
    local = st.builds(lambda day, at: datetime.combine(day, at, ZoneInfo(zone)), days(as_of), clock)
    return local.map(lambda moment: moment.astimezone(UTC))


def spots() -> st.SearchStrategy[tuple[float, float] | None]:
    """Half steps of the lattice: inside, on borders, outside; or nowhere."""
    step = st.integers(-1, 9).map(lambda n: n / 2 * SIDE)
    return maybe(st.tuples(step.map(lambda x: WEST + x), step.map(lambda y: SOUTH + y)))


@st.composite
def areas_of(draw: st.DrawFn, root: str) -> list[Row]:
    """Tile 4 × 4 lattice squares with areas of some levels below the root, in shuffled codes, some overlapping."""
    areas: list[Row] = []
    for level in LEVELS[LEVELS.index(root) + 1 :]:
        boxes = {
            "none": [],
            "strips": [(0, 0, 2, 4), (2, 0, 4, 4)],
            "squares": [(x, y, x + 2, y + 2) for x in (0, 2) for y in (0, 2)],
            "overlap": [(0, 0, 3, 3), (2, 2, 4, 4), None],
        }[draw(st.sampled_from(["none", "strips", "squares", "overlap"]))]
        codes = draw(st.permutations(["1", "2", "10", "x1"]))
        for code, corners in zip(codes, boxes, strict=False):
            name = draw(maybe(st.just(f"{level}{code}")))
            areas.append({"level": level, "code": code, "name": name, "box": scaled(corners)})
    return areas


def scaled(corners: tuple[int, int, int, int] | None) -> tuple[float, float, float, float] | None:
    if corners is None:
        return None
    west, south, east, north = corners
    return WEST + west * SIDE, SOUTH + south * SIDE, WEST + east * SIDE, SOUTH + north * SIDE


@st.composite
def places_of(draw: st.DrawFn, as_of: date) -> list[Row]:
    return [
        {
            "id": f"p{number}",
            "name": f"场所{number}",
            "industry": draw(maybe(st.sampled_from(INDUSTRIES))),
            "risk": draw(maybe(st.sampled_from(RISKS))),
            "department": draw(maybe(st.sampled_from(DEPARTMENTS))),
            "headcount": draw(maybe(st.integers(0, 3))),
            "tags": draw(st.lists(st.sampled_from(TAGS), unique=True, max_size=2)),
            "opened": draw(maybe(days(as_of))),
            "closed": draw(st.none() | maybe(days(as_of))),
            "status": draw(st.sampled_from(["open", "open", "open", "suspended", "closed", None])),
            "xy": draw(spots()),
        }
        for number in range(draw(st.integers(0, 8)))
    ]


@st.composite
def inspections_of(draw: st.DrawFn, places: list[Row], as_of: date, zone: str) -> list[Row]:
    rows = []
    for number in range(draw(st.integers(0, 25)) if places else 0):
        place = draw(st.sampled_from(places))
        rows.append(
            {
                "id": f"i{number}",
                "place_id": place["id"],
                "officer": draw(maybe(st.sampled_from(PEOPLE))),
                "by": draw(maybe(st.sampled_from(["inspector", "department", "leader", "expert", "enterprise"]))),
                "at": draw(moments(as_of, zone)),
                "accuracy": draw(maybe(st.sampled_from([-5, 0, 30, 50, 100, 500]))),
                "geotag": draw(st.sampled_from([None, "gps", "gps", "exif", "typed", "mock"])),
                "xy": draw(geotag(place)),
            }
        )
    return rows


def geotag(place: Row) -> st.SearchStrategy[tuple[float, float] | None]:
    """A point some metres away from the place, never nearer than a metre to a limit; or none."""
    if place["xy"] is None:
        return maybe(st.just((WEST, SOUTH)))
    away = st.builds(
        lambda azimuth, metres: EARTH.fwd(*place["xy"], azimuth, metres)[:2],
        st.integers(0, 359),
        st.sampled_from(METRES),
    )
    return st.none() | away | away


@st.composite
def hazards_of(draw: st.DrawFn, places: list[Row], inspections: list[Row], as_of: date, zone: str) -> list[Row]:
    when = moments(as_of, zone)
    return [
        {
            "id": f"h{number}",
            "inspection_id": draw(maybe(st.sampled_from([one["id"] for one in inspections] or ["gone"]))),
            "place_id": draw(maybe(st.sampled_from([one["id"] for one in places] or ["gone"]))),
            "found_at": draw(when),
            "level": draw(st.sampled_from(["一般", "重大"])),
            "category": draw(maybe(st.sampled_from(["电气", "消防"]))),
            "deadline": draw(maybe(days(as_of))),
            "rectified_at": draw(maybe(when)),
            "closed_at": draw(maybe(when)),
            "void": draw(st.sampled_from([False, False, True])),
            "xy": draw(spots()),
        }
        for number in range(draw(st.integers(0, 10)))
    ]


@st.composite
def officers_of(draw: st.DrawFn, areas: list[Row], root_code: str) -> list[Row]:
    codes = sorted({area["code"] for area in areas}) + [root_code, "gone"]
    return [
        {
            "id": f"o{number}",
            "name": draw(maybe(st.sampled_from(["张三", "李四"]))),
            "role": draw(st.sampled_from(["inspector", "inspector", "grid_manager", None])),
            "area": draw(st.none() | maybe(st.sampled_from(codes))),
        }
        for number in range(draw(st.integers(0, 4)))
    ]


@st.composite
def rules_of(draw: st.DrawFn, as_of: date) -> list[Row]:
    rules = []
    for number in draw(st.permutations(range(draw(st.integers(0, 5))))):
        applies = {
            "industry": st.lists(st.sampled_from(INDUSTRIES), min_size=1, max_size=2, unique=True),
            "risk": st.lists(st.sampled_from(RISKS), min_size=1, max_size=3, unique=True),
            "tags": st.lists(st.sampled_from(TAGS), min_size=1, max_size=2, unique=True),
            "department": st.lists(st.sampled_from(DEPARTMENTS), min_size=1, max_size=1),
            "min_headcount": st.integers(0, 3),
            "place_id": st.lists(st.sampled_from(["p0", "p1", "p2"]), min_size=1, max_size=3, unique=True),
        }
        keys = draw(st.just([]) | st.lists(st.sampled_from(sorted(applies)), max_size=2, unique=True))
        rule: Row = {
            "id": f"r{number}",
            "name": f"规则{number}",
            "duty": draw(st.sampled_from(["routine", "leader"])),
            "applies": {key: draw(applies[key]) for key in keys},
        }
        who = st.sampled_from(["inspector", "department", "leader", "expert", "enterprise"])
        optional = {
            "by": st.lists(who, min_size=1, max_size=3, unique=True),
            "times": st.sampled_from([1, 2, 3]),
            "verified": st.booleans(),
        }
        rule |= {key: draw(optional[key]) for key in draw(st.lists(st.sampled_from(sorted(optional)), unique=True))}
        if draw(st.integers(0, 3)) == 0:
            rule["window"] = tuple(sorted((draw(days(as_of)), draw(days(as_of)))))
        else:
            rule["every"] = draw(st.sampled_from(["week", "month", "quarter", "half-year", "year", "two-years"]))
        rules.append(rule)
    return rules


YEAR_ENDS = [date(2023, 12, 31), date(2024, 1, 1), date(2024, 2, 29), date(2024, 12, 30), date(2025, 1, 5)]


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """A whole town on a day."""
    as_of = draw(st.dates(date(2019, 1, 1), date(2027, 12, 31)) | st.sampled_from(YEAR_ENDS))
    zone = draw(st.sampled_from(["Asia/Shanghai", "America/Chicago"]))
    code, level = draw(st.sampled_from([("441900121", "town"), ("441900", "city"), ("441900121001", "community")]))
    areas = draw(areas_of(level))
    places = draw(places_of(as_of))
    inspections = draw(inspections_of(places, as_of, zone))
    return {
        "town": {
            "code": code,
            "level": level,
            "name": "样板镇",
            "zone": zone,
            "tolerance": draw(st.sampled_from([50, 100])),
        },
        "areas": areas,
        "places": places,
        "inspections": inspections,
        "officers": draw(officers_of(areas, code)),
        "hazards": draw(hazards_of(places, inspections, as_of, zone)),
        "rules": draw(rules_of(as_of)),
        "as_of": as_of,
    }


# ── the same town as frames ──


def rules_text(rules: list[Row]) -> str:
    """Give the rules as TOML."""
    lines = []
    for rule in rules:
        lines.append("[[rule]]")
        for key, value in rule.items():
            lines.append(f"{key} = {_toml(value)}")
    return "\n".join(lines)


def _toml(value: Any) -> str:
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key} = {_toml(each)}" for key, each in value.items()) + " }"
    if isinstance(value, tuple):
        return json.dumps([str(day) for day in value])
    return json.dumps(value, ensure_ascii=False)


def town_of(case: Case) -> Town:
    town = case["town"]
    return Town(town["name"], town["code"], timezone=town["zone"], tolerance_m=float(town["tolerance"]))


def ledger_of(case: Case) -> Ledger:
    """Give the frames as `geodata.tables` describes them, the root among the areas."""
    zone = case["town"]["zone"]
    root = {"level": case["town"]["level"], "code": case["town"]["code"], "name": case["town"]["name"], "box": None}
    areas = [*case["areas"], root]
    places = [row | {"tags": ";".join(row["tags"]) or None} for row in case["places"]]
    return Ledger(
        town_of(case),
        {
            "areas": geo(
                [{key: row[key] for key in ("level", "code", "name")} for row in areas],
                [None if row["box"] is None else shapely.MultiPolygon([shapely.box(*row["box"])]) for row in areas],
                texts=("level", "code", "name"),
            ),
            "places": geo(
                places,
                points(places),
                texts=("id", "name", "industry", "risk", "department", "tags", "status"),
                numbers=("headcount",),
                dates=("opened", "closed"),
            ),
            "inspections": geo(
                case["inspections"],
                points(case["inspections"]),
                texts=("id", "place_id", "officer", "by", "geotag"),
                numbers=("accuracy",),
                moments={"at": zone},
            ),
            "officers": frame(case["officers"], texts=("id", "name", "role", "area")),
            "hazards": geo(
                case["hazards"],
                points(case["hazards"]),
                texts=("id", "inspection_id", "place_id", "level", "category"),
                dates=("deadline",),
                moments=dict.fromkeys(("found_at", "rectified_at", "closed_at"), zone),
                flags=("void",),
            ),
        },
    )


def points(rows: list[Row]) -> list[shapely.Point | None]:
    return [None if row["xy"] is None else shapely.Point(row["xy"]) for row in rows]


def geo(rows: list[Row], shapes: list[Any], **columns: Any) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(frame(rows, **columns), geometry=gpd.GeoSeries(shapes, crs="EPSG:4326"))


def frame(
    rows: list[Row],
    texts: tuple[str, ...] = (),
    numbers: tuple[str, ...] = (),
    dates: tuple[str, ...] = (),
    moments: dict[str, str] | None = None,
    flags: tuple[str, ...] = (),
) -> pd.DataFrame:
    def values(name: str) -> list[Any]:
        return [row[name] for row in rows]

    columns: dict[str, pd.Series] = {name: pd.Series(values(name), dtype="str") for name in texts}
    columns |= {name: pd.Series(values(name), dtype="float64") for name in numbers}
    columns |= {name: pd.Series(pd.to_datetime(values(name))).astype("datetime64[s]") for name in dates}
    for name, zone in (moments or {}).items():
        columns[name] = pd.Series(pd.to_datetime(values(name), utc=True)).dt.as_unit("s").dt.tz_convert(zone)
    columns |= {name: pd.Series(values(name), dtype="bool") for name in flags}
    return pd.DataFrame(columns)
