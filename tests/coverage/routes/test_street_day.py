"""A day's walks along unwalked streets, in a town of 3 × 3 blocks of 100 m: grid A in the west, B in the east."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from coverage.routes.clock import DAY as WHOLE_DAY
from coverage.routes.clock import HOUR
from coverage.routes.customs import Customs
from coverage.routes.day import Day
from coverage.routes.network import streets_of
from coverage.routes.result import DayPlan
from coverage.routes.street_check import Stay, Walked, walk_faults
from coverage.routes.street_day import StreetAsk, street_day
from coverage.streets.walks import StreetWalks, street_walks
from tests.coverage.streets.towns import TOWN, degrees, lattice, ledger, roads_of, walk

JULY = date(2024, 7, 1)
ASK = StreetAsk(date(2024, 6, 2))
SOUTH = ("o", "2024-06-20 09:00", walk([(0, 0), (300, 0)]))
OFFICERS = (("甲", "A"), ("乙", "B"))
Place = tuple[float, float, float]


def candidates_of(places: Sequence[Place], hours: Sequence[tuple[int, int]] = ()) -> pd.DataFrame:
    """Give places that 甲 answers for: metres east and north, and what a visit is worth; each stays 10 minutes."""
    n = len(places)
    spots = [shapely.get_coordinates(degrees([(x, y), (x, y + 1)]))[0] for x, y, _ in places]
    spans = list(hours) or [(0, 2 * WHOLE_DAY)] * n
    return pd.DataFrame(
        {
            "place_id": [f"p{at}" for at in range(n)],
            "name": [f"店{at}" for at in range(n)],
            "officer": ["甲"] * n,
            "prize": [prize for _, _, prize in places],
            "stay": np.full(n, 600),
            "opens": [span[0] for span in spans],
            "closes": [span[1] for span in spans],
            "must": np.zeros(n, dtype=bool),
            "why": ["有缺口。"] * n,
            "lon": [spot[0] for spot in spots],
            "lat": [spot[1] for spot in spots],
        }
    )


def walks_of(*tracks: Any, roads: gpd.GeoDataFrame | None = None) -> StreetWalks:
    """Give what was walked as of the day."""
    return street_walks(ledger(list(tracks), roads=roads), JULY)


def planned(
    walks: StreetWalks,
    ask: StreetAsk = ASK,
    *,
    officers: Sequence[tuple[str, str | None]] = OFFICERS,
    shift: str = "09:00-17:00",
    places: Sequence[Place] = (),
    hours: Sequence[tuple[int, int]] = (),
    roads: gpd.GeoDataFrame | None = None,
    customs: Customs | None = None,
) -> DayPlan:
    """Plan the walks of officers in their areas."""
    people = pd.DataFrame(
        {
            "id": [name for name, _ in officers],
            "name": [f"{name}员" for name, _ in officers],
            "area": pd.Series([area for _, area in officers], dtype=object),
            "mode": "walk",
            "shift": shift,
        }
    )
    lines = roads_of(lattice()) if roads is None else roads
    streets = {"walk": streets_of(lines.assign(oneway=False, speed=np.nan), walks.network.crs, "walk")}
    day = Day(JULY, candidates_of(places, hours), people, walks.areas, streets, customs or Customs(lunch=None))
    return street_day(TOWN, day, walks, ask)


def test_everybody_walks_the_streets_of_the_own_grid() -> None:
    """All 2,400 m of the town are walked anew by two people, each in the own grid and back to the start."""
    plan = planned(walks_of())
    assert plan.routes["officer"].tolist() == ["甲", "乙"]
    assert plan.routes["new_m"].sum() == pytest.approx(2400, abs=25)  # pieces at the border go to one or the other
    assert plan.routes["feasible"].all()
    assert plan.left_out.empty
    assert (plan.routes["length_m"] == (plan.routes["new_m"] + plan.routes["repeat_m"]).round(1)).all()
    lines = plan.routes.to_crs(walks_of().network.crs).geometry
    assert lines.length.to_numpy() == pytest.approx(plan.routes["length_m"].to_numpy(), abs=0.5)
    assert [shapely.get_point(line, 0).distance(shapely.get_point(line, -1)) for line in lines] == pytest.approx([0, 0])


def test_the_parts_of_a_walk_make_the_whole() -> None:
    """Stretches to be walked and ways between follow each other, and the stops name each new metre once."""
    plan = planned(walks_of())
    assert plan.streets is not None
    for officer, row in plan.routes.set_index("officer").iterrows():
        parts = plan.streets[plan.streets["officer"] == officer]
        assert parts["length_m"].sum() == pytest.approx(row["length_m"], abs=1)
        assert parts.loc[parts["new"], "length_m"].sum() == pytest.approx(row["new_m"], abs=1)
        stops = plan.visits[plan.visits["officer"] == officer]
        assert stops["new_m"].sum() == pytest.approx(row["new_m"], abs=1)
        assert stops["number"].tolist() == list(range(1, len(stops) + 1))
        assert (stops["leave"].to_numpy() > stops["arrive"].to_numpy()).all()
        assert (stops["arrive"].to_numpy()[1:] >= stops["leave"].to_numpy()[:-1]).all()


def test_what_was_walked_lately_is_left() -> None:
    """The southern street was walked 11 days before: it is asked for by who wants ten days, not by who wants thirty."""
    walks = walks_of(SOUTH)
    month, ten = planned(walks), planned(walks, StreetAsk(date(2024, 6, 22)))
    assert ten.routes["new_m"].sum() - month.routes["new_m"].sum() == pytest.approx(300, abs=25)
    assert not month.visits["name"].str.startswith("0路").any()
    south = ten.visits[ten.visits["name"].str.startswith("0路")]
    assert south["why"].tolist() == ["上次有人走过在 11 天前。"] * len(south)


def test_what_does_not_fit_a_shift_is_on_a_later_walk() -> None:
    """In half an hour nobody walks it all: the longest walk that fits is today's, the rest says on which it is."""
    plan = planned(walks_of(), officers=[("甲", "A")], shift="09:00-09:20")
    assert plan.routes["feasible"].all()
    assert plan.routes["home"].iloc[0] <= 9 * HOUR + 20 * 60
    assert set(plan.left_out["reason"]) == {"no_time"}
    assert plan.left_out["why"].str.contains("共要").all()
    whole = planned(walks_of(), officers=[("甲", "A")])
    left = plan.left_out["name"].str.extract(r" ([\d,]+) 米")[0].str.replace(",", "").astype(float).sum()
    assert plan.routes["new_m"].iloc[0] + left == pytest.approx(whole.routes["new_m"].iloc[0], abs=5)


