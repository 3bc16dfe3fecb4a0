"""Photos that no inspection explains, as inspections of the places where they were taken."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd

from geodata.identity import with_ids
from geodata.tables import INSPECTIONS

BY_ROLE = {"department": "department", "leader": "leader"}
"""Officer's role → by whom the inspection was; everybody else is an inspector."""


def inspections_of(
    photos: gpd.GeoDataFrame, places: gpd.GeoDataFrame, roles: pd.Series, *, minutes: float
) -> tuple[gpd.GeoDataFrame, npt.NDArray[np.object_]]:
    """Make inspections of photos: those of one place and officer with no longer pause between them are one.

    Parameters
    ----------
    photos
        name, taken_at, accuracy, officer, geometry, and `place`: position into `places`; none of them missing but
        accuracy and officer.
    places
        id, name.
    roles
        Role by officer.
    minutes
        The longest pause.

    Returns
    -------
    Rows of the table inspections with their ids, at the time and position of the first photo; and for each photo the
    id of its inspection.
    """
    officer = pd.factorize(photos["officer"])[0]
    taken = photos["taken_at"].dt.tz_convert("UTC").dt.tz_localize(None).to_numpy().astype("datetime64[s]").astype(int)
    place = photos["place"].to_numpy()
    order = np.lexsort((np.arange(len(photos)), taken, officer, place))
    apart = (np.diff(place[order]) != 0) | (np.diff(officer[order]) != 0) | (np.diff(taken[order]) > 60 * minutes)
    group = np.empty(len(photos), dtype=np.int64)
    group[order] = np.concatenate([[0], np.cumsum(apart)]) if len(photos) else []
    first = photos.iloc[order[np.concatenate([[True], apart])]] if len(photos) else photos
    names = photos.iloc[order]["name"].str.replace(r"[;；\s]", "_", regex=True).groupby(group[order]).agg(";".join)
    at = places.iloc[first["place"].to_numpy()]
    columns = {
        "place_id": at["id"].to_numpy(),
        "place_name": at["name"].to_numpy(),
        "officer": first["officer"].to_numpy(),
        "by": first["officer"].map(roles).map(BY_ROLE).fillna("inspector").to_numpy(),
        "kind": "routine",
        "geotag": "exif",
        "note": "由照片生成",
        "photos": names.to_numpy(),
    }
    texts = {name: pd.Series(values, index=first.index, dtype="str") for name, values in columns.items()}
    frame = pd.DataFrame(texts, index=first.index).assign(at=first["taken_at"], accuracy=first["accuracy"])
    made = gpd.GeoDataFrame(frame, geometry=first.geometry, crs=4326).reset_index(drop=True)
    made = gpd.GeoDataFrame(with_ids(INSPECTIONS, made), geometry="geometry", crs=4326)
    return made, made["id"].to_numpy(dtype=object)[group]
