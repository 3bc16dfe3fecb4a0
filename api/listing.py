"""Lists: rows of a frame filtered, paged, and given as JSON or GeoJSON."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from fastapi import Request
from fastapi.responses import JSONResponse, Response

from api.cursors import MOST_NAMES, cursor_of, names_in, names_of, position_behind
from api.forwarded import public_url
from api.params import Paging
from coverage.density import EARTH_A
from coverage.figures import records
from coverage.grouping import AREA_GROUPS, OUTSIDE_KEY, UNLOCATED_KEY
from coverage.officers import UNKNOWN
from grids.hierarchy import OUTSIDE, UNLOCATED, find_area

Flags = npt.NDArray[np.bool_]
Near = tuple[float, float, float]
"""Longitude, latitude (degrees) and metres."""
NO_AREA = {OUTSIDE_KEY: OUTSIDE, UNLOCATED_KEY: UNLOCATED}


def in_area(positions: pd.DataFrame, areas: gpd.GeoDataFrame, asked: str | None) -> Flags:
    """Say which rows lie in the asked area; `positions` has for each level the position of the area in `areas`.

    `level:outside` asks for those in no area of a level, `level:unlocated` for those without position.
    """
    if asked is None:
        return np.ones(len(positions), dtype=bool)
    level, _, code = asked.partition(":")
    if code in NO_AREA and level in AREA_GROUPS and level in positions:
        return np.asarray(positions[level].to_numpy() == NO_AREA[code])
    at = find_area(areas, asked)
    return np.asarray(positions[str(areas["level"].iat[at])].to_numpy() == at)


def in_box(lon: pd.Series, lat: pd.Series, box: tuple[float, float, float, float] | None) -> Flags:
    """Say which positions lie in the box (borders included); none is in no box."""
    if box is None:
        return np.ones(len(lon), dtype=bool)
    west, south, east, north = box
    return np.asarray(lon.between(west, east) & lat.between(south, north))


def within(lon: pd.Series, lat: pd.Series, near: Near | None) -> Flags:
    """Say which positions lie so many metres at most around a point; none does without a position.

    Distances on a sphere of WGS 84's semi-major axis, flat around the point: right within 0.7 % over a few kilometres.
    """
    if near is None:
        return np.ones(len(lon), dtype=bool)
    x, y, metres = near
    east = np.radians(lon - x) * EARTH_A * np.cos(np.radians(y))
    return np.asarray(np.hypot(east, np.radians(lat - y) * EARTH_A) <= metres)


def meets_box(shapes: gpd.GeoSeries, box: tuple[float, float, float, float] | None) -> Flags:
    """Say which shapes have bounds that meet the box; no shape meets none."""
    if box is None:
        return np.ones(len(shapes), dtype=bool)
    west, south, east, north = box
    bounds = shapes.bounds
    across = (bounds["minx"] <= east) & (bounds["maxx"] >= west)
    return np.asarray(across & (bounds["miny"] <= north) & (bounds["maxy"] >= south))


def on_days(moments: pd.Series, first: date | None, last: date | None) -> Flags:
    """Say which moments (town-local) lie on the days from `first` to `last`."""
    days = moments.dt.tz_localize(None).dt.normalize() if moments.dt.tz is not None else moments.dt.normalize()
    kept = np.ones(len(moments), dtype=bool)
    if first is not None:
        kept &= (days >= pd.Timestamp(first)).to_numpy()
    if last is not None:
        kept &= (days <= pd.Timestamp(last)).to_numpy()
    return kept


def equals(column: pd.Series, word: str | None) -> Flags:
    """Say which rows hold the word; all when none is asked."""
    return np.ones(len(column), dtype=bool) if word is None else (column == word).to_numpy(dtype=bool, na_value=False)


def is_group(column: pd.Series, key: str | None) -> Flags:
    """Say which rows belong to a group of figures by its key: `unknown` is that of the missing ones."""
    return equals(column, key) | (column.isna().to_numpy(bool) & (key == UNKNOWN))


def page_of(
    request: Request,
    rows: pd.DataFrame,
    paging: Paging,
    *,
    geojson: bool,
    by: Sequence[str] = ("id",),
    whole: pd.DataFrame | None = None,
    **facts: Any,
) -> Response:
    """Give one page of rows with the total and the link of the next page; geometry as points or GeoJSON shapes.

    `by` are the columns that tell rows apart, for the cursor in that link; `whole` is the list that the rows were
    chosen from, in its order and with its index, where a row may leave what was asked for while somebody pages.
    """
    begin = _begin(request.url.path, rows, paging, by, rows if whole is None else whole)
    part, after = rows.iloc[begin : begin + paging.limit], begin + paging.limit
    following = None
    if after < len(rows):
        cursor = cursor_of(request.url.path, names_in(part.iloc[-MOST_NAMES:], by))
        url = public_url(request).remove_query_params("offset")
        following = str(url.include_query_params(cursor=cursor, limit=paging.limit))
    facts = {**facts, "total": len(rows), "limit": paging.limit, "offset": begin, "next": following}
    if geojson:
        body = {"type": "FeatureCollection", **facts, "features": features(part)}
        return JSONResponse(body, media_type="application/geo+json")
    return JSONResponse({**facts, "rows": plain(part)})


def _begin(path: str, rows: pd.DataFrame, paging: Paging, by: Sequence[str], whole: pd.DataFrame) -> int:
    """Give the position of the first row of the page: by its number, or behind the rows that a cursor names."""
    if paging.cursor is None:
        return paging.offset
    behind = position_behind(whole, by, names_of(path, paging.cursor))
    return int((whole.index.get_indexer(rows.index) < behind).sum())


def plain(rows: pd.DataFrame) -> list[dict[str, Any]]:
    """Give rows as JSON holds them: moments ISO 8601 with offset, days YYYY-MM-DD, points as lon and lat."""
    frame = pd.DataFrame(rows.drop(columns="geometry")) if "geometry" in rows.columns else pd.DataFrame(rows)
    for name in frame.columns:
        if isinstance(frame[name].dtype, pd.DatetimeTZDtype):
            iso = [None if pd.isna(moment) else moment.isoformat() for moment in frame[name]]
            frame = frame.assign(**{name: pd.Series(iso, index=frame.index, dtype=object)})
    if "geometry" in rows.columns and "lon" not in frame.columns:
        points = np.asarray(rows["geometry"].array, dtype=object)
        if not len(points) or shapely.get_type_id(points).max() <= 0:
            frame = frame.assign(lon=shapely.get_x(points), lat=shapely.get_y(points))
    return records(frame)


def features(rows: pd.DataFrame) -> list[dict[str, Any]]:
    """Give rows as GeoJSON features; `geometry`, else a point of lon and lat, null where there is none."""
    if "geometry" in rows.columns:
        shapes: npt.NDArray[Any] = np.asarray(rows["geometry"].array, dtype=object)
    else:
        shapes = shapely.points(rows["lon"].to_numpy(dtype=float), rows["lat"].to_numpy(dtype=float))
        shapes[rows["lon"].isna().to_numpy()] = None
    drawn = [None if shape is None else json.loads(text) for shape, text in zip(shapes, _texts(shapes), strict=True)]
    return [
        {"type": "Feature", "geometry": shape, "properties": properties}
        for shape, properties in zip(drawn, plain(rows), strict=True)
    ]


def _texts(shapes: npt.NDArray[np.object_]) -> list[str]:
    return [str(text) for text in np.asarray(shapely.to_geojson(shapes), dtype=object).tolist()]
