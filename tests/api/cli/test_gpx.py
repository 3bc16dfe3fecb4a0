"""Figures as GPX."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import gpxpy
import pandas as pd
import pytest
import shapely

from api.cli.files import write_file
from api.cli.gpx import gpx_text
from api.cli.rows import Figures
from geodata.errors import QuestionProblem


def figures() -> Figures:
    """Give a place, a walk, a street, ground, and a row that stands nowhere."""
    shapes = [
        shapely.Point(113.7, 22.8),
        shapely.LineString([(113.7, 22.8), (113.71, 22.81), (113.72, 22.8)]),
        shapely.MultiLineString([[(113.7, 22.8), (113.71, 22.8)], [(113.72, 22.8), (113.73, 22.8)]]),
        shapely.box(113.7, 22.8, 113.72, 22.82),
        None,
    ]
    frame = pd.DataFrame(
        {
            "name": ["甲厂<b>&\x0b", None, None, None, "无坐标"],
            "first": [None, "乙店", None, None, None],
            "street": [None, None, "丙路", None, None],
            "why": ["逾期。", None, "没有人走过。", "没有人到过。", ""],
            "stops": pd.Series([None, 3, None, None, None], dtype="Int64"),
            "minutes": [None, 95.5, None, None, None],
            "metres": [None, 1200.0, None, None, None],
        }
    )
    return Figures("镇 缺口", {}, frame, ("name",), gpd.GeoSeries(shapes, crs=4326))


def test_each_shape_has_its_form(tmp_path: Path) -> None:
    """Points and areas are waypoints, a walk is a route in its order, a street a track; nowhere is left out."""
    write_file(figures(), tmp_path / "a.gpx")
    made = gpxpy.parse((tmp_path / "a.gpx").read_text(encoding="utf-8"))
    assert [(point.name, point.description) for point in made.waypoints] == [
        ("1 甲厂<b>&", "逾期。"),
        ("4", "没有人到过。"),
    ]
    (route,) = made.routes
    assert (route.name, route.description) == ("2 乙店", "3个停留点，96分钟，1,200米")
    assert [(point.longitude, point.latitude) for point in route.points] == [
        (113.7, 22.8),
        (113.71, 22.81),
        (113.72, 22.8),
    ]
    (track,) = made.tracks
    assert (track.name, len(track.segments)) == ("3 丙路", 2)
    assert (made.version, made.creator) == ("1.1", "wangge")


def test_without_shapes() -> None:
    """Figures that stand on no map are refused."""
    with pytest.raises(QuestionProblem, match=r"\.gpx"):
        gpx_text(Figures("数", {}, figures().frame, ("name",)))
