"""What `gpkg_contents` says of a layer: when it changed, and how far it reaches."""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely
import sqlalchemy as sa

from geodata.store.geopackage import GEOMETRY, Objects, decode_shapes
from geodata.store.schema import CONTENTS
from geodata.tables import Table

_NOW = sa.text("strftime('%Y-%m-%dT%H:%M:%fZ', 'now')")


def widen_contents(connection: sa.Connection, table: Table, written: Objects | None) -> None:
    """Tell GIS programs that geometries (blobs; None where the table has none) were written to the layer."""
    contents, change = CONTENTS.c, {"last_change": _NOW} | dict[str, Any]()
    if written is not None:
        box = shapely.total_bounds(decode_shapes(written))
        if not np.isnan(box).any():
            for name, side, widest in zip(("min_x", "min_y", "max_x", "max_y"), box.tolist(), "<<>>", strict=True):
                pick = sa.func.min if widest == "<" else sa.func.max
                change[name] = pick(sa.func.coalesce(contents[name], side), side)
    connection.execute(CONTENTS.update().where(contents.table_name == table.name).values(change))


def measure_contents(connection: sa.Connection, table: Table) -> None:
    """Tell GIS programs that rows of the layer were deleted, and how far it reaches now, as its R-tree says."""
    change: dict[str, Any] = {"last_change": _NOW}
    if table.geometry:
        query = f'SELECT min(minx), min(miny), max(maxx), max(maxy) FROM "rtree_{table.name}_{GEOMETRY}"'  # noqa: S608
        box = connection.exec_driver_sql(query).fetchone() or (None,) * 4
        change |= dict(zip(("min_x", "min_y", "max_x", "max_y"), box, strict=True))
    connection.execute(CONTENTS.update().where(CONTENTS.c.table_name == table.name).values(change))
