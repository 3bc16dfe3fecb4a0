"""Requirements class GeoJSON of Part 1; and that what is given is what is stored."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import numpy as np
import pandas as pd
import pytest
import shapely
from fastapi.testclient import TestClient
from shapely.geometry import shape

from geodata.tables import TABLES
from tests.api.ogc.conftest import Get


def test_definition(client: TestClient, get: Get) -> None:
    """/req/geojson/definition: features come as application/geo+json, other documents as application/json."""
    types = {path: client.get(f"/ogc{path}").headers["content-type"] for path in ("/", "/conformance", "/collections")}
    assert set(types.values()) == {"application/json"}
    (feature,) = get("/collections/places/items", limit=1)["features"]
    for path in ("items?limit=1", f"items/{feature['id']}"):
        assert client.get(f"/ogc/collections/places/{path}").headers["content-type"] == "application/geo+json"


def test_content(get: Get) -> None:
    """/req/geojson/content: a page is a FeatureCollection, a feature a Feature with id, geometry and properties."""
    page = get("/collections/tracks/items", limit=2)
    assert page["type"] == "FeatureCollection"
    for feature in page["features"]:
        assert set(feature) == {"type", "id", "geometry", "properties"}
        assert feature["type"] == "Feature"
        assert shape(feature["geometry"]).geom_type == "MultiLineString"


@pytest.mark.parametrize("name", ["areas", "places", "inspections", "hazards", "tracks"])
def test_every_row_is_that_of_the_store(get: Get, stored: Any, name: str) -> None:
    """Each value of each row is the stored one: slowly told, row by row, from the frames read apart."""
    frame, table = getattr(stored, name), TABLES[name]
    keys = frame["level"] + ":" + frame["code"] if name == "areas" else frame["id"]
    features = {feature["id"]: feature for feature in get(f"/collections/{name}/items", limit=10000)["features"]}
    assert list(features) == sorted(keys)
    told = {column.name: column.kind for column in table.columns if column.name != "times"}
    for key, row in zip(keys.tolist(), frame.to_dict("records"), strict=True):
        feature = features[key]
        given = dict(feature["properties"])
        if name == "hazards":
            assert given.pop("position") in (("own",) if row["geometry"] is not None else ("place", None))
        assert {column: written(row[column], kind) for column, kind in told.items()} == given
        if name != "hazards" or row["geometry"] is not None:
            assert (
                feature["geometry"] is None if row["geometry"] is None else same(feature["geometry"], row["geometry"])
            )


def written(value: Any, kind: str) -> Any:
    """Write a value as JSON has it."""
    if kind == "flag":
        return bool(value)
    if pd.isna(value):
        return None
    if kind == "date":
        return f"{value:%Y-%m-%d}"
    if kind == "moment":
        return value.isoformat()
    return int(value) if kind == "integer" else value


def same(drawn: Any, stored: Any) -> bool:
    """Say whether a GeoJSON shape is a shape, number for number."""
    return bool(shapely.equals_exact(shape(drawn), stored, 0.0))


def test_a_hazard_without_position_is_drawn_at_its_place(get: Get, stored: Any) -> None:
    """A hazard that has no position of its own stands where its place does, and says so."""
    where = dict(zip(stored.places["id"], stored.places.geometry, strict=True))
    own = dict(zip(stored.hazards["id"], stored.hazards.geometry, strict=True))
    found = set()
    for each in get("/collections/hazards/items", limit=10000)["features"]:
        how = each["properties"]["position"]
        drawn = {"own": own[each["id"]], "place": where.get(each["properties"]["place_id"]), None: None}[how]
        assert (each["geometry"] is None) if drawn is None else shape(each["geometry"]) == drawn
        found.add(how)
    assert found == {"own", "place", None}


def test_moments_keep_their_offset(get: Get) -> None:
    """Moments are written with the town's offset."""
    for feature in get("/collections/inspections/items", limit=50)["features"]:
        assert datetime.fromisoformat(feature["properties"]["at"]).utcoffset() == pd.Timedelta(hours=8)


def test_moments_across_a_change_of_the_clock() -> None:
    """In a zone that changes its clocks each moment has the offset of its own day."""
    from api.ogc.geojson import _moments  # noqa: PLC0415

    utc = pd.Series(pd.to_datetime(["2024-03-31T00:30", "2024-03-31T01:30", None], utc=True)).astype(
        "datetime64[s, UTC]"
    )
    local = utc.dt.tz_convert("Europe/Berlin")
    assert _moments(local)[:2].tolist() == ["2024-03-31T01:30:00+01:00", "2024-03-31T03:30:00+02:00"]
    assert np.isnat(local.dt.tz_localize(None).to_numpy()[2])
