"""The program of the child process that opens one file through GDAL: request on stdin, answer on stdout.

Run by `geodata.readers.gdal.ask` only. It has one driver, one private folder, no network, little memory and little
time; what it answers is plain data, which the parent checks. The answer is: length of the JSON (8 bytes, little end
first), the JSON, for each row the length of its WKB (8 bytes, -1 for none), then all WKB, one after the other.

Texts are given byte for byte (as Latin-1): which encoding they are in is for the parent to say.
"""

from __future__ import annotations

import json
import os
import struct
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

BYTEWISE = "ISO-8859-1"
_UNNEEDED = ("pandas", "geopandas", "shapely", "pyarrow", "pyproj")
"""pyogrio looks for them; here they would only cost a second."""


class Refused(Exception):
    """The file can't be answered for: a code that `geodata.readers.gdal` has a sentence for, and details."""

    def __init__(self, code: str, **details: Any) -> None:
        super().__init__(code)
        self.answer = {"problem": code, **details}


def main() -> None:
    """Answer one request."""
    request = json.load(sys.stdin)
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a driver may print is no part of the answer
    try:
        answer, shapes = _answered(request)
    except Refused as problem:
        answer, shapes = problem.answer, []
    except MemoryError:
        answer, shapes = {"problem": "memory"}, []
    document = json.dumps(answer, ensure_ascii=True).encode()
    out.write(struct.pack("<q", len(document)) + document)
    out.write(struct.pack(f"<{len(shapes)}q", *(-1 if shape is None else len(shape) for shape in shapes)))
    out.writelines(shape for shape in shapes if shape is not None)
    out.close()


def _answered(request: Mapping[str, Any]) -> tuple[dict[str, Any], list[bytes | None]]:
    sys.modules.update(dict.fromkeys(_UNNEEDED))  # type: ignore[arg-type]
    import sqlite3  # noqa: F401, PLC0415 - behind the walls no library can be loaded

    import numpy as np  # noqa: PLC0415 - after what is unneeded has been put aside
    import pyogrio  # noqa: PLC0415
    from pyogrio.errors import DataLayerError, DataSourceError, FeatureError, GeometryError  # noqa: PLC0415

    from geodata.confined import confine  # noqa: PLC0415

    if set(pyogrio.list_drivers()) != {request["driver"]}:
        raise Refused("drivers", found=sorted(pyogrio.list_drivers()))
    pyogrio.set_gdal_config_options(request["options"])
    own = [Path(str(module.__file__)).parent for module in (os, np, pyogrio)]
    own += [  # the C library's tables of encodings; searching all of /usr/lib would take longer than most files
        folder for pattern in ("lib*/gconv", "lib*/*/gconv") for folder in Path("/usr").glob(pattern)
    ]
    walls = confine(Path(request["folder"]), own, seconds=request["seconds"], memory=request["memory"])
    try:
        answer, shapes = _read(request)
    except (DataSourceError, DataLayerError, FeatureError, GeometryError, ValueError, UnicodeError) as error:
        raise Refused("unreadable", said=str(error)) from error
    return answer | {"walls": walls}, shapes


def _read(request: Mapping[str, Any]) -> tuple[dict[str, Any], list[bytes | None]]:
    """Read one layer: its columns, and its geometries as WKB."""
    import pyogrio  # noqa: PLC0415
    from pyogrio.raw import read  # noqa: PLC0415

    path, sql = request["path"], request["sql"]
    if request["driver"] == "GPKG":
        _check_database(path)
    how: dict[str, Any] = {"sql": sql} if sql else {}
    answer: dict[str, Any] = {"layer": None, "layers": []}
    if not sql:
        layers = [(str(name), None if kind is None else str(kind)) for name, kind in pyogrio.list_layers(path).tolist()]
        how = {"layer": chosen(layers, request["suits"], request["layer"])}
        answer = {"layer": layers[how["layer"]][0], "layers": [name for name, _ in layers]}
        info = pyogrio.read_info(path, encoding=BYTEWISE, **how)
        _check_size(request, max(int(info["features"]), 0), len(info["fields"]))
        bare = [name for name, kind in zip(info["fields"], info["ogr_types"], strict=True) if kind != "OFTBinary"]
        if len(bare) < len(info["fields"]):
            # by name GDAL wants UTF-8, and these are bytes as Latin-1
            how["columns"] = [name.encode(BYTEWISE).decode("utf-8", "replace") for name in bare]
    meta, _, shapes, data = read(
        path,
        encoding=BYTEWISE,
        force_2d=True,
        datetime_as_string=True,
        max_features=request["rows"] + 1,
        **how,
    )
    rows = len(shapes) if shapes is not None else len(data[0]) if data else 0
    _check_size(request, rows, len(data))
    drawn, huge = _within(shapes if shapes is not None else [None] * rows, request["vertices"])
    names = [str(name) for name in meta["fields"]]
    answer |= {
        "rows": rows,
        "crs": meta["crs"],
        "names": names,
        "values": [plain(column) for column in data],
        "huge": huge,
    }
    return answer, drawn


