"""The quarterly list of risk points: as plain loops say, place by place."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import geopandas as gpd
import pandas as pd
import pytest
from hypothesis import given, settings

from coverage.assess import assess
from coverage.figures import records
from coverage.hazards import hazard_register
from coverage.risk_points import NEEDED, risk_points
from coverage.risk_policy import MEASURES, parse_risk
from geodata.ledger import Ledger
from tests.coverage import risk_oracle
from tests.coverage.oracle import Case, Row, area_of, day_of, levels, period, stands
from tests.coverage.test_assess import only
from tests.coverage.towns import cases, frame, geo, ledger_of, make_case, points, rules_of

RANKS = {"重大": 0, "较大": 1, "一般": 2, "低": 3, None: 4}


def whole(case: Case, photos: list[Row] | None = None) -> Ledger:
    """Give the ledger of a case with what only the list reads: addresses, leaders, photos."""
    ledger = ledger_of(case)
    texts = [{name: place.get(name) for name in ("address", "leader")} for place in case["places"]]
    places = ledger.places.assign(**{name: frame(texts, (name,))[name] for name in ("address", "leader")})
    moves = ledger.moves.assign(address=frame([{"a": one.get("address")} for one in case["moves"]], ("a",))["a"])
    frames = {**ledger.frames, "places": places, "moves": moves}
    if photos is not None:
        rows = [{"xy": None, "inspection_id": None, "place_id": None, "taken_at": None, **one} for one in photos]
        texts_of = ("id", "inspection_id", "place_id")
        frames["photos"] = geo(rows, points(rows), texts=texts_of, moments={"taken_at": case["town"]["zone"]})
    return Ledger(ledger.town, frames)


def listed(case: Case, ledger: Ledger | None = None) -> list[Row]:
    """List the risk points of a case."""
    ledger, day = ledger or whole(case), case["as_of"]
    assessment, register = assess(ledger, rules_of(case), day), hazard_register(ledger, day)
    return records(risk_points(ledger, assessment, register, parse_risk("")))


def said(case: Case, place: Row) -> str:
    """Say what was found most at a place in the year."""
    counts: dict[str, int] = {}
    for one in risk_oracle.found(case):
        found = day_of(case, one["found_at"])
        if one["place_id"] == place["id"] and found is not None and found > case["as_of"] - timedelta(days=365):
            counts[one["category"] or "其他"] = counts.get(one["category"] or "其他", 0) + 1
    most = sorted(counts.items(), key=lambda each: (-each[1], each[0]))[:3]
    return "、".join(f"{category}（{count}）" for category, count in most) or "近一年未发现隐患"


def inspected(case: Case, place: Row) -> int:
    """Count the inspections of the place in the quarter up to D, the enterprise's own left out."""
    first, _ = period("quarter", case["as_of"])
    count = 0
    for one in case["inspections"]:
        day = day_of(case, one["at"])
        mine = one["place_id"] == place["id"] and one["by"] != "enterprise" and day is not None
        if mine and max(first, place["opened"] or first) <= day <= case["as_of"]:
            count += 1
    return count


@settings(max_examples=40, deadline=None)
@given(cases())
def test_as_the_loops_say(case: Case) -> None:
    """Every open place is listed once, worst risk first, with what the definitions say."""

    def code(place: Row, level: str) -> str | None:
        return area_of(case, level, stands(case, place)) if level in levels(case)[1:] else root(level)

    def root(level: str) -> str | None:
        return case["town"]["code"] if level == case["town"]["level"] else None

    places = risk_oracle.open_places(case)
    last = "\U0010ffff"
    places.sort(
        key=lambda one: (RANKS[one["risk"]], code(one, "community") or last, code(one, "grid") or last, one["id"])
    )
    rows = listed(case)
    assert [row["number"] for row in rows] == list(range(1, len(places) + 1))
    for row, place in zip(rows, places, strict=True):
        is_open = [one for one in risk_oracle.found(case) if risk_oracle.rectified_day(case, one) is None]
        expected = {
            "place_id": place["id"],
            "name": place["name"],
            "community": code(place, "community") if stands(case, place) or root("community") else None,
            "risk": place["risk"],
            "what": said(case, place),
            "measures": MEASURES.get(place["risk"], "尚未定级，请先定级。"),
            "headcount": place["headcount"],
            "inspections": inspected(case, place),
            "open_hazards": len([one for one in is_open if one["place_id"] == place["id"]]),
        }
        assert {name: row[name] for name in expected} == expected


@settings(max_examples=15, deadline=None)
@given(cases())
def test_needed_columns_are_enough(case: Case) -> None:
    """A ledger read with the columns of NEEDED alone gives the same."""
    ledger = whole(case)
    names = {name: [each for each in columns if each in ledger.frames[name]] for name, columns in NEEDED.items()}
    some = only(ledger, {name: tuple(columns) for name, columns in names.items()})
    assert listed(case, ledger) == listed(case, some)


def town() -> Case:
    """Make a town of one open place, without anything else."""
    case = make_case(1, date(2024, 6, 30), "Asia/Shanghai", (1, 1, 0, 0, 0))
    place = case["places"][0] | {"opened": None, "closed": None, "status": "open", "address": "新路1号", "leader": "王"}
    return case | {"places": [place], "moves": [], "decisions": []}


def test_the_address_of_the_day() -> None:
    """A place that moves later is listed at its old address; its leader stands beside it."""
    move = {"id": "m", "place_id": "p0", "day": date(2024, 7, 1), "xy": (113.75, 22.75), "address": "旧路9号"}
    assert [row["address"] for row in listed(town())] == ["新路1号"]
    (row,) = listed(town() | {"moves": [move]})
    assert (row["address"], row["leader"], row["lon"]) == ("旧路9号", "王", 113.75)
    assert listed(town() | {"moves": [move | {"address": None}]})[0]["address"] == "新路1号"
    assert listed(town() | {"moves": [move | {"day": date(2024, 6, 30)}]})[0]["address"] == "新路1号"


def noon(month: int, day: int) -> datetime:
    """Give a moment of 2024."""
    return datetime(2024, month, day, 4, tzinfo=UTC)


@pytest.mark.parametrize(
    ("photos", "newest"),
    [
        ([], None),
        (
            [
                {"id": "a", "place_id": "p0", "taken_at": noon(5, 1)},
                {"id": "b", "place_id": "p0", "taken_at": noon(4, 1)},
            ],
            "a",
        ),
        ([{"id": "a", "place_id": "p0", "taken_at": noon(7, 1)}], None),
        ([{"id": "a", "place_id": "p0", "taken_at": None}], None),
        ([{"id": "a", "place_id": "gone", "taken_at": noon(5, 1)}], None),
        ([{"id": "a", "inspection_id": "i0", "taken_at": noon(5, 1)}], "a"),
    ],
)
def test_the_newest_photo(photos: list[Row], newest: str | None) -> None:
    """The newest up to D, of the place or of an inspection there; one without a moment is of no day."""
    case = town()
    (row,) = listed(case, whole(case, photos))
    assert row["photo"] == newest


def test_nothing_to_list() -> None:
    """A town without places has an empty list with all its columns."""
    case = town() | {"places": [], "inspections": []}
    assert listed(case) == []
    assert isinstance(whole(case).places, gpd.GeoDataFrame)
    assert isinstance(pd.DataFrame(listed(case)), pd.DataFrame)
