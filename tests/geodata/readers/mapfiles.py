"""Map files as a town's offices send them, made by GDAL or by hand."""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import geopandas as gpd
import shapely

CODES, NAMES = ["441900121001", "441900121002"], ["太平社区", "虎门寨社区"]
SQUARES = [shapely.box(113.60, 22.70, 113.65, 22.80), shapely.box(113.65, 22.70, 113.70, 22.80)]
DRIVERS = {
    ".shp": "ESRI Shapefile",
    ".gpkg": "GPKG",
    ".kml": "LIBKML",
    ".tab": "MapInfo File",
    ".mif": "MapInfo File",
    ".fgb": "FlatGeobuf",
}
_ENTITY = "0\n{kind}\n8\n{layer}\n"


def squares(crs: int = 4326) -> gpd.GeoDataFrame:
    """Give two communities."""
    frame = gpd.GeoDataFrame({"编码": CODES, "名称": NAMES}, geometry=SQUARES, crs=4326)
    return frame.to_crs(crs)


def write_map(path: Path, frame: gpd.GeoDataFrame | None = None, **how: Any) -> Path:
    """Write a map file by its ending."""
    driver = DRIVERS[path.suffix]
    options = {"layer_options": {"ENCODING": "CP936"}} if driver == "MapInfo File" else {}
    (squares() if frame is None else frame).to_file(path, engine="pyogrio", driver=driver, **options, **how)
    return path


def packed(path: Path, files: Sequence[Path], *, inside: str = "") -> Path:
    """Pack files into a .zip or .kmz, each under a folder's name."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for each in files:
            archive.write(each, inside + each.name)
    return path


def beside(path: Path) -> list[Path]:
    """Give a file and its siblings."""
    return sorted(each for each in path.parent.iterdir() if each.stem == path.stem)


def ring_of(square: Sequence[float], layer: str = "边界", *, closed: bool = True) -> str:
    """Draw a rectangle (x, y, width, height) as a LWPOLYLINE of a drawing."""
    x, y, width, height = square
    corners = [(x, y), (x + width, y), (x + width, y + height), (x, y + height)]
    points = "".join(f"10\n{a}\n20\n{b}\n" for a, b in corners)
    return _ENTITY.format(kind="LWPOLYLINE", layer=layer) + f"90\n4\n70\n{int(closed)}\n{points}"


def text_at(x: float, y: float, text: str, layer: str = "注记") -> str:
    """Write a TEXT of a drawing."""
    return _ENTITY.format(kind="TEXT", layer=layer) + f"10\n{x}\n20\n{y}\n40\n2\n1\n{text}\n"


def drawing(path: Path, *entities: str, encoding: str = "gbk", page: str | None = None) -> Path:
    """Write a drawing of entities, with a header where a code page is given."""
    header = f"0\nSECTION\n2\nHEADER\n9\n$DWGCODEPAGE\n3\n{page}\n0\nENDSEC\n" if page else ""
    body = "".join(entities)
    path.write_bytes(f"{header}0\nSECTION\n2\nENTITIES\n{body}0\nENDSEC\n0\nEOF\n".encode(encoding))
    return path