def _check_size(request: Mapping[str, Any], rows: int, columns: int) -> None:
    if rows > request["rows"] or columns > request["columns"] or rows * columns > request["cells"]:
        raise Refused("size", rows=rows, columns=columns)


def _within(shapes: Sequence[bytes | None], vertices: int) -> tuple[list[bytes | None], list[int]]:
    """Leave out geometries of more than so many vertices (16 bytes each); give the positions left out."""
    huge = [at for at, shape in enumerate(shapes) if shape is not None and len(shape) > 16 * vertices]
    left_out = frozenset(huge)
    return [None if at in left_out else shape for at, shape in enumerate(shapes)], huge


def plain(column: Any) -> list[Any]:
    """Give a column as JSON holds it; NaN and NaT are None, infinite numbers the text they print as."""
    if column.dtype.kind == "f":
        return [
            None if value != value else value if abs(value) != float("inf") else str(value)  # noqa: PLR0124
            for value in column.tolist()
        ]
    if column.dtype.kind == "O":
        return [value.tolist() if hasattr(value, "tolist") else value for value in column]
    values: list[Any] = (column if column.dtype.kind in "biu" else column.astype(str)).tolist()
    return values


def chosen(layers: Sequence[tuple[str, str | None]], suits: Sequence[str], asked: str | None) -> int:
    """Give the position of the layer to read.

    Parameters
    ----------
    layers
        Name and GDAL's name of the geometry type (None without geometry) of each.
    suits
        Kinds of geometry that the table takes (`Point`, `LineString`, `Polygon`); empty for a table without.
    asked
        The name of a layer, as the person said; None for the only one that suits.
    """
    if asked is not None:
        for at, (name, _) in enumerate(layers):
            if name == asked:
                return at
        raise Refused("no-layer", layers=layers)
    if not layers:
        raise Refused("empty")
    ranks = [_rank(kind, suits) for _, kind in layers]
    best = [at for at, rank in enumerate(ranks) if rank == max(ranks)]
    if len(best) > 1:
        raise Refused("layers", layers=layers)
    return best[0]


def _rank(kind: str | None, suits: Sequence[str]) -> int:
    """Say how well a layer suits: its geometry does, may, is none, is another."""
    if kind is None:
        return 3 if not suits else 1
    if any(each in kind for each in suits):
        return 3
    return 2 if "Unknown" in kind or "Collection" in kind or "Geometry" in kind else 0


def _check_database(path: str) -> None:
    """Refuse a GeoPackage with virtual tables other than its spatial index: such a table may read other files."""
    import sqlite3  # noqa: PLC0415

    try:
        connection = sqlite3.connect(f"{Path(path).as_uri()}?mode=ro", uri=True)
        with connection:
            found = connection.execute(
                "SELECT name FROM sqlite_master WHERE sql LIKE '%VIRTUAL%TABLE%' "
                "AND lower(replace(sql, '\n', ' ')) NOT LIKE 'create virtual table % using rtree%'"
                " AND type = 'table'"
            ).fetchall()
        connection.close()
    except sqlite3.Error as error:
        raise Refused("unreadable", said=str(error)) from error
    if found:
        raise Refused("virtual", names=[str(name) for (name,) in found[:5]])


if __name__ == "__main__":
    main()
