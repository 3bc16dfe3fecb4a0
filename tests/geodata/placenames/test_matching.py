"""Which place a name and a geotag mean."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geodata.placenames import Found, folded_names, match_names, name_parts
from tests.geodata.placenames.names_oracle import meant

HERE = (113.67, 22.82)
FAR = (113.70, 22.82)
Row = tuple[str, tuple[float, float] | None]

names = st.builds(
    "".join,
    st.tuples(
        st.sampled_from(["", "", "甲镇", "大宁社区", "样板市甲镇"]),
        st.sampled_from(["恒达", "恒通", "恒達", "美宜佳", "恒达兴", "和康巷3号"]),
        st.sampled_from(["", "五金", "五金制品", "便利"]),
        st.sampled_from(["", "店", "厂", "有限公司"]),
        st.sampled_from(["", "", "第二分厂", "（2号店）", "（大道店）"]),
    ),
)
spots = st.none() | st.sampled_from([HERE, (113.671, 22.82), (113.6725, 22.82), (113.674, 22.821), FAR])
rows = st.lists(st.tuples(names, spots), min_size=1, max_size=6)


def found(asked: list[Row], places: list[Row]) -> Found:
    """Match rows with an accuracy of 20 m."""
    made = pd.DataFrame({"name": pd.Series([name for name, _ in places], dtype="str"), "geometry": points(places)})
    texts, accuracy = pd.Series([name for name, _ in asked], dtype="str"), np.full(len(asked), 20.0)
    return match_names(texts, points(asked), accuracy, made, town="甲镇", communities=["大宁社区"])


def points(rows: list[Row]) -> Any:
    """Give points or None."""
    out = np.full(len(rows), None, dtype=object)
    for n, (_, spot) in enumerate(rows):
        out[n] = spot and shapely.Point(spot)
    return out


def answer(asked: Row, places: list[Row]) -> str | None:
    """Give the name of the place that is meant, None for none."""
    place = int(found([asked], places).place[0])
    return None if place < 0 else places[place][0]


def parts_of(rows: list[Row]) -> list[dict[str, Any]]:
    """Give what the oracle wants to know."""
    texts = pd.Series([name for name, _ in rows], dtype="str")
    parts = name_parts(folded_names(texts), "甲镇", ["大宁社区"], ["样板"]).to_dict("records")
    each = zip(parts, rows, strict=True)
    return [{**part, "name": name, "point": spot, "accuracy": 20.0} for part, (name, spot) in each]


@settings(max_examples=60, deadline=None)
@given(rows, rows)
def test_as_the_oracle_says(asked: list[Row], places: list[Row]) -> None:
    """Every row means the place that the slow definition says, is ambiguous where it is, or means none."""
    asked, places = [*asked, ("样板市甲镇某", None)], [*places, ("样板市甲镇别处", FAR)]  # the city is known to both
    result = found(asked, places)
    doubtful = set(result.candidates.at.tolist())
    said = [int(place) if place >= 0 else None if n in doubtful else -1 for n, place in enumerate(result.place)]
    known = parts_of(places)
    assert said == [meant(each, known) for each in parts_of(asked)]


@settings(max_examples=20, deadline=None)
@given(rows, rows, st.randoms())
def test_order_does_not_matter(asked: list[Row], places: list[Row], random: Any) -> None:
    """Places and rows in another order: the same names mean the same places."""
    places = list(dict.fromkeys(places))
    mixed, turned = random.sample(places, len(places)), random.sample(range(len(asked)), len(asked))
    one, other = found(asked, places), found([asked[n] for n in turned], mixed)
    assert [one.place[n] >= 0 and places[one.place[n]] for n in turned] == [
        place >= 0 and mixed[place] for place in other.place
    ]


@settings(max_examples=20, deadline=None)
@given(rows, rows)
def test_another_name_far_away_changes_nothing(asked: list[Row], places: list[Row]) -> None:
    """A place with quite another name far away changes no answer."""
    one, other = found(asked, places), found(asked, [*places, ("鸿运来大酒楼", FAR)])
    assert one.place.tolist() == other.place.tolist()
    assert one.confidence.tolist() == other.confidence.tolist()


@settings(max_examples=20, deadline=None)
@given(rows, names, spots)
def test_the_only_one_of_a_name(places: list[Row], name: str, spot: tuple[float, float] | None) -> None:
    """A name that only one place has means that place, wherever the geotag is."""
    places = [(name, FAR), *(place for place in places if place[0] != name)]
    result = found([(name, spot)], places)
    assert (result.place[0], result.confidence[0]) == (0, 1.0)


def test_branch_and_mother() -> None:
    """A branch is not taken for its mother, nor for another branch."""
    mother, branch = ("恒达便利店", HERE), ("恒达便利店（3号店）", HERE)
    assert answer(("恒达便利店第二分店", HERE), [mother, branch]) is None
    assert answer(("恒达便利店第三分店", HERE), [mother, branch]) == branch[0]


def test_chain_by_distance() -> None:
    """Shops of one chain are told apart by the geotag; without one the name is ambiguous."""
    chain = [("美宜佳便利店（大道店）", HERE), ("美宜佳便利店（桥头店）", FAR)]
    assert answer(("美宜佳", FAR), [("美宜佳便利店", HERE), ("大宁社区美宜佳便利店", FAR)]) == "大宁社区美宜佳便利店"
    result = found([("美宜佳便利店", None)], chain)
    assert (result.place[0], result.candidates.place.tolist()) == (-1, [0, 1])


def test_other_form_nearby() -> None:
    """A company and a works of one brand in one place are a fair match of lower confidence."""
    result = found([("甲镇恒達五金厂", HERE)], [("样板市恒达五金有限公司", HERE), ("恒通五金厂", HERE)])
    assert result.place[0] == 0
    assert 0.64 <= result.confidence[0] < 1
