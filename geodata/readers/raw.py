"""What a format reader gives: a table as it stands in the file, before anything is understood."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from geodata.errors import Fault


def shown(value: Any) -> str:
    """Give a value for a message: cut when long, without characters that a terminal would obey."""
    text = "".join(mark if mark.isprintable() else " " for mark in str(value)[:61])
    return text if len(text) <= 60 else text[:57] + "…"


@dataclass(frozen=True)
class Repair:
    """One thing that was mended: the row a person sees, and what was done."""

    row: int
    what: str


@dataclass
class RawTable:
    """A file's table as it stands.

    Attributes
    ----------
    columns
        Header → values (text, numbers, dates, None), all of one length.
    rows
        The number of each row as a person sees it (header is row 1; features and tracks count from 1).
    shapes
        One geometry a row as the format holds it (a GeoJSON mapping or a shapely one), None when it has none.
    crs
        The coordinate system that the file's own metadata names (a word that `geodata.datum.find` takes, or a name
        that is not understood), None when it names none.
    encoding
        How the bytes were read as text.
    made
        Derived columns that the format itself gives (the point times of a GPX track).
    faults
        Rows that the format reader itself rejects.
    """

    columns: dict[str, list[Any]]
    rows: npt.NDArray[np.int64]
    shapes: list[Any] | None = None
    crs: str | None = None
    encoding: str = "utf-8"
    made: frozenset[str] = frozenset()
    notes: list[str] = field(default_factory=list)
    repaired: list[Repair] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