def test_two_of_one_grid_share_its_streets() -> None:
    """Each takes a walk; nothing is asked of both."""
    plan = planned(walks_of(), officers=[("甲", "A"), ("乙", "A")], shift="09:00-09:20")
    assert (plan.routes["stops"] > 0).all()
    shapes = plan.streets[plan.streets["new"]].to_crs(walks_of().network.crs) if plan.streets is not None else None
    assert shapes is not None
    one, two = (shapely.union_all(np.asarray(shapes[shapes["officer"] == who].geometry.array)) for who in "甲乙")
    assert shapely.intersection(one, two).length < 1


def test_a_place_on_the_way_is_looked_in_at() -> None:
    """A shop beside a street costs its stay and the steps to its door; the walk stays the same."""
    bare = planned(walks_of(), officers=[("甲", "A")])
    plan = planned(
        walks_of(), replace(ASK, places=True), officers=[("甲", "A")], places=[(50, 3, 2.0), (100, 150, 1.0)]
    )
    looked = plan.visits[plan.visits["place_id"].notna()]
    assert sorted(looked["place_id"]) == ["p0", "p1"]
    assert (looked["leave"] - looked["begin"]).tolist() == [600, 600]
    row, before = plan.routes.iloc[0], bare.routes.iloc[0]
    assert row["stay_minutes"] == 20
    assert row["length_m"] - before["length_m"] == pytest.approx(6, abs=0.5)
    assert row["home"] - before["home"] == pytest.approx(1200 + 6 / 75 * 60, abs=4)
    assert row["feasible"]


