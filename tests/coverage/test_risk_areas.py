"""The four-colour risk of areas, against a slow way to count it."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Geod
from shapely.geometry import box

from coverage.risk_areas import CLASSES, SHARES, RiskShares, area_risk
from geodata.errors import QuestionProblem
from geodata.model import RISKS, Level
from grids.hierarchy import OUTSIDE, UNLOCATED

AREAS = gpd.GeoDataFrame(
    {"code": ["1", "a", "b"], "name": ["镇", "甲村", "乙村"], "level": ["town", "community", "community"]},
    geometry=[None, box(113.6, 22.8, 113.61, 22.81), None],
    crs="EPSG:4326",
)
A, B = 1, 2


def towns_places(members: list[tuple[int, str | None]]) -> pd.DataFrame:
    """Give places of (area, risk)."""
    columns = {"community": [area for area, _ in members], "risk": [risk for _, risk in members]}
    frame = pd.DataFrame(columns)
    return frame.assign(community=frame["community"].astype("int64"), risk=frame["risk"].astype("str"), town=0)


def slow_colour(risks: list[str | None], shares: RiskShares) -> str:
    """Say the rule in exact fractions, place by place."""
    rated = [risk for risk in risks if risk is not None]
    if not rated:
        return "未评级"
    for level, share in zip(RISKS[:3], shares.shares, strict=True):
        or_worse = [risk for risk in rated if RISKS.index(risk) <= RISKS.index(level)]
        if Fraction(len(or_worse), len(rated)) >= Fraction(str(share)):
            return level
    return "一般" if "重大" in rated else "低"


@given(
    st.lists(st.tuples(st.sampled_from([A, B, OUTSIDE, UNLOCATED]), st.sampled_from([None, *RISKS, "低", "低", "低"]))),
    st.sampled_from([SHARES, RiskShares(0.25, 0.25, 0.75), RiskShares(1, 1, 1), RiskShares(0.1, 0.3, 0.7)]),
)
def test_colours_and_counts_are_those_of_the_slow_way(
    members: list[tuple[int, str | None]], shares: RiskShares
) -> None:
    """Counts, the colour by shares and the worst place of every area are what counting place by place gives."""
    rows = area_risk(towns_places(members), AREAS, Level.COMMUNITY, shares)
    groups = {"甲村": A, "乙村": B, "不在任何村/社区": OUTSIDE, "无坐标": UNLOCATED}
    assert rows["name"].tolist()[:2] == ["甲村", "乙村"]
    assert rows["places"].sum() == len(members)
    for row in rows.itertuples():
        risks = [risk for area, risk in members if area == groups[row.name]]
        counts = (row.major, row.larger, row.general, row.low, row.unrated)
        assert counts == tuple(risks.count(word) for word in (*RISKS, None))
        assert CLASSES[row.by_share] == slow_colour(risks, shares)
        rated = [risk for risk in risks if risk is not None]
        assert CLASSES[row.worst] == (min(rated, key=RISKS.index) if rated else "未评级")


@pytest.mark.parametrize(
    ("counts", "colour"),
    [
        ((1, 0, 0, 49), "重大"),
        ((1, 0, 0, 50), "一般"),
        ((0, 5, 0, 45), "较大"),
        ((0, 4, 0, 46), "低"),
        ((0, 0, 25, 25), "一般"),
        ((0, 0, 24, 26), "低"),
        ((0, 0, 0, 0), "未评级"),
    ],
)
def test_a_share_that_is_just_reached_counts(counts: tuple[int, ...], colour: str) -> None:
    """2 %, 10 % and 50 % are reached at exactly as much; an area with a 重大 place is yellow at least."""
    members = [(A, word) for word, many in zip(RISKS, counts, strict=True) for _ in range(many)]
    rows = area_risk(towns_places(members), AREAS, Level.COMMUNITY)
    assert CLASSES[rows["by_share"].iat[0]] == colour


def test_density_is_per_square_kilometre_of_the_ground() -> None:
    """Three 重大 or 较大 places on an area: divided by its km² as measured on the ellipsoid; none without a polygon."""
    members: list[tuple[int, str | None]] = [(A, "重大"), (A, "较大"), (A, "较大"), (A, "低"), (B, "重大")]
    rows = area_risk(towns_places(members), AREAS, Level.COMMUNITY)
    m2, _ = Geod(ellps="WGS84").geometry_area_perimeter(AREAS.geometry.iat[1])
    assert rows["dense"].iat[0] == pytest.approx(3 / (m2 / 1e6), rel=1e-3)
    assert np.isnan(rows["dense"].iat[1])
    assert np.isnan(rows["km2"].iat[1])


def test_the_rule_is_printed_with_its_shares() -> None:
    """The sentence names the three shares."""
    assert "占 2% 及以上为红" in SHARES.sentence
    assert "占 12.5% 及以上为橙" in replace(SHARES, larger=0.125).sentence


@pytest.mark.parametrize("share", [0.0, -0.1, 1.01, float("nan")])
def test_a_share_is_a_share(share: float) -> None:
    """Nothing but shares above 0 up to 1 is taken."""
    with pytest.raises(ValueError, match="shares"):
        RiskShares(major=share)


def test_a_level_without_areas_is_refused() -> None:
    """The message names the levels that there are."""
    places = towns_places([]).assign(grid=0)
    with pytest.raises(QuestionProblem, match="网格"):
        area_risk(places, AREAS, Level.GRID)
