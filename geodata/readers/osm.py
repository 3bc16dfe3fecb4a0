"""OpenStreetMap extracts (.osm.pbf): roads, and water surfaces.

Tags as the OpenStreetMap wiki defines them: Key:highway, Key:oneway, Key:maxspeed, Tag:natural=water.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import numpy as np
import shapely

from geodata.errors import FileProblem
from geodata.readers.fieldtext import decode_columns
from geodata.readers.gdal import ask
from geodata.readers.raw import RawTable
from geodata.readers.unpack import Copied
from geodata.readers.wkb import shapes_of_wkb
from geodata.tables import Table

NOT_YET = ("proposed", "construction", "abandoned", "razed", "demolished", "platform", "elevator", "corridor")
"""Values of `highway` that nobody drives or walks along as a street."""

_SQL: Mapping[str, str] = MappingProxyType(
    {
        "roads": "SELECT osm_id, name, highway, oneway, maxspeed, junction FROM lines WHERE highway IS NOT NULL",
        "water": (
            "SELECT osm_id, osm_way_id, name FROM multipolygons WHERE natural = 'water' OR waterway = 'riverbank' "
            "OR landuse IN ('reservoir', 'basin')"
        ),
    }
)
_CONFIG = """\
closed_ways_are_polygons=area,building,landuse,natural,water,waterway=riverbank,leisure,amenity
attribute_name_laundering=no
[lines]
osm_id=yes
attributes=name,highway,oneway,maxspeed,junction
other_tags=no
[multipolygons]
osm_id=yes
attributes=name,natural,waterway,landuse
other_tags=no
"""
_SPEED = re.compile(r"(\d{1,3}(?:\.\d+)?)\s*(km/h|kmh|kph|mph)?", re.IGNORECASE)
_KM_PER_MILE = 1.609344
_ONE_WAY = frozenset({"yes", "true", "1", "-1", "reverse"})
_BACKWARD = frozenset({"-1", "reverse"})


def read_osm(copied: Copied, table: Table) -> RawTable:
    """Read the roads or the water of an extract; rows count them from 1.

    Roads have id, name, class (`highway`), oneway (a roundabout and a motorway without the tag are one-way; a way
    that is one-way against its line is turned round) and speed in km/h, missing where `maxspeed` is no number.

    FileProblem for any other table.
    """
    if table.name not in _SQL:
        raise FileProblem(f"{copied.shown_as} 是 OpenStreetMap 数据，只能导入 roads（道路）和 water（水面）。")
    if copied.layer is not None:
        raise FileProblem(f"{copied.shown_as} 的图层由表名决定，请去掉 --layer。")
    config = copied.path.parent / "osmconf.ini"
    config.write_text(_CONFIG, encoding="ascii")
    options = {"OSM_CONFIG_FILE": str(config)}
    found = ask(copied.path, copied.shown_as, "OSM", sql=_SQL[table.name], options=options)
    columns = decode_columns(copied.path, found.columns, declared="utf-8").columns
    shapes = shapes_of_wkb(found.wkb)
    if table.name == "roads":
        kept = [at for at, value in enumerate(columns["highway"]) if value not in NOT_YET]
        columns = {name: [values[at] for at in kept] for name, values in columns.items()}
        columns, shapes = _roads(columns, [shapes[at] for at in kept])
    else:
        ids = zip(columns["osm_id"], columns["osm_way_id"], strict=True)
        columns = {"id": [_id(relation, way) for relation, way in ids], "name": columns["name"]}
    if not shapes:
        raise FileProblem(f"{copied.shown_as} 里没有{table.title}。请检查范围是否裁对了。")
    return RawTable(columns, np.arange(1, len(shapes) + 1, dtype=np.int64), shapes=shapes, crs="wgs84")


def _id(relation: str | None, way: str | None) -> str:
    return f"relation/{relation}" if relation else f"way/{way}"


def _roads(columns: Mapping[str, list[Any]], shapes: list[Any]) -> tuple[dict[str, list[Any]], list[Any]]:
    """Give the columns of roads; ways that are one-way backward are turned round."""
    words = [str(value or "").lower() for value in columns["oneway"]]
    implied = [
        junction in ("roundabout", "circular") or str(road).startswith("motorway")
        for junction, road in zip(columns["junction"], columns["highway"], strict=True)
    ]
    oneway = [word in _ONE_WAY or (not word and by) for word, by in zip(words, implied, strict=True)]
    turned = [shapely.reverse(s) if word in _BACKWARD else s for s, word in zip(shapes, words, strict=True)]
    return {
        "id": [_id(None, way) for way in columns["osm_id"]],
        "name": columns["name"],
        "class": columns["highway"],
        "oneway": ["1" if each else "0" for each in oneway],
        "speed": [speed_of(value) for value in columns["maxspeed"]],
    }, turned


def speed_of(value: str | None) -> float | None:
    """Give a `maxspeed` in km/h, None where it is no plain number (`none`, `walk`, `CN:urban`, several values)."""
    found = _SPEED.fullmatch((value or "").strip())
    if not found:
        return None
    mile = (found.group(2) or "").lower() == "mph"
    return round(float(found.group(1)) * (_KM_PER_MILE if mile else 1.0), 1)
