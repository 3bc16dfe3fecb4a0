"""Tracks that come as a table of timed points, one point a row."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
import shapely

from geodata.errors import Fault


def lines_of_points(points: gpd.GeoDataFrame, faults: dict[int, Fault]) -> gpd.GeoDataFrame:
    """Join the points of one track id, else of one officer and town-local day, into one track, in order of time.

    Where there is no column of officers, the track id stands for the officer.

    Parameters
    ----------
    points
        row, start (the time of the point), geometry (POINT) and officer or id.
    faults
        Gets an entry for each row whose track has less than two points.

    Returns
    -------
    One row a track: row (of its first point), officer, start, end, times (`;`-joined seconds since start), geometry.
    """
    who = points["officer"] if "officer" in points.columns else points["id"]
    usable = points[points["start"].notna() & points.geometry.notna()].assign(officer=who.astype("str"))
    for row in points["row"][~points.index.isin(usable.index)].tolist():
        faults.setdefault(row, Fault(row, "start", "", "轨迹点没有时间或没有位置"))
    usable = usable.sort_values(["officer", "start"], kind="stable")
    part = usable["id"] if "id" in usable.columns else usable["start"].dt.date
    tracks = []
    for (officer, _), group in usable.groupby([usable["officer"], part], dropna=False, sort=True):
        if len(group) < 2:
            row = int(group["row"].iloc[0])
            faults.setdefault(row, Fault(row, "geometry", "", "只有一个点，连不成轨迹"))
            continue
        seconds = (group["start"] - group["start"].iloc[0]).dt.total_seconds()
        tracks.append(
            {
                "row": int(group["row"].min()),
                "officer": officer,
                "start": group["start"].iloc[0],
                "end": group["start"].iloc[-1],
                "times": ";".join(f"{second:.0f}" for second in seconds),
                "geometry": shapely.multilinestrings([shapely.linestrings(shapely.get_coordinates(group.geometry))]),
            }
        )
    empty = {"row": [], "officer": [], "start": points["start"].iloc[:0], "end": points["start"].iloc[:0], "times": []}
    frame = pd.DataFrame(tracks) if tracks else pd.DataFrame({**empty, "geometry": []})
    return gpd.GeoDataFrame(frame.astype({"officer": "str", "times": "str"}), geometry="geometry", crs=4326)
