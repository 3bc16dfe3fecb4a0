"""Tracks that come as a table of timed points, one point a row."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geodata.errors import Fault
from geodata.fixes import Fixes, Limits, lines_of
from geodata.readers.raw import Repair
from geodata.readers.recorded import seconds_of, span


def lines_of_points(
    points: gpd.GeoDataFrame, faults: dict[int, Fault], repaired: list[Repair], limits: Limits
) -> gpd.GeoDataFrame:
    """Join the points of one track id, else of one officer and town-local day, into one track, in order of time.

    Where there is no column of officers, the track id stands for the officer; without both all points are of one that
    nobody knows. Points are cleaned, lines cut as
    `geodata.fixes` says.

    Parameters
    ----------
    points
        row, start (the time of the point), geometry (POINT), officer and id where there are such.
    faults
        Gets an entry for each row without time or position, and for the first row of each track without a line.
    repaired
        Gets an entry, under its first row, for each track that was cleaned or cut.

    Returns
    -------
    One row a track: row (of its first point), officer, start, end, times (`;`-joined seconds since start), geometry.
    """
    nobody = pd.Series(None, index=points.index, dtype="str")
    who = points["officer"] if "officer" in points.columns else points.get("id", nobody)
    usable = points[points["start"].notna() & points.geometry.notna()].assign(officer=who.astype("str"))
    for row in points["row"][~points.index.isin(usable.index)].tolist():
        faults.setdefault(row, Fault(row, "start", "", "轨迹点没有时间或没有位置"))
    part = usable["id"] if "id" in usable.columns else usable["start"].dt.date
    number = usable.groupby([usable["officer"], part], dropna=False, sort=True).ngroup().to_numpy(dtype=np.int64)
    first = usable.assign(number=number).groupby("number").agg(row=("row", "min"), officer=("officer", "first"))
    at = shapely.get_coordinates(np.asarray(usable.geometry.array, dtype=object)).reshape(-1, 2)
    fixes = Fixes(number, number, seconds_of(usable["start"]), at[:, 0], at[:, 1])
    officers = first["officer"].fillna("").tolist()
    lines = lines_of(fixes, np.array([limits.speed_of(officer) for officer in officers]), limits)
    shapes = lines.shapes()
    for track, row in enumerate(first["row"].tolist()):
        told = lines.told(track)
        if shapes[track] is not None:
            repaired += [Repair(row, told)] if told else []
            continue
        points_held = int((number == track).sum())
        why = "只有一个点，连不成轨迹" if points_held == 1 else f"{points_held} 个点连不成轨迹：{told}"
        faults.setdefault(row, Fault(row, "geometry", "", why))
    zone = points["start"].dt.tz
    spans = [span(lines, track) for track in range(len(first))]
    starts, ends, times = (list(each) for each in zip(*spans, strict=True)) if spans else ([], [], [])
    frame = pd.DataFrame(
        {
            "row": first["row"].to_numpy(),
            "officer": first["officer"].to_numpy(),
            "start": pd.to_datetime(pd.Series(starts, dtype="object"), utc=True).dt.as_unit("s").dt.tz_convert(zone),
            "end": pd.to_datetime(pd.Series(ends, dtype="object"), utc=True).dt.as_unit("s").dt.tz_convert(zone),
            "times": pd.Series(times, dtype="str"),
        }
    ).astype({"officer": "str"})
    made = gpd.GeoDataFrame(frame, geometry=shapes, crs=4326)
    return made[made.geometry.notna()].reset_index(drop=True)
