"""Hazards as they stood on a day."""

from __future__ import annotations

from datetime import date
from random import Random
from typing import Any

import geopandas as gpd
import pandas as pd
import pytest

from coverage.course.days import as_of_steps
from coverage.hazards import hazard_register
from geodata.ledger import Ledger
from geodata.model import Town

TOWN = Town("样板镇", "441900121")
EMPTY = Ledger.whole(TOWN, {})
TIMES = ("found_at", "rectified_at", "closed_at", "at")


def frame(table: str, *rows: dict[str, Any]) -> pd.DataFrame:
    """Give rows of a table with the ledger's dtypes, what isn't named missing."""
    made = pd.DataFrame(EMPTY.frames[table]).reindex(range(len(rows)))
    for name in made.columns:
        values = [row.get(name) for row in rows]
        if name in TIMES:
            made[name] = pd.to_datetime(pd.Series(values)).dt.tz_localize(TOWN.timezone).dt.as_unit("s")
        elif name == "deadline":
            made[name] = pd.to_datetime(pd.Series(values)).astype("datetime64[s]")
        elif name == "void":
            made[name] = pd.Series([bool(value) for value in values])
        else:
            made[name] = pd.Series(values, dtype=object)
    return made


HAZARDS = frame(
    "hazards",
    {"id": "a", "found_at": "2024-06-01 09:00", "closed_at": None},
    {"id": "b", "found_at": "2024-06-01 09:00", "rectified_at": "2024-06-04 10:00"},
)
STEPS = frame(
    "steps",
    {"hazard_id": "a", "at": "2024-06-01 09:00", "state": "found"},
    {"hazard_id": "a", "at": "2024-06-02 09:00", "state": "assigned", "deadline": "2024-06-03"},
    {"hazard_id": "a", "at": "2024-06-05 23:59", "state": "closed", "rectified_at": "2024-06-05 08:00",
     "closed_at": "2024-06-05 23:59", "deadline": "2024-06-03"},
    {"hazard_id": "a", "at": "2024-06-07 00:00", "state": "assigned", "deadline": "2024-06-30"},
    {"hazard_id": "a", "at": "2024-06-09 00:00", "state": "void", "deadline": "2024-06-30"},
    {"hazard_id": "gone", "at": "2024-06-02 09:00", "state": "closed"},
)  # fmt: skip


@pytest.mark.parametrize(
    ("day", "closed", "deadline", "void"),
    [
        (1, False, None, False),
        (4, False, "2024-06-03", False),
        (5, True, "2024-06-03", False),
        (6, True, "2024-06-03", False),
        (7, False, "2024-06-30", False),
        (9, False, "2024-06-30", True),
    ],
)
def test_past_days_stay(day: int, closed: bool, deadline: str | None, void: bool) -> None:
    """Opened again on the 7th, it was still closed on the 6th; its deadline is that of the day."""
    row = as_of_steps(HAZARDS, STEPS, TOWN, date(2024, 6, day)).iloc[0]
    assert (pd.notna(row["closed_at"]), bool(row["void"])) == (closed, void)
    assert (str(row["deadline"].date()) if pd.notna(row["deadline"]) else None) == deadline


def test_a_hazard_without_steps_is_as_its_row_says() -> None:
    """Steps of others, and of hazards that are not there, touch nothing."""
    after = as_of_steps(HAZARDS, STEPS, TOWN, date(2024, 6, 30))
    pd.testing.assert_series_equal(after.iloc[1], HAZARDS.iloc[1])
    pd.testing.assert_frame_equal(as_of_steps(HAZARDS, STEPS.head(0), TOWN, date(2024, 6, 30)), HAZARDS)


def test_before_the_first_step() -> None:
    """A day before the first step is that of the ledger's row of then, not of the row that follows the last step."""
    steps = frame(
        "steps",
        {"hazard_id": "a", "at": "2024-06-04 09:00", "state": "rectified", "rectified_at": "2024-06-04 09:00",
         "deadline": "2024-06-03"},
        {"hazard_id": "a", "at": "2024-06-08 09:00", "state": "assigned", "deadline": "2024-06-30"},
    )  # fmt: skip
    row = as_of_steps(HAZARDS.assign(deadline=pd.Timestamp("2024-06-30")), steps, TOWN, date(2024, 6, 2)).iloc[0]
    assert (str(row["deadline"].date()), str(row["rectified_at"].date())) == ("2024-06-03", "2024-06-04")


def test_the_order_of_writing_is_nothing_between_days() -> None:
    """Steps mixed up give the same, as long as no two are of one moment."""
    random = Random(1)
    for _ in range(20):
        order = random.sample(range(len(STEPS)), len(STEPS))
        for day in range(1, 10):
            pd.testing.assert_frame_equal(
                as_of_steps(HAZARDS, STEPS.iloc[order], TOWN, date(2024, 6, day)),
                as_of_steps(HAZARDS, STEPS, TOWN, date(2024, 6, day)),
            )


def of_town(hazards: pd.DataFrame, steps: pd.DataFrame) -> Ledger:
    """Give the ledger of a town of one area."""
    tables = {
        name: gpd.GeoDataFrame(rows.drop(columns="geometry"), geometry=[None] * len(rows), crs=4326)
        for name, rows in (("hazards", hazards), ("steps", steps))
    }
    ledger = Ledger.whole(TOWN, tables)
    root = {"code": TOWN.code, "name": TOWN.name, "level": "town"}
    areas = ledger.areas.reindex([0]).assign(**root).set_geometry([None], crs=4326)
    return Ledger(TOWN, {**ledger.frames, "areas": areas})


def test_the_register_counts_by_steps() -> None:
    """Figures of a day are those of the steps up to it."""
    ledger = of_town(HAZARDS, STEPS)
    states = {
        day: hazard_register(ledger, date(2024, 6, day)).hazards.iloc[0][["closed", "open", "overdue", "void"]].tolist()
        for day in (4, 6, 8, 9)
    }
    assert states == {
        4: [False, True, True, False],
        6: [True, False, False, False],
        8: [False, True, False, False],
        9: [False, False, False, True],
    }


def test_the_deadline_that_holds_on_the_day() -> None:
    """Put right after its first deadline and before the extended one it is in time; opened again it is neither."""
    hazards = frame("hazards", {"id": "a", "found_at": "2024-06-01 09:00", "deadline": "2024-06-03"})
    steps = frame(
        "steps",
        {"hazard_id": "a", "at": "2024-06-02 09:00", "state": "assigned", "deadline": "2024-06-03"},
        {"hazard_id": "a", "at": "2024-06-04 09:00", "state": "assigned", "deadline": "2024-06-10"},
        {"hazard_id": "a", "at": "2024-06-05 09:00", "state": "rectified", "rectified_at": "2024-06-05 09:00",
         "deadline": "2024-06-10"},
        {"hazard_id": "a", "at": "2024-06-07 09:00", "state": "assigned", "deadline": "2024-06-20"},
    )  # fmt: skip
    ledger = of_town(hazards, steps)
    told = {
        day: hazard_register(ledger, date(2024, 6, day)).hazards.iloc[0][["overdue", "in_time", "late"]].tolist()
        for day in (3, 5, 7)
    }
    assert told == {3: [False, False, False], 5: [False, True, False], 7: [False, False, False]}
