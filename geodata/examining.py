"""What a file is, said without changing anything: its table, encoding, coordinate system, broken geometry."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import shapely

from geodata.datum import Datum
from geodata.doctor import Diagnosis, Ground
from geodata.errors import Fault, FileProblem
from geodata.readers import raw_table
from geodata.readers.headers import SHAPE, folded, known_headers, match_headers
from geodata.readers.kml_tracks import holds_tracks
from geodata.readers.positions import read_positions, shapes_of, wanted_shape
from geodata.readers.raw import RawTable, Repair
from geodata.readers.settling import diagnosis_of, settle_datum
from geodata.tables import IMPORTED, TABLES, Table
from geodata.untrusted import check_file

_BY_ENDING = {".gpx": "tracks", ".fit": "tracks", ".pbf": "roads"}
_WKT = frozenset(folded(header) for header in SHAPE)
_BY_SHAPE = {"Polygon": "areas", "LineString": "roads", "Point": "places"}

DRAWN = 3
"""Ways whose positions are given, for a person to choose between."""


@dataclass(frozen=True)
class Examination:
    """What a file is.

    Attributes
    ----------
    table
        Name of the table that it is most like; None when it is like none.
    columns
        Field → the header that is read as it.
    metadata
        The system that the file itself names; None when it names none.
    datum
        How `wangge import` would read it; None when it would ask (then `asks` says why), or there are no positions.
    diagnosis
        All ways of reading the positions, the likeliest first.
    rejected, repaired
        What is wrong with its positions, by row, and what would be mended.
    """

    file: str
    table: str | None
    rows: int
    encoding: str
    headers: tuple[str, ...]
    unknown: tuple[str, ...]
    columns: dict[str, str]
    metadata: str | None
    datum: Datum | None
    asks: str
    diagnosis: Diagnosis
    rejected: list[Fault]
    repaired: list[Repair]
    warnings: list[str]

    def as_dict(self) -> dict[str, Any]:
        """Give it for JSON: all ways with their share of belief, of the likeliest some positions as they read them."""
        plain = {name: value for name, value in vars(self).items() if name != "diagnosis"}
        for name in ("rejected", "repaired"):
            plain[name] = [asdict(each) for each in plain[name]]
        ways = [
            {
                **asdict(finding.way),
                "title": finding.way.title,
                "belief": finding.belief,
                "figures": finding.fit.figures,
                **({"positions": self.diagnosis.drawn(finding.way)} if at < DRAWN else {}),
            }
            for at, finding in enumerate(self.diagnosis.findings)
        ]
        return plain | {"datum": asdict(self.datum) if self.datum else None, "ways": ways}


def examine(
    path: Path,
    ground: Ground,
    *,
    table: str | None = None,
    encoding: str = "auto",
    columns: Mapping[str, str] | None = None,
    layer: str | None = None,
) -> Examination:
    """Say what a file is.

    Parameters
    ----------
    ground
        What is known of its town, that positions are compared with; may be empty.
    table, encoding, columns, layer
        As for an import, where the file does not speak for itself.

    Raises
    ------
    FileProblem
        It is no file that can be read.
    """
    check_file(path)
    schema, raw = _as_table(path, table, encoding, layer)
    own = [header for header in raw.columns if header not in raw.made]
    if schema is None:
        return Examination(
            file=path.name,
            table=None,
            rows=len(raw.rows),
            encoding=raw.encoding,
            headers=tuple(own),
            unknown=tuple(own),
            columns={},
            metadata=raw.crs,
            datum=None,
            asks="",
            diagnosis=Diagnosis((), ""),
            rejected=[],
            repaired=[],
            warnings=raw.notes,
        )
    headers = match_headers(path, schema, own, columns or {}, shaped=raw.shapes is not None, also=raw.also, whole=False)
    faults: dict[int, Fault] = {}
    read_positions(path, raw, headers, faults, sure="position" in (columns or {}))
    warnings: list[str] = []
    datum, asks = None, ""
    try:
        datum = settle_datum(path, raw, schema, headers, "auto", ground, warnings)
    except FileProblem as problem:
        asks = str(problem)
    if datum is not None and (raw.shapes is not None or raw.xy is not None):
        shapes_of(path, raw, wanted_shape(schema, raw), headers, datum, faults)
    diagnosis = diagnosis_of(path, raw, schema, headers, ground)
    return Examination(
        file=path.name,
        table=schema.name,
        rows=len(raw.rows),
        encoding=raw.encoding,
        headers=tuple(own),
        unknown=tuple(header for header in own if header not in headers.values()),
        columns={field: header for field, header in headers.items() if header in own},
        metadata=raw.crs,
        datum=datum if diagnosis.findings or asks else None,
        asks=asks,
        diagnosis=diagnosis,
        rejected=[faults[row] for row in sorted(faults)],
        repaired=raw.repaired,
        warnings=[*raw.notes, *warnings],
    )


def _as_table(path: Path, asked: str | None, encoding: str, layer: str | None) -> tuple[Table | None, RawTable]:
    """Read the file as the table asked for, else as the one it is most like, if it is like any."""
    ending = path.suffix.lower()
    tracks = ending in (".kml", ".kmz") and asked is None and holds_tracks(path)
    first = asked or _BY_ENDING.get(ending, "tracks" if tracks else "places")
    raw = raw_table(path, TABLES[first], encoding, layer)
    likest = asked or (first if first != "places" else _likest(raw))
    if likest is None:
        return None, raw
    return TABLES[likest], raw if likest == first else raw_table(path, TABLES[likest], encoding, layer)


def _likest(raw: RawTable) -> str | None:
    """Give the table whose geometry and headers a file is most like; None when it has neither."""
    kinds = pd.Series([_kind(shape) for shape in _drawn(raw)], dtype=object).dropna()
    kind = kinds.str.removeprefix("Multi").mode().iloc[0] if len(kinds) else None
    if kind in ("Polygon", "LineString"):
        return _BY_SHAPE[kind]
    candidates = [
        table for table in IMPORTED.values() if kind is None or table.geometry == "POINT" or table.name == "tracks"
    ]
    known = {table.name: known_headers(table, list(raw.columns), raw.also) for table in candidates}
    likest = max(known, key=lambda name: known[name])
    return likest if known[likest] or kind else None


def _drawn(raw: RawTable) -> list[Any]:
    """Give the shapes of a file, those of a column of WKT too."""
    if raw.shapes is not None:
        return raw.shapes
    header = next((header for header in raw.columns if folded(header) in _WKT), None)
    if header is None:
        return []
    texts = np.array([value if isinstance(value, str) else None for value in raw.columns[header]], dtype=object)
    return list(shapely.from_wkt(texts, on_invalid="ignore"))


def _kind(shape: Any) -> str | None:
    if isinstance(shape, shapely.Geometry):
        return str(shape.geom_type)
    kind = shape.get("type") if isinstance(shape, dict) else None
    return kind if isinstance(kind, str) else None