def test_a_place_that_is_shut_is_left() -> None:
    """A shop that opens in the evening is not looked in at, one that opens late is when it is open."""
    hours = [(20 * HOUR, 22 * HOUR), (9 * HOUR + 600, 17 * HOUR)]
    plan = planned(
        walks_of(), replace(ASK, places=True), officers=[("甲", "A")], places=[(50, 3, 2.0), (0, 3, 1.0)], hours=hours
    )
    looked = plan.visits[plan.visits["place_id"].notna()].iloc[0]
    assert looked["place_id"] == "p1"
    assert looked["begin"] >= 9 * HOUR + 600
    assert plan.left_out["place_id"].tolist() == ["p0"]
    assert plan.routes["feasible"].all()


def test_lunch_is_no_walk() -> None:
    """A walk over noon ends later by a lunch."""
    customs = Customs(lunch=(9 * HOUR + 300, 10 * HOUR))
    plain, eaten = planned(walks_of()), planned(walks_of(), customs=customs)
    assert (eaten.routes["home"] - plain.routes["home"]).tolist() == [55 * 60] * 2
    assert eaten.routes["lunch_from"].tolist() == [9 * HOUR + 300] * 2
    assert eaten.routes["feasible"].all()


def test_streets_on_an_island_are_left() -> None:
    """A street that hangs together with nothing is not reached; the rest is planned."""
    roads = roads_of([*lattice(), [(20, 330), (90, 340)]])
    plan = planned(walks_of(roads=roads), roads=roads)
    assert plan.left_out["reason"].tolist() == ["unreachable"]
    assert plan.left_out["name"].iloc[0].startswith("8路 ")
    assert plan.routes["new_m"].sum() == pytest.approx(2400, abs=25)


def test_nothing_to_walk_is_said() -> None:
    """Where everything was walked, or nobody answers for anything, there are no routes, but a sentence."""
    everything = [("o", f"2024-06-2{at} 09:00", walk(list(line))) for at, line in enumerate(lattice())]
    plan = planned(walks_of(*everything), officers=[("甲", "A"), ("丙", None)])
    assert plan.routes.empty
    assert plan.visits.empty
    assert [note[:2] for note in plan.notes] == ["甲：", "丙："]


def test_a_shift_without_length_walks_nothing() -> None:
    """Nothing fits: everything is left, with how long it would take."""
    plan = planned(walks_of(), officers=[("甲", "A")], shift="09:00-09:00")
    assert plan.routes.empty
    assert plan.left_out["why"].str.contains("一个班次只有 0 分钟").all()


def test_an_area_asks_for_its_own_streets() -> None:
    """Asked for grid B, nobody of A is asked, nor spoken of."""
    plan = planned(walks_of(), replace(ASK, area="grid:B"))
    assert plan.routes["officer"].tolist() == ["乙"]
    assert plan.notes == ()


def test_the_checker_finds_what_is_wrong() -> None:
    """A walk that is open, too long, too fast, short of a street or too late at a door is told by the checker."""
    line = shapely.LineString([(0, 0), (100, 0), (0, 0)])
    good = Walked(line, 200.0, [shapely.LineString([(0, 0), (100, 0)])], (0, 1000), 0, 400, None, 1.0, 0.0, [])
    assert walk_faults(good) == []
    stay = Stay("店", 100, 100, 160, 60, 0, 1000)
    assert walk_faults(replace(good, stays=[stay])) == []
    assert walk_faults(replace(good, needed=[shapely.LineString([(0, 9), (50, 9)])])) == ["有 50 米没有走到"]
    assert walk_faults(replace(good, line=shapely.LineString([(0, 0), (200, 0)]))) == ["没有回到出发的地方"]
    assert walk_faults(replace(good, metres=150.0)) == ["路线图长 200 米，写的是 150 米"]
    assert walk_faults(replace(good, home=190)) == ["走路的时间不够"]
    assert walk_faults(replace(good, shift=(0, 300))) == ["00:00–00:06 超出了班次"]
    assert walk_faults(replace(good, stays=[replace(stay, closes=150)])) == ["店：不在营业时间"]
    assert walk_faults(replace(good, stays=[replace(stay, least=90)])) == ["店：停留不够"]
    assert walk_faults(replace(good, stays=[stay], home=700, lunch=(120, 180))) == ["店：占了午休"]
