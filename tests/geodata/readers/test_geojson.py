"""GeoJSON as rows: features counted from 1, systems named, nothing but FileProblem for what is none."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geodata.errors import FileProblem
from geodata.model import Town
from geodata.readers import read
from geodata.readers.geojson import read_geojson
from geodata.tables import TABLES

Write = Callable[..., Path]
TOWN = Town("甲镇", "990001001")
POINT = {"type": "Point", "coordinates": [113.6, 22.8]}


def collection(*features: Any, **members: Any) -> str:
    """Make a FeatureCollection."""
    return json.dumps({"type": "FeatureCollection", "features": list(features), **members})


def feature(geometry: Any = None, **properties: Any) -> dict[str, Any]:
    """Make a feature."""
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def test_rows(file: Write) -> None:
    """Features count from 1; a key that some lack is a column with empty cells; lists stay, deeper values are text."""
    text = collection(feature(POINT, id=1, 标签=["a", "b"]), feature(None, id="2", more={"x": 1}))
    raw = read_geojson(file("a.geojson", text))
    assert raw.rows.tolist() == [1, 2]
    assert raw.columns == {"id": [1, "2"], "标签": [["a", "b"], None], "more": [None, '{"x": 1}']}
    assert raw.shapes == [POINT, None]


@pytest.mark.parametrize(
    ("name", "system"),
    [
        ("urn:ogc:def:crs:OGC:1.3:CRS84", "wgs84"),
        ("EPSG:4326", "wgs84"),
        ("urn:ogc:def:crs:EPSG::4490", "cgcs2000"),
        ("urn:ogc:def:crs:EPSG::4547", "epsg:4547"),
        ("本地坐标系", "本地坐标系"),
    ],
)
def test_crs(file: Write, name: str, system: str) -> None:
    """The old `crs` member is understood; a name that is not stays as it is, to be asked about."""
    crs = {"type": "name", "properties": {"name": name}}
    assert read_geojson(file("a.geojson", collection(feature(POINT), crs=crs))).crs == system


@pytest.mark.parametrize("name", ["本地坐标系", "EPSG:999999", "EPSG:5773", ""])
def test_unknown_crs(file: Write, name: str) -> None:
    """A system that nobody knows is never taken for WGS 84: the file is refused until `--datum` says."""
    text = collection(feature(POINT, id="1", name="a"), crs={"type": "name", "properties": {"name": name}})
    path = file("a.geojson", text)
    with pytest.raises(FileProblem, match="--datum"):
        read(path, TABLES["places"], town=TOWN)
    assert len(read(path, TABLES["places"], town=TOWN, datum="wgs84").frame) == 1


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "不是正常的 GeoJSON（第 1 行）"),
        ("[]", "要素集合"),
        ('{"type": "FeatureCollection", "features": []}', "没有要素"),
        ('{"type": "FeatureCollection", "features": [1]}', "不是要素"),
        ("[" * 5000, "嵌套"),
    ],
)
def test_no_geojson(file: Write, text: str, said: str) -> None:
    """What is no FeatureCollection is refused with the reason."""
    with pytest.raises(FileProblem, match=said):
        read_geojson(file("a.geojson", text))


def test_half_a_character(file: Write) -> None:
    """JSON can hold half a character, the store can't: the row is rejected."""
    text = '{"type": "FeatureCollection", "features": [' + json.dumps(feature(POINT, id="1", name="a")) + ","
    text += '{"type": "Feature", "properties": {"id": "2", "name": "\\ud800", "\\ud801": 1}, "geometry": null}]}'
    found = read(file("a.geojson", text), TABLES["places"], town=TOWN)
    assert [(fault.row, fault.column) for fault in found.rejected] == [(2, "name")]


def test_enormous_number(file: Write) -> None:
    """A number beyond all floats is a fault of its row."""
    text = collection(
        feature({"type": "Point", "coordinates": [10**400, 1]}, id="1", name="a"),
        feature(POINT, id="2", name="b", headcount=10**400),
        feature(POINT, id="3", name="c"),
    )
    found = read(file("a.geojson", text), TABLES["places"], town=TOWN)
    assert [(fault.row, fault.column) for fault in found.rejected] == [(1, "geometry"), (2, "headcount")]


KEYS = st.sampled_from(["type", "coordinates", "id", "name", "code", "level", "properties", "x"])
SINGLE = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5)
VALUES = st.recursive(
    SINGLE | st.sampled_from(["Point", "Polygon"]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=20,
)
FEATURES = st.fixed_dictionaries(
    {"type": st.just("Feature")},
    optional={
        "properties": st.dictionaries(st.sampled_from(["id", "name", "code", "level", "经度"]), VALUES) | VALUES,
        "geometry": VALUES
        | st.fixed_dictionaries(
            {
                "type": st.sampled_from(["Point", "Polygon", "MultiPolygon", "LineString", "MultiLineString"]),
                "coordinates": VALUES | st.lists(st.lists(st.floats(-200, 200), min_size=2, max_size=3), max_size=5),
            }
        ),
    },
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.builds(lambda features, crs: {"type": "FeatureCollection", "features": features, "crs": crs},
              st.lists(FEATURES | VALUES, min_size=1, max_size=4), st.none() | VALUES) | VALUES,
    st.sampled_from(["places", "areas", "tracks", "officers"]),
)  # fmt: skip
def test_any_json(tmp_path: Path, document: Any, table: str) -> None:
    """Whatever JSON stands in the file: each row is read or rejected once, or the file is refused."""
    path = tmp_path / "a.geojson"
    path.write_text(json.dumps(document), encoding="utf-8")
    try:
        found = read(path, TABLES[table], town=TOWN, level="grid" if table == "areas" else None)
    except FileProblem:
        return
    if table != "tracks":
        assert found.rows_read == len(found.frame) + len(found.rejected)
