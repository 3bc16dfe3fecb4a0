"""New areas beside the stored ones: parents written in the same transaction, and what is told."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd

from geodata.importing import ImportReport, import_file
from geodata.store import Store

Write = Callable[..., Path]


def areas(store: Store, path: Path, **how: Any) -> ImportReport:
    """Import one file of areas."""
    return import_file(store, "areas", [path], **how)[0]


def boxes(*rows: dict[str, Any]) -> str:
    """Make GeoJSON of boxes: west, south, east, north under `box`, the rest are properties."""
    features = []
    for row in rows:
        west, south, east, north = row["box"]
        ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
        properties = {key: value for key, value in row.items() if key != "box"}
        geometry = {"type": "Polygon", "coordinates": [ring]}
        features.append({"type": "Feature", "properties": properties, "geometry": geometry})
    return json.dumps({"type": "FeatureCollection", "features": features})


def parents(store: Store) -> dict[str, tuple[str, str]]:
    """Give code → parent and how."""
    frame = store.ledger("areas").areas
    known = frame[frame["parent"].notna()]
    return {code: (up, how) for code, up, how in zip(known["code"], known["parent"], known["parent_how"], strict=True)}


def test_grids_under_communities(town: Store, file: Write) -> None:
    """A grid inside a community stands under it; one across two under the larger part, told with its share."""
    inside = {"code": "G1", "box": (113.61, 22.81, 113.62, 22.82)}
    across = {"code": "G2", "box": (113.64, 22.83, 113.68, 22.84)}
    report = areas(town, file("g.geojson", boxes(inside, across)), level="grid")
    assert parents(town)["G1"] == ("990001001001", "within")
    assert parents(town)["G2"] == ("990001001002", "overlap")
    assert any("1 个区域没有完全落在" in said and "G2（75%）" in said for said in report.warnings)


def test_stored_areas_follow(town: Store, file: Write) -> None:
    """A level that comes in between re-derives the stored areas below it, in the same transaction."""
    west = {"code": "D1", "box": (113.60, 22.80, 113.65, 22.90)}
    version = town.version()
    report = areas(town, file("d.geojson", boxes(west)), level="district")
    assert report.inserted == 1
    assert town.version() == version + 1
    assert parents(town)["990001001001"] == ("D1", "within")


def test_declared_parent(town: Store, file: Write) -> None:
    """A parent that the file declares stays; a file without the column keeps it."""
    row = {"code": "G1", "上级编码": "990001001002", "box": (113.61, 22.81, 113.62, 22.82)}
    areas(town, file("g.geojson", boxes(row)), level="grid")
    assert parents(town)["G1"] == ("990001001002", "declared")
    del row["上级编码"]
    assert areas(town, file("h.geojson", boxes(row)), level="grid").unchanged == 1
    assert parents(town)["G1"] == ("990001001002", "declared")


def test_overlap_is_told(town: Store, file: Write) -> None:
    """Neighbours that overlap come in as they are; the pair is told with rows, a stored one as such."""
    one = {"code": "G1", "name": "甲格", "box": (113.61, 22.81, 113.62, 22.82)}
    two = {"code": "G2", "name": "乙格", "box": (113.619, 22.81, 113.63, 22.82)}
    report = areas(town, file("a.geojson", boxes(one, two)), level="grid")
    assert any("甲格（第 1 行）与乙格（第 2 行）" in said for said in report.warnings)
    report = areas(town, file("b.geojson", boxes(two)), level="grid")
    assert any("乙格（第 1 行）与甲格（已在库中）" in said for said in report.warnings)


def test_area_without_name(town: Store, file: Write) -> None:
    """An area without a name is called by its code, and keeps a stored name."""
    areas(town, file("a.geojson", boxes({"code": "G1", "box": (113.61, 22.81, 113.62, 22.82)})), level="grid")
    names = pd.Series(town.ledger("areas").areas.set_index("code")["name"])
    assert names["G1"] == "G1"
    stored = {"code": "990001001001", "box": (113.60, 22.80, 113.65, 22.90)}
    areas(town, file("b.geojson", boxes(stored)), level="community")
    assert town.ledger("areas").areas.set_index("code")["name"]["990001001001"] == "东村"
