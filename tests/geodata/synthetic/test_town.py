"""The whole made-up town: totals to the row, same seed same town, frames as the tables promise."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from geodata.model import Level
from geodata.synthetic import SIZES, MadeTown, make_town
from geodata.tables import IMPORTED, TABLES

DTYPES = {
    "text": "str",
    "choice": "str",
    "tags": "str",
    "integer": "float64",
    "number": "float64",
    "date": "datetime64[s]",
    "moment": "datetime64[s, Asia/Shanghai]",
    "flag": "bool",
}


@pytest.mark.long
def test_humen_has_the_published_figures(humen: MadeTown) -> None:
    """Places, visits, hazards, rectified, firms with hazards and major ones are those of the contract, to the row."""
    frames = humen.frames
    assert frames["areas"]["level"].value_counts().to_dict() == {
        "grid": 424,
        "community": 29,
        "district": 4,
        "town": 1,
    }
    hazards = frames["hazards"]
    assert (len(frames["places"]), len(frames["inspections"]), len(hazards)) == (33_826, 131_275, 146_354)
    assert hazards["rectified_at"].notna().sum() == 138_012
    assert not hazards["void"].any()
    assert hazards["place_id"].nunique() == 8_578
    major = hazards[hazards["level"] == "重大"]
    assert (len(major), major["rectified_at"].notna().sum()) == (33, 33)


def test_village_is_the_township_of_the_documents(village: MadeTown) -> None:
    """40 industrial firms, 30 fruit-washing plants, 850 self-built houses; void hazards come on top."""
    places, hazards = village.frames["places"], village.frames["hazards"]
    washing = places["tags"].str.contains("洗果厂", na=False)
    assert (washing.sum(), ((places["industry"] == "工贸") & ~washing).sum()) == (30, 40)
    assert (places["industry"] == "自建房").sum() == 850
    size = SIZES["village"]
    assert (len(hazards), hazards["void"].sum()) == (size.hazards + size.void, size.void)
    assert hazards["rectified_at"].notna().sum() == size.rectified
    assert hazards.loc[hazards["void"], "rectified_at"].isna().all()


@pytest.mark.long
def test_city_is_a_tree_of_towns() -> None:
    """A city has a six-digit root, towns below it, and every area's parent is there, one level up."""
    made = make_town("city")
    areas = made.frames["areas"]
    assert made.town.level == Level.CITY
    assert areas["level"].value_counts()["town"] == len(SIZES["city"].towns)
    _assert_tree(areas)
    assert len(made.frames["places"]) == 100_000
    assert len(made.frames["inspections"]) == SIZES["city"].inspections


def _assert_tree(areas: pd.DataFrame) -> None:
    below = areas.iloc[1:]
    assert areas.iloc[0][["parent", "parent_level", "parent_how"]].isna().all()
    known = set(zip(areas["level"], areas["code"], strict=True))
    assert set(zip(below["parent_level"], below["parent"], strict=True)) <= known
    assert (below["parent_how"] == "declared").all()


def test_parents_are_there(made: MadeTown) -> None:
    """Every area but the root names a parent that exists."""
    _assert_tree(made.frames["areas"])


def test_town_says_that_it_is_synthetic(made: MadeTown) -> None:
    """The root is marked as made up, and its name and code belong to no real town."""
    assert made.town.synthetic
    assert "合成" in made.town.name
    assert made.town.code.startswith("99")


def test_same_seed_same_town(village: MadeTown) -> None:
    """Frames of one seed are equal bit for bit, those of another seed are not."""
    again, other = make_town("village"), make_town("village", seed=2)
    for name, frame in village.frames.items():
        pd.testing.assert_frame_equal(frame, again.frames[name], check_exact=True)
        if "geometry" in frame:
            assert frame["geometry"].to_wkb().equals(again.frames[name]["geometry"].to_wkb())
    assert not village.frames["places"]["geometry"].to_wkb().equals(other.frames["places"]["geometry"].to_wkb())


@pytest.mark.parametrize("seed", range(2, 5))
def test_other_seeds_work(seed: int) -> None:
    """The totals do not hang on the seed."""
    frames = make_town("village", seed).frames
    assert len(frames["places"]) == SIZES["village"].places
    assert len(frames["inspections"]) == SIZES["village"].inspections
    assert (frames["areas"]["level"] == "grid").sum() == 24


def test_unknown_size() -> None:
    """A size that does not exist is refused by name."""
    with pytest.raises(ValueError, match="metropolis"):
        make_town("metropolis")


def test_frames_are_as_the_tables_say(made: MadeTown) -> None:
    """All tables and columns are there, with the promised dtypes, canonical words, unique ids, plain row numbers."""
    assert set(made.frames) == set(IMPORTED) - {"photos", "exemptions", "moves", "masks"}
    for name, frame in made.frames.items():
        table = TABLES[name]
        assert {c.name: str(frame[c.name].dtype) for c in table.columns} == {
            c.name: DTYPES[c.kind] for c in table.columns
        }
        assert list(frame.index) == list(range(len(frame)))
        assert not frame.duplicated(list(table.key)).any()
        for column in table.columns:
            if column.choices:
                assert set(frame[column.name].dropna()) <= set(column.choices.values())
            if column.required:
                assert frame[column.name].notna().all()


def test_references_hold(made: MadeTown) -> None:
    """Visits and hazards name places, hazards name visits of the same place, officers have an area of the town."""
    frames = made.frames
    visits, hazards = frames["inspections"].set_index("id"), frames["hazards"]
    assert visits["place_id"].isin(frames["places"]["id"]).all()
    found = visits.loc[hazards["inspection_id"]]
    assert (found["place_id"].to_numpy() == hazards["place_id"].to_numpy()).all()
    assert frames["officers"]["area"].isin(frames["areas"]["code"]).all()
    own = visits[visits["by"].isin(["inspector", "department", "leader"])]
    assert own["officer"].isin(frames["officers"]["id"]).all()
    assert frames["tracks"]["officer"].isin(frames["officers"]["id"]).all()


def test_nothing_happens_after_the_half_year(made: MadeTown) -> None:
    """No visit, finding, rectification or closing lies outside the half year."""
    first, end = pd.Timestamp("2024-01-01", tz="Asia/Shanghai"), pd.Timestamp("2024-07-01", tz="Asia/Shanghai")
    hazards = made.frames["hazards"]
    for moments in (made.frames["inspections"]["at"], *(hazards[c] for c in ("found_at", "rectified_at", "closed_at"))):
        assert (moments.dropna() >= first).all()
        assert (moments.dropna() < end).all()


def test_texts_are_writable_in_gbk(made: MadeTown) -> None:
    """Every text of every table has only characters of GBK."""
    for frame in made.frames.values():
        for name in frame.columns.drop("geometry", errors="ignore"):
            if frame[name].dtype == "str":
                "".join(np.unique(frame[name].dropna())).encode("gbk")


def test_places_have_names_of_their_own(made: MadeTown) -> None:
    """No two places have one name."""
    assert made.frames["places"]["name"].is_unique
