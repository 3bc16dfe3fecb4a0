"""What inspectors owe in a month, and the minutes that a town's rules file says."""

from __future__ import annotations

from datetime import date
from importlib import resources

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from coverage.rules import parse_rules
from coverage.workload import parse_habits, visits_a_month, work_of
from geodata.errors import RulesProblem
from geodata.ledger import Ledger
from geodata.model import Town
from grids.hierarchy import areas_of_town
from grids.workload import STAY, STAYS

TOWN = Town("甲镇", "441900121")
RULES = """
[[rule]]
id = "a"
every = "month"
times = 2
applies = { risk = ["重大"] }

[[rule]]
id = "b"
every = "quarter"

[[rule]]
id = "c"
duty = "leader"
by = ["leader"]
every = "month"

[[rule]]
id = "d"
duty = "department"
by = ["department", "inspector"]
every = "year"

[[rule]]
id = "e"
window = ["2024-01-01", "2024-12-31"]
"""
DEFAULTS = resources.files("geodata").joinpath("default_rules.toml").read_text(encoding="utf-8")


def places() -> gpd.GeoDataFrame:
    """Give four places of a ledger: one of high risk, one that is closed, one to come."""
    empty = Ledger.whole(TOWN, {}).places
    frame = gpd.GeoDataFrame(
        {
            "id": pd.Series(list("wxyz"), dtype="str"),
            "risk": pd.Series(["重大", "低", "低", "低"], dtype="str"),
            "status": pd.Series(["open", "open", "closed", "open"], dtype="str"),
            "opened": pd.Series(pd.to_datetime([None, None, None, "2025-01-01"])).astype("datetime64[s]"),
        },
        geometry=[None] * 4,
        crs=4326,
    )
    return frame.reindex(columns=empty.columns).astype({"closed": "datetime64[s]", "headcount": float})


def test_visits_by_place() -> None:
    """The strictest rule of each duty that an inspector can meet: no campaign, no leader's visit; open places only."""
    areas = areas_of_town(Ledger.whole(TOWN, {}).areas, TOWN)
    found = visits_a_month(places(), areas, parse_rules(RULES), date(2024, 6, 30))
    assert found == pytest.approx([2 + 1 / 12, 1 / 3 + 1 / 12, 0, 0])


def test_minutes_of_the_default_rules() -> None:
    """What a new town starts with is what the code assumes where nothing is said."""
    assert parse_habits(DEFAULTS) == parse_habits("")
    assert parse_habits(DEFAULTS).stay == STAY


def test_a_town_edits_the_minutes() -> None:
    """Industries stand beside risks; what is not named keeps its assumption."""
    habits = parse_habits('[minutes]\n"燃气" = 45\n"重大" = 90\n"其他" = 10\n"出行方式" = "车"')
    assert dict(habits.stays) == {**STAYS, "燃气": 45, "重大": 90}
    assert (habits.stay, habits.mode) == (10, "car")


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("minutes = 5", "写成 \\[minutes\\] 一节"),
        ('[minutes]\n"重大" = "多"', "“重大”写成了“多”"),
        ('[minutes]\n"重大" = 0', "“重大”写成了“0”"),
        ('[minutes]\n"重大" = true', "“重大”写成了“True”"),
        ('[minutes]\n"出行方式" = "飞"', "“步行”或“车”"),
    ],
)
def test_wrong_minutes_are_named(text: str, sentence: str) -> None:
    """A wrong entry is named with what to write instead."""
    with pytest.raises(RulesProblem, match=sentence):
        parse_habits(text)


def test_visits_stand_in_the_order_of_the_places() -> None:
    """Places that are not known yet keep their place in the order."""
    areas = areas_of_town(Ledger.whole(TOWN, {}).areas, TOWN)
    turned = places().iloc[::-1].reset_index(drop=True)
    found = visits_a_month(turned, areas, parse_rules(RULES), date(2024, 6, 30))
    assert np.flatnonzero(found).tolist() == [2, 3]


def town_with(roads: gpd.GeoDataFrame | None) -> Ledger:
    """Give two open places 1,100 m apart and one between them, a closed one without a position, perhaps a road."""
    at = [shapely.Point(113.6, 22.8), shapely.Point(113.6, 22.81), None, None]
    frames = {"places": places().assign(opened=pd.NaT).astype({"opened": "datetime64[s]"}).set_geometry(at, crs=4326)}
    frames["places"].loc[3, "geometry"] = shapely.Point(113.6, 22.805)
    return Ledger.whole(TOWN, frames | ({} if roads is None else {"roads": roads}))


def test_way_follows_the_streets_that_there_are() -> None:
    """Where the store has roads the way is along them, and it is told; off the roads it is as the crow flies."""
    round_about = shapely.MultiLineString([[(113.6, 22.8), (113.62, 22.8), (113.62, 22.81), (113.6, 22.81)]])
    empty = Ledger.whole(TOWN, {}).roads
    roads = gpd.GeoDataFrame({"class": pd.Series(["支路"], dtype="str")}, geometry=[round_about], crs=4326).reindex(
        columns=empty.columns
    )
    day, rules = date(2025, 6, 30), '[[rule]]\nid = "a"\nevery = "month"\n'
    along, straight = work_of(town_with(roads), rules, day), work_of(town_with(None), rules, day)
    assert along.travel == {"on_streets": 2, "straight": 1}
    assert straight.travel == {"on_streets": 0, "straight": 3}
    assert (along.minutes > straight.minutes).tolist() == [True, True, False, False]
    assert along.minutes[3] == straight.minutes[3]


def test_nobody_to_visit() -> None:
    """A town without any visit has no work and no way."""
    found = work_of(town_with(None), "", date(2025, 6, 30))
    assert found.minutes.tolist() == [0, 0, 0, 0]
    assert found.travel == {"on_streets": 0, "straight": 0}
