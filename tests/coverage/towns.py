# ruff: noqa: D102, D103 - makers of one kind of row each, named after it
"""Random small towns for the oracle, and the same towns as the frames of a Ledger."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import geopandas as gpd
import pandas as pd
import shapely
from hypothesis import strategies as st
from pyproj import Geod

from coverage.rulebook import Rulebook
from coverage.rules import Rule
from geodata.ledger import Ledger
from geodata.model import Town
from geodata.rule_texts import RuleText
from tests.coverage.oracle import FESTIVALS, LEVELS, Case, Row, period

EARTH = Geod(ellps="WGS84")
SIDE = 1 / 128  # degrees, exact in binary: points on borders are exactly on them
WEST, SOUTH = 113.75, 22.75

RISKS = ["重大", "较大", "一般", "低"]
INDUSTRIES = ["燃气", "工贸"]
DEPARTMENTS = ["应急", "住建"]
TAGS = ["不放心点位", "重点", "点"]
PEOPLE = ["o1", "o2", "张三", "李四", "外人"]
WHO = ["inspector", "department", "leader", "expert", "enterprise"]
YEAR_ENDS = [date(2023, 12, 31), date(2024, 1, 1), date(2024, 2, 29), date(2024, 12, 30), date(2025, 1, 5)]
FIELDS = ["消防", "燃气", "特种设备"]
METRES = [0, 30, 49, 51, 79, 81, 99, 101, 129, 131, 149, 151, 199, 201, 5000]


class Dice:
    """Draws of one seeded generator: hypothesis draws the seed and the sizes, so towns shrink and repeat."""

    def __init__(self, seed: int, as_of: date, zone: str) -> None:
        self.random = Random(seed)
        self.as_of = as_of
        self.zone = ZoneInfo(zone)
        self.turning_days = turning_days(as_of)

    def one(self, *values: Any) -> Any:
        return self.random.choice(values)

    def chance(self, probability: float) -> bool:
        return self.random.random() < probability

    def some(self, values: list[Any], at_least: int, at_most: int) -> list[Any]:
        return self.random.sample(values, self.random.randint(at_least, min(at_most, len(values))))

    def day(self) -> date:
        """Mostly lately, often on an edge of a period, at times long ago or still to come."""
        kind = self.random.random()
        if kind < 0.35:
            return self.random.choice(self.turning_days)
        earliest, latest = (-12, 0) if kind < 0.65 else (-100, 10) if kind < 0.9 else (-1600, 30)
        return self.as_of + timedelta(days=self.random.randint(earliest, latest))

    def moment(self, *days: date | None) -> datetime:
        """Give a moment of any day; where days are given, often of one of them."""
        day = self.one(*days) if days and self.chance(0.2) else None
        clock = self.one(time(0, 0), time(0, 0, 1), time(9, 7), time(23, 59, 59))
        return datetime.combine(day or self.day(), clock, self.zone).astimezone(UTC)

    def spot(self) -> tuple[float, float] | None:
        """Half steps of the lattice: inside, on borders, outside; or nowhere."""
        if self.chance(0.15):
            return None
        x, y = (self.random.randint(-1, 9) / 2 * SIDE for _ in range(2))
        return WEST + x, SOUTH + y


def turning_days(as_of: date) -> list[date]:
    """Days on which something changes: the edges of this period and of the last one, each with its neighbours."""
    firsts = [as_of]
    for every in ("week", "month", "quarter", "half-year", "year", "two-years"):
        first, _ = period(every, as_of)
        before, _ = period(every, first - timedelta(days=1))
        firsts += [first, before]
    return sorted({day + timedelta(days=shift) for day in firsts for shift in (-1, 0, 1)})


def make_areas(dice: Dice, root: str) -> list[Row]:
    """Tile 4 × 4 lattice squares with areas of some levels below the root, codes shuffled, some overlapping."""
    areas: list[Row] = []
    shapes: dict[str, list[tuple[int, int, int, int] | None]] = {
        "none": [],
        "strips": [(0, 0, 2, 4), (2, 0, 4, 4)],
        "squares": [(x, y, x + 2, y + 2) for x in (0, 2) for y in (0, 2)],
        "overlap": [(0, 0, 3, 3), (2, 2, 4, 4), None],
    }
    for level in LEVELS[LEVELS.index(root) + 1 :]:
        boxes = shapes[dice.one(*shapes)]
        for code, corners in zip(dice.some(["1", "2", "10", "x1"], 4, 4), boxes, strict=False):
            name = dice.one(None, f"{level}{code}")
            areas.append({"level": level, "code": code, "name": name, "box": scaled(corners), **in_force(dice)})
            if dice.chance(0.3):
                areas.append({**areas[-1], "name": "before or after", **not_in_force(dice)})
    return areas


def in_force(dice: Dice) -> Row:
    """Give days between which the day that is asked for lies."""
    since, until = (dice.as_of + timedelta(days=shift) for shift in (-dice.one(0, 1, 400), dice.one(1, 2, 400)))
    return {"since": dice.one(None, since), "until": dice.one(None, until)}


def not_in_force(dice: Dice) -> Row:
    """Give days before or after the day that is asked for."""
    first, last = dice.as_of - timedelta(days=dice.one(1, 300)), dice.as_of + timedelta(days=dice.one(1, 300))
    return dice.one(
        {"since": None, "until": dice.as_of}, {"since": first, "until": first}, {"since": last, "until": None}
    )


def scaled(corners: tuple[int, int, int, int] | None) -> tuple[float, float, float, float] | None:
    if corners is None:
        return None
    west, south, east, north = corners
    return WEST + west * SIDE, SOUTH + south * SIDE, WEST + east * SIDE, SOUTH + north * SIDE


def make_place(dice: Dice, number: int) -> Row:
    return {
        "id": f"p{number}",
        "name": f"场所{number}",
        "industry": dice.one(None, *INDUSTRIES),
        "risk": dice.one(None, *RISKS),
        "department": dice.one(None, *DEPARTMENTS),
        "headcount": dice.one(None, 0, 1, 2, 3),
        "tags": dice.some(TAGS, 0, 2),
        "opened": dice.day() if dice.chance(0.35) else None,
        "closed": dice.day() if dice.chance(0.2) else None,
        "status": dice.one(*["open"] * 9, "suspended", "closed", None),
        "xy": dice.spot(),
    }


def make_exemption(dice: Dice, number: int, places: list[Row]) -> Row:
    first, last = dice.day(), dice.day()
    return {
        "id": f"e{number}",
        "place_id": dice.one(*(place["id"] for place in places)),
        "kind": dice.one("suspended", "exempt"),
        "duty": dice.one(None, "routine", "例行检查", "领导带队", "r0", "规则1", "别的"),
        "first": min(first, last),
        "last": dice.one(None, max(first, last), min(first, last) + timedelta(days=dice.one(0, 7, 31, 100))),
    }


def make_move(dice: Dice, number: int, places: list[Row]) -> Row:
    place_id = dice.one(*(place["id"] for place in places))
    return {"id": f"m{number}", "place_id": place_id, "day": dice.day(), "xy": dice.spot()}


def make_decision(dice: Dice, number: int, places: list[Row]) -> Row:
    place_id = dice.one(*(place["id"] for place in places))
    return {"id": f"d{number}", "place_id": place_id, "at": dice.moment(), "before": dice.one(None, *RISKS)}


def make_inspection(dice: Dice, number: int, places: list[Row], moves: list[Row]) -> Row:
    place = dice.one(*places)
    moved = [move["day"] for move in moves if move["place_id"] == place["id"]]
    return {
        "id": f"i{number}",
        "place_id": place["id"],
        "officer": dice.one(None, *PEOPLE),
        "by": dice.one(None, "inspector", "inspector", "department", "leader", "expert", "enterprise"),
        "at": dice.moment(place["opened"], place["closed"], *moved),
        "accuracy": dice.one(None, -5, 0, 30, 50, 100, 500),
        "geotag": dice.one(None, "gps", "gps", "gps", "exif", "typed", "mock"),
        "covers": dice.some(FIELDS, 0, 2),
        "xy": near(dice, place, moves),
    }


def near(dice: Dice, place: Row, moves: list[Row]) -> tuple[float, float] | None:
    """Give a point some metres away from where the place is or was, never nearer than a metre to a limit; or none."""
    if dice.chance(0.15):
        return None
    spots = [place["xy"], *(move["xy"] for move in moves if move["place_id"] == place["id"])]
    lon, lat, _ = EARTH.fwd(*(dice.one(*spots) or (WEST, SOUTH)), dice.random.randrange(360), dice.one(*METRES))
    return lon, lat


def make_hazard(dice: Dice, number: int, places: list[Row], inspections: list[Row]) -> Row:
    return {
        "id": f"h{number}",
        "inspection_id": dice.one(None, "gone", *(one["id"] for one in inspections)),
        "place_id": dice.one(None, *(one["id"] for one in places)),
        "found_at": dice.moment(),
        "level": dice.one("一般", "一般", "重大"),
        "category": dice.one(None, "电气", "消防"),
        "deadline": dice.one(None, dice.day()),
        "rectified_at": dice.one(None, dice.moment()),
        "closed_at": dice.one(None, dice.moment()),
        "void": dice.chance(0.2),
        "xy": dice.one(None, dice.spot()),
    }


def make_officer(dice: Dice, number: int, codes: list[str]) -> Row:
    return {
        "id": f"o{number}",
        "name": dice.one(None, "张三", "李四"),
        "role": dice.one("inspector", "inspector", "grid_manager", "clerk", None),
        "area": dice.one(None, *codes, "gone", ";".join(dice.some(codes, 1, 3))),
    }


def make_rule(dice: Dice, number: int) -> Row:
    applies = {
        "industry": dice.some(INDUSTRIES, 1, 2),
        "risk": dice.some(RISKS, 1, 3),
        "tags": dice.some(TAGS, 1, 2),
        "department": dice.some(DEPARTMENTS, 1, 1),
        "min_headcount": dice.one(0, 1, 3),
        "place_id": dice.some(["p0", "p1", "p2"], 1, 3),
    }
    keys = dice.some(list(applies), 1, 2) if dice.chance(0.4) else []
    rule: Row = {
        "id": f"r{number}",
        "name": f"规则{number}",
        "duty": dice.one("routine", "leader"),
        "applies": {key: applies[key] for key in keys},
    }
    optional = {"by": dice.some(WHO, 1, 3), "times": dice.one(1, 2, 3), "verified": True}
    optional["covering"] = dice.some(FIELDS, 1, 2)
    rule |= {key: value for key, value in optional.items() if dice.chance(0.35)}
    rule |= in_force_lately(dice) if dice.chance(0.3) else {}
    kind = dice.random.random()
    if kind < 0.15:
        rule["window"] = tuple(sorted((dice.day(), dice.one(dice.day(), dice.day(), dice.as_of))))
    elif kind < 0.25:
        rule["yearly"] = tuple(
            day.replace(year=2024, day=min(day.day, 28)).strftime("%m-%d") for day in sorted_days(dice)
        )
    elif kind < 0.35:
        rule |= {"holiday": dice.one(*FESTIVALS), "before": dice.one(0, 15, 100), "after": dice.one(0, 7, 100)}
    else:
        rule["every"] = dice.one("week", "month", "quarter", "half-year", "year", "two-years")
    return rule


def sorted_days(dice: Dice) -> tuple[date, date]:
    """Give two days that are not the same day of a year; the second may be the earlier one."""
    one, other = dice.day(), dice.day()
    return one, other if (other.month, other.day) != (one.month, one.day) else other + timedelta(days=40)


def in_force_lately(dice: Dice) -> Row:
    """Give the days between which a rule is in force: mostly the day that is asked for lies between them."""
    first, last = sorted((dice.day(), dice.day() + timedelta(days=1)))
    if last == first:
        last += timedelta(days=1)
    return dice.one({"from": first}, {"until": last}, {"from": first, "until": last})


def make_earlier(dice: Dice, rules: list[Row]) -> list[Row]:
    """Give the rules files before: rules as they are, changed, gone or not yet there, in any order."""
    files = []
    for until in sorted({dice.day() for _ in range(dice.one(0, 0, 1, 2))}):
        before = [changed(dice, rule) for rule in rules if dice.chance(0.8)]
        before += [make_rule(dice, 90)] if dice.chance(0.3) else []
        files.append({"until": until, "rules": dice.some(before, len(before), len(before))})
    return files


def changed(dice: Dice, rule: Row) -> Row:
    """Give the rule as it is, by another name, or asking something else."""
    return dice.one(rule, rule, rule | {"name": "从前叫这个"}, rule | {"times": rule.get("times", 1) + 1})


def make_case(seed: int, as_of: date, zone: str, sizes: tuple[int, int, int, int, int]) -> Case:
    """Make a whole town on a day; `sizes`: places, inspections, rules, officers, hazards."""
    dice = Dice(seed, as_of, zone)
    code, level = dice.one(("441900121", "town"), ("441900", "city"), ("441900121001", "community"))
    areas = make_areas(dice, level)
    places = [make_place(dice, number) for number in range(sizes[0])]
    moves = [make_move(dice, number, places) for number in range(dice.one(0, 0, 1, 3) if places else 0)]
    inspections = [make_inspection(dice, number, places, moves) for number in range(sizes[1] if places else 0)]
    exemptions = [make_exemption(dice, number, places) for number in range(dice.one(0, 1, 4, 8) if places else 0)]
    rules = [make_rule(dice, number) for number in dice.some(list(range(sizes[2])), sizes[2], sizes[2])]
    codes = [*(area["code"] for area in areas), code]
    made = {
        "town": {"code": code, "level": level, "name": "样板镇", "zone": zone, "tolerance": dice.one(50, 100)},
        "areas": areas,
        "places": places,
        "inspections": inspections,
        "exemptions": exemptions,
        "moves": moves,
        "rules": rules,
        "earlier": make_earlier(dice, rules),
        "officers": [make_officer(dice, number, codes) for number in range(sizes[3])],
        "hazards": [make_hazard(dice, number, places, inspections) for number in range(sizes[4])],
        "as_of": as_of,
    }
    decisions = [make_decision(dice, number, places) for number in range(dice.one(0, 0, 2, 5) if places else 0)]
    return made | {"decisions": decisions}


def cases() -> st.SearchStrategy[Case]:
    """Give random whole towns: 0–8 places, 0–25 inspections, 0–6 rules, 0–4 officers, 0–10 hazards."""
    return st.builds(
        make_case,
        seed=st.integers(0, 2**32 - 1),
        as_of=st.dates(date(2019, 1, 1), date(2027, 12, 31)) | st.sampled_from(YEAR_ENDS),
        zone=st.sampled_from(["Asia/Shanghai", "America/Chicago"]),
        sizes=st.tuples(*(st.integers(0, most) for most in (8, 25, 6, 4, 10))),
    )


# ── the same town as frames ──


def rules_of(case: Case) -> tuple[Rule, ...]:
    """Give the rules in force on the day that is asked for."""
    return Rulebook.read(rule_texts(case)).on(case["as_of"])


def rule_texts(case: Case) -> tuple[RuleText, ...]:
    """Give the texts of all rules files."""
    ends = [file["until"] for file in case["earlier"]]
    texts = [rules_text(file["rules"]) for file in case["earlier"]] + [rules_text(case["rules"])]
    return tuple(RuleText(since, text) for since, text in zip([None, *ends], texts, strict=True))


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
    if isinstance(value, date):
        return value.isoformat()
    return json.dumps(value, ensure_ascii=False)


def town_of(case: Case) -> Town:
    town = case["town"]
    return Town(town["name"], town["code"], timezone=town["zone"], tolerance_m=float(town["tolerance"]))


def ledger_of(case: Case) -> Ledger:
    """Give the frames as `geodata.tables` describes them, the root among the areas."""
    zone = case["town"]["zone"]
    root = {"level": case["town"]["level"], "code": case["town"]["code"], "name": case["town"]["name"], "box": None}
    areas = [*case["areas"], {**root, "since": None, "until": None}]
    places = [row | {"tags": ";".join(row["tags"]) or None} for row in case["places"]]
    moves = case.get("moves", [])
    inspections = [row | {"covers": ";".join(row.get("covers", [])) or None} for row in case["inspections"]]
    return Ledger.whole(
        town_of(case),
        {
            "areas": areas_frame([row for row in areas if row.get("until") is None]),
            "past_areas": areas_frame([row for row in areas if row.get("until") is not None]),
            "places": geo(
                places,
                points(places),
                texts=("id", "name", "industry", "risk", "department", "tags", "status"),
                numbers=("headcount",),
                dates=("opened", "closed"),
            ),
            "inspections": geo(
                inspections,
                points(inspections),
                texts=("id", "place_id", "officer", "by", "geotag", "covers"),
                numbers=("accuracy",),
                moments={"at": zone},
            ),
            "exemptions": frame(
                case.get("exemptions", []), texts=("id", "place_id", "kind", "duty"), dates=("first", "last")
            ),
            "moves": geo(moves, points(moves), texts=("id", "place_id"), dates=("day",)),
            "risk_decisions": frame(
                case.get("decisions", []), texts=("id", "place_id", "before"), moments={"at": zone}
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


def areas_frame(rows: list[Row]) -> gpd.GeoDataFrame:
    shapes = [None if row["box"] is None else shapely.MultiPolygon([shapely.box(*row["box"])]) for row in rows]
    rows = [{"since": None, "until": None, **row} for row in rows]
    return geo(rows, shapes, texts=("level", "code", "name"), dates=("since", "until"))


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
