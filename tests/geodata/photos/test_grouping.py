"""Photos that no inspection explains, made into inspections."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
import shapely

from geodata.photos.grouping import inspections_of

START = pd.Timestamp("2026-06-03 10:00", tz="Asia/Shanghai")


def made(*rows: tuple[int, int, str | None]) -> tuple[gpd.GeoDataFrame, list[str]]:
    """Make inspections of photos: place, minutes after the start, officer."""
    photos = gpd.GeoDataFrame(
        {
            "name": [f"{at}.jpg" for at in range(len(rows))],
            "place": [place for place, _, _ in rows],
            "taken_at": [START + pd.Timedelta(minutes=minutes) for _, minutes, _ in rows],
            "officer": pd.Series([officer for _, _, officer in rows], dtype="str"),
            "accuracy": float("nan"),
        },
        geometry=[shapely.Point(113 + at / 1000, 22) for at in range(len(rows))],
        crs=4326,
    )
    places = gpd.GeoDataFrame({"id": ["P0", "P1"], "name": ["甲", "乙"]}, geometry=[None, None], crs=4326)
    frame, of_photo = inspections_of(photos, places, pd.Series({"L": "leader"}), minutes=30)
    return frame, of_photo.tolist()


def test_one_visit() -> None:
    """Photos of one place with no longer pause between them are one visit, at the first one's time and position."""
    frame, of_photo = made((0, 20, "A"), (0, 0, "A"), (0, 50, "A"))
    assert len(frame) == 1
    visit = frame.iloc[0]
    assert (visit["place_id"], visit["place_name"], visit["photos"]) == ("P0", "甲", "1.jpg;0.jpg;2.jpg")
    assert (visit["at"], visit.geometry.x) == (START, 113.001)
    assert (visit["geotag"], visit["kind"], visit["by"]) == ("exif", "routine", "inspector")
    assert set(of_photo) == {visit["id"]}


def test_apart() -> None:
    """Another place, another officer, a longer pause: another visit."""
    frame, of_photo = made((0, 0, "A"), (1, 0, "A"), (0, 0, "B"), (0, 31, "A"), (0, 0, None))
    assert len(frame) == len(set(of_photo)) == 5


def test_the_same_again() -> None:
    """The same photos make the same ids, in whatever order they come."""
    _, ids = made((0, 0, "A"), (0, 20, "A"), (1, 0, None))
    _, again = made((0, 0, "A"), (0, 20, "A"), (1, 0, None))
    assert ids == again


def test_leader() -> None:
    """A leader's photos are a leader's inspection."""
    frame, _ = made((0, 0, "L"))
    assert frame["by"].tolist() == ["leader"]
