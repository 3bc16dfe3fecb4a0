"""What a store remembers of an import so that it can be undone: which rows it inserted, and how it left them.

Inserted rows are a run of fids, which count up and are never given twice: the first one is kept. Of each row a mark of
4 bytes is kept (CRC-32 of its values), which tells later whether somebody changed it, also in QGIS: 131,275 rows need
0.5 MB. What an import updated stands in the audit's `changes`.

A store of version 1 has no such table; its imports of then can't be undone.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping, Sequence
from itertools import repeat
from typing import Any

import numpy as np
import sqlalchemy as sa

from geodata.store.geopackage import GEOMETRY
from geodata.store.schema import IMPORTS


def remember(
    connection: sa.Connection, audit: int, first_fid: int, inserted: Mapping[str, list[Any]], digest: str | None
) -> None:
    """Keep what the import of an audit row inserted: columns of stored values, in order of their fids."""
    row = {"audit_id": audit, "first_fid": first_fid, "columns": json.dumps(list(inserted)), "digest": digest}
    connection.execute(IMPORTS.insert(), {**row, "marks": marks_of(inserted)})


def marks_of(columns: Mapping[str, Sequence[Any]]) -> bytes:
    """Give 4 bytes a row, little endian: CRC-32 of its values as Python shows them, then of its geometry's bytes."""
    plain = zip(*(values for name, values in columns.items() if name != GEOMETRY), strict=True)
    blobs = columns.get(GEOMETRY, repeat(b""))
    crc = zlib.crc32
    marks = [crc(blob or b"", crc(repr(row).encode("utf-8", "surrogatepass"))) for row, blob in zip(plain, blobs)]  # noqa: B905 - repeat
    return np.array(marks, dtype="<u4").tobytes()
