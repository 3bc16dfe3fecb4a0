"""Addresses find their entry, or say why not; the fast way does what the slow definition says."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geodata.addresses import Above, folded, match, parts
from tests.geodata.addresses.match_oracle import meant

COMMUNITIES = ("大宁社区", "北栅村")
Entry = tuple[str, str, float, float]


def taken_apart(rows: list[tuple[str, str]]) -> pd.DataFrame:
    """Give the parts of names and addresses."""
    names, addresses = (folded(pd.Series(texts, dtype="str")) for texts in zip(*rows, strict=True))
    above = Above("虎门镇", frozenset({"广东省", "东莞市"}), frozenset({"大宁", "北栅"}))
    return parts(addresses, above).assign(name=names)


def found(address: str, *entries: Entry, name: str = "") -> tuple[str, int, int, float]:
    """Match one address; give how, entry, other entry, score rounded."""
    points = gpd.GeoSeries(gpd.points_from_xy([e[2] for e in entries], [e[3] for e in entries]), crs=4326)
    it = match(taken_apart([(name, address)]), taken_apart([entry[:2] for entry in entries]), points)
    return str(it.how[0]), int(it.entry[0]), int(it.other[0]), round(float(it.score[0]), 1)


def at(address: str, east_m: float = 0.0, name: str = "") -> Entry:
    """Make an entry so many metres east of a point."""
    return name, address, 113.67 + east_m / (111_320 * np.cos(np.radians(22.8))), 22.8


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("广东省东莞市虎门镇太沙路12号", "太沙路12号"),
        ("东莞市虎门镇太沙路１２號", "虎门镇太沙路12号"),
        ("太沙路 12 号（一楼）", "太沙路12号(一楼)"),
        ("太沙路12#", "太沙路12号"),
        ("太沙路12—3号", "太沙路12-3号"),
        ("虎门镇大宁社区太沙路12号", "大宁村委会太沙路12号"),
        ("大宁社区太沙路12号", "太沙路12号"),
    ],
)
def test_same_address(one: str, other: str) -> None:
    """Two ways of writing one address are the same, both ways round."""
    assert found(one, at(other)) == ("exact", 0, -1, 100.0)
    assert found(other, at(one)) == ("exact", 0, -1, 100.0)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("太沙路12号", "太沙路13号"),
        ("人民东路12号金洲工业大厦", "人民西路12号金洲工业大厦"),
        ("金洲新村一巷5号出租屋", "金洲新村二巷5号出租屋"),
        ("大宁社区新村一巷3号", "北栅社区新村一巷3号"),
        ("东莞市长安镇太沙路金洲工业区12号", "东莞市虎门镇太沙路金洲工业区12号"),
        ("大宁社区", "大宁社区太沙路12号"),
        ("虎门镇", "东莞市虎门镇"),
    ],
)
def test_not_the_same_address(one: str, other: str) -> None:
    """Another number, side of the compass, lane, community or town is another place; a town's name is no address."""
    assert found(one, at(other))[:3] == ("", -1, -1)


def test_door_before_rooms() -> None:
    """A room is where its building is, else where its door is, else where another room of the door is."""
    door, hall, room = at("太沙路12号"), at("太沙路12号3栋", 900), at("太沙路12号5楼", 1900)
    assert found("太沙路12号3栋201", door, hall, room)[:3] == ("prefix", 1, -1)
    assert found("太沙路12号6栋", door, hall, room)[:3] == ("prefix", 0, -1)
    assert found("太沙路12号6栋", room)[:3] == ("prefix", 0, -1)
    assert found("太沙路12号6栋", hall, room)[:3] == ("prefix", 0, 1)


def test_no_cut_within_a_number() -> None:
    """Building 1 is no beginning of building 10."""
    assert found("太沙路12号10栋", at("太沙路12号"), at("太沙路12号1栋", 900))[:2] == ("prefix", 0)


def test_village_or_road_is_not_enough() -> None:
    """Without a number a road or a village is no position."""
    assert found("太沙路百货商场", at("太沙路12号"), at("太沙路"))[0] == ""


def test_two_spots_are_ambiguous() -> None:
    """Two entries of one address far apart mean neither; near each other they mean the first."""
    assert found("太沙路12号", at("太沙路12号"), at("太沙路12号", 60)) == ("exact", 0, 1, 100.0)
    assert found("太沙路12号", at("太沙路12号"), at("太沙路12号", 40)) == ("exact", 0, -1, 100.0)


def test_own_community_first() -> None:
    """An address finds the entry of its own community; one that names none can't choose."""
    entries = at("新村一巷3号", 4000), at("大宁社区新村一巷3号"), at("北栅社区新村一巷3号", 2000)
    assert found("大宁社区新村一巷3号", *entries)[:3] == ("exact", 1, -1)
    assert found("新村一巷3号", *entries)[:2] == ("exact", 0)
    assert found("新村一巷3号", *entries)[2] >= 0


def test_by_name() -> None:
    """A place whose address finds nothing is found by its name."""
    assert found("", at("太沙路12号", name="虎门黄河时装城"), name="虎门黄河时装城")[:2] == ("name", 0)
    entries = at("太沙路12号", name="百家超市"), at("太沙路99号", 3000, name="百家超市")
    assert found("某处", *entries, name="百家超市")[:3] == ("name", 0, 1)


def test_slip_of_the_pen() -> None:
    """One wrong character in a long address is forgiven, the score is said; not when a second entry is as like."""
    right, wrong = "太沙路金洲工业区第三栋12号铺", "太沙路金州工业区第三栋12号铺"
    how, entry, _, score = found(right, at(wrong))
    assert (how, entry) == ("fuzzy", 0)
    assert 90 <= score < 100
    assert found(right, at(wrong), at("太沙路金舟工业区第三栋12号铺", 900))[:3] == ("fuzzy", 0, 1)


WORDS = (
    "太沙路",
    "金洲路",
    "金州路",
    "大宁社区",
    "北栅社区",
    "工业区",
    "新村",
    "一巷",
    "1",
    "12",
    "号",
    "3栋",
    "长安镇",
)
ADDRESSES = st.lists(st.sampled_from(WORDS), max_size=6).map("".join)
NAMES = st.sampled_from(["", "", "甲店", "乙厂"])
ENTRIES = st.tuples(NAMES, ADDRESSES, st.sampled_from([0, 30, 80, 900]))


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(NAMES, ADDRESSES), min_size=1, max_size=16), st.lists(ENTRIES, min_size=1, max_size=16))
def test_as_defined(wanted: list[tuple[str, str]], gazetteer: list[tuple[str, str, int]]) -> None:
    """Every address finds what the slow definition finds."""
    entries = [at(address, east, name) for name, address, east in gazetteer]
    points = gpd.GeoSeries(gpd.points_from_xy([e[2] for e in entries], [e[3] for e in entries]), crs=4326)
    asked, given_ = taken_apart(wanted), taken_apart([entry[:2] for entry in entries])
    fast = match(asked, given_, points)
    rows: list[dict[str, Any]] = given_.assign(x=points.x, y=points.y).to_dict("records")
    for n, row in enumerate(asked.to_dict("records")):
        how, entry = meant(row, rows)
        assert fast.how[n] == how, row
        assert (fast.other[n] >= 0) == (entry is None), row
        if entry is not None:
            assert fast.entry[n] == entry, row
