"""A division on paper: what a draft keeps of it."""

from __future__ import annotations

import json
from typing import Any

import shapely

from api.dividing import Plan


def content_of(found: Plan) -> dict[str, Any]:
    """Give the content of a draft: each area's code, name, parent and shape."""
    names = ["code", "name", "parent", "parent_level", "manager", "came_from"]
    rows = found.areas[names].astype(object).where(found.areas[names].notna(), None).to_dict("records")
    shapes = [json.loads(each) for each in shapely.to_geojson(found.areas.geometry.to_numpy())]
    return {"areas": [{**row, "geometry": shape} for row, shape in zip(rows, shapes, strict=True)]}
