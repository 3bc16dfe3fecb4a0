"""A fixed corpus of hostile files, made anew for each run; nothing of it is stored.

Each builder gets an empty folder, the path of a secret file (the canary) and the address of a server that must never
be asked; it gives the file and the table that it pretends to be.
"""

from __future__ import annotations

import json
import sqlite3
import stat
import struct
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

import geopandas as gpd
import numpy as np
import shapely

from tests.geodata.readers.workbooks import BOOK, old_workbook, open_document

Builder = Callable[[Path, Path, str], tuple[Path, str]]
HEADER = "编号,名称,经度,纬度\n"
SQUARE = shapely.box(113.6, 22.7, 113.65, 22.8)
RING_VERTICES = 10_000_000


def written(path: Path, content: str | bytes) -> Path:
    """Write a file."""
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def vrt(canary: Path) -> str:
    """Give GDAL's recipe for reading another file."""
    return (
        f'<OGRVRTDataSource><OGRVRTLayer name="a"><SrcDataSource>{canary}</SrcDataSource>'
        "</OGRVRTLayer></OGRVRTDataSource>"
    )


def _vrt_as(ending: str) -> Builder:
    def build(folder: Path, canary: Path, _: str) -> tuple[Path, str]:
        path = written(folder / f"a{ending}", vrt(canary))
        for sibling in (".dbf", ".shx", ".dat", ".map", ".id"):
            written(folder / f"a{sibling}", vrt(canary))
        return path, "areas"

    return build


def _algebra(folder: Path, canary: Path, _: str) -> tuple[Path, str]:
    command = f"gdal vector pipeline ! read {canary} ! write /vsimem/a"
    document = {"type": "gdal_streamed_alg", "command_line": command, "relative_paths_relative_to_this_file": False}
    return written(folder / "a.geojson", json.dumps(document)), "areas"


def _service_address(ending: str) -> Builder:
    def build(folder: Path, _: Path, address: str) -> tuple[Path, str]:
        return written(folder / f"a{ending}", f"WFS:{address}?SERVICE=WFS"), "areas"

    return build


def _network_link(folder: Path, _: Path, address: str) -> tuple[Path, str]:
    link = f"<NetworkLink><Link><href>{address}a.kml</href></Link></NetworkLink>"
    return written(
        folder / "a.kml", f'<kml xmlns="http://www.opengis.net/kml/2.2"><Document>{link}</Document></kml>'
    ), "areas"


def _crs_link(folder: Path, _: Path, address: str) -> tuple[Path, str]:
    crs = {"type": "link", "properties": {"href": f"{address}crs", "type": "proj4"}}
    return written(folder / "a.geojson", json.dumps(collection(crs=crs))), "areas"


def collection(**members: Any) -> dict[str, Any]:
    """Give a feature collection of one square."""
    feature = {
        "type": "Feature",
        "properties": {"编码": "A1", "名称": "甲村"},
        "geometry": shapely.geometry.mapping(SQUARE),
    }
    return {"type": "FeatureCollection", "features": [feature], **members}


def _entities(ending: str, root: str) -> Builder:
    levels = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 10))

    def build(folder: Path, canary: Path, _: str) -> tuple[Path, str]:
        external = f'<!ENTITY x SYSTEM "file://{canary}">'
        text = f'<?xml version="1.0"?><!DOCTYPE {root} [<!ENTITY e0 "lol">{levels}{external}]><{root}>&e9;&x;</{root}>'
        return written(folder / f"a{ending}", text), "tracks" if root == "gpx" else "areas"

    return build


def _archive(ending: str, *members: tuple[str, bytes], link: bool = False) -> Builder:
    def build(folder: Path, canary: Path, _: str) -> tuple[Path, str]:
        path = folder / f"a{ending}"
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, data in members:
                entry = zipfile.ZipInfo(name)
                entry.compress_type = zipfile.ZIP_DEFLATED
                if link:
                    entry.external_attr = (stat.S_IFLNK | 0o777) << 16
                archive.writestr(entry, str(canary).encode() if link else data)
        return path, "areas"

    return build


def _many_members(folder: Path, *_: object) -> tuple[Path, str]:
    path = folder / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for number in range(5_000):
            archive.writestr(f"{number}.shp", b"")
    return path, "areas"


def _workbook_bomb(folder: Path, *_: object) -> tuple[Path, str]:
    path = folder / "a.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr("xl/worksheets/sheet1.xml", b" " * 500_000_000)
    return path, "places"


def _symlinked_sibling(folder: Path, canary: Path, _: str) -> tuple[Path, str]:
    square(folder / "a.shp")
    (folder / "a.dbf").unlink()
    (folder / "a.dbf").symlink_to(canary)
    return folder / "a.shp", "areas"


def square(path: Path, **how: Any) -> Path:
    """Write one square through GDAL."""
    gpd.GeoDataFrame({"code": ["A1"], "name": ["甲村"]}, geometry=[SQUARE], crs=4326).to_file(
        path, engine="pyogrio", **how
    )
    return path


def _lying_dbf(folder: Path, *_: object) -> tuple[Path, str]:
    square(folder / "a.shp")
    data = bytearray((folder / "a.dbf").read_bytes())
    struct.pack_into("<I", data, 4, 2**31 - 1)
    written(folder / "a.dbf", bytes(data))
    return folder / "a.shp", "areas"


def _database(*statements: str) -> Builder:
    def build(folder: Path, canary: Path, _: str) -> tuple[Path, str]:
        path = square(folder / "a.gpkg", driver="GPKG", layer="a")
        with sqlite3.connect(path) as connection:
            connection.execute("PRAGMA writable_schema = ON")
            for statement in statements:
                connection.execute(statement.format(canary=canary))
        connection.close()
        return path, "areas"

    return build


def _virtual_table(folder: Path, canary: Path, _: str) -> tuple[Path, str]:
    path = square(folder / "a.gpkg", driver="GPKG", layer="a")
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA writable_schema = ON")
        made = f"CREATE VIRTUAL TABLE stolen USING VirtualOGR('{canary}')"
        connection.execute("INSERT INTO sqlite_master VALUES ('table', 'stolen', 'stolen', 0, ?)", (made,))
    connection.close()
    return path, "areas"


def _drawing_nested(folder: Path, *_: object) -> tuple[Path, str]:
    blocks = "".join(
        f"0\nBLOCK\n2\nB{n}\n0\nINSERT\n2\nB{n + 1}\n0\nINSERT\n2\nB{n + 1}\n0\nENDBLK\n" for n in range(60)
    )
    text = f"0\nSECTION\n2\nBLOCKS\n{blocks}0\nENDSEC\n0\nSECTION\n2\nENTITIES\n0\nINSERT\n2\nB0\n0\nENDSEC\n0\nEOF\n"
    return written(folder / "a.dxf", text), "areas"


def _kml_nested(folder: Path, *_: object) -> tuple[Path, str]:
    inner = "<Folder>" * 100_000 + "</Folder>" * 100_000
    return written(
        folder / "a.kml", f'<kml xmlns="http://www.opengis.net/kml/2.2"><Document>{inner}</Document></kml>'
    ), "areas"


def _json_nested(folder: Path, *_: object) -> tuple[Path, str]:
    return written(folder / "a.geojson", "[" * 500_000), "areas"


def _not_numbers(folder: Path, *_: object) -> tuple[Path, str]:
    corners = [[np.nan, 1], [np.inf, 2], [3, -np.inf], [np.nan, 1]]
    document = collection()
    document["features"][0]["geometry"] = {"type": "Polygon", "coordinates": [corners]}
    text = json.dumps(document)
    return written(folder / "a.geojson", text), "areas"


def _not_numbers_in_rows(folder: Path, *_: object) -> tuple[Path, str]:
    return written(folder / "a.csv", HEADER + "1,甲,nan,inf\n2,乙,1e999,-1e999\n"), "places"


def _not_numbers_in_database(folder: Path, *_: object) -> tuple[Path, str]:
    bad = shapely.polygons(np.array([[np.inf, 1], [np.nan, 2], [3, -np.inf], [np.inf, 1.0]]))
    gpd.GeoDataFrame({"code": ["A"], "name": ["甲"]}, geometry=[bad], crs=4326).to_file(
        folder / "a.gpkg", engine="pyogrio"
    )
    return folder / "a.gpkg", "areas"


def _surrogates(folder: Path, *_: object) -> tuple[Path, str]:
    document = json.dumps(collection()).replace("A1", "\\ud800").replace("geometry", "geometry")
    return written(folder / "a.geojson", document.replace('"\\u7532\\u6751"', '"\\udfff\\ud800"')), "areas"


def ring() -> shapely.Polygon:
    """Give a ring of ten million vertices."""
    turn = np.linspace(0, 2 * np.pi, RING_VERTICES)
    return shapely.polygons(np.column_stack([113.7 + 0.05 * np.cos(turn), 22.8 + 0.05 * np.sin(turn)]))


def _huge_ring(ending: str) -> Builder:
    def build(folder: Path, *_: object) -> tuple[Path, str]:
        frame = gpd.GeoDataFrame({"code": ["A"], "name": ["甲"]}, geometry=[ring()], crs=4326)
        frame.to_file(folder / f"a{ending}", engine="pyogrio")
        return folder / f"a{ending}", "areas"

    return build


def _huge_ring_as_text(folder: Path, *_: object) -> tuple[Path, str]:
    pair = b"[113.5,22.5],"
    start = b'{"type":"FeatureCollection","features":[{"type":"Feature","properties":{},'
    start += b'"geometry":{"type":"Polygon","coordinates":[['
    return written(folder / "a.geojson", start + pair * RING_VERTICES + b"[113.5,22.5]]]}}]}"), "areas"


def _seamless(folder: Path, canary: Path, _: str) -> tuple[Path, str]:
    text = f'!table\n!version 100\n\nOpen Table "{canary}" Hide\n\nCreate View a As\nSelect * From a\n'
    for sibling in (".dat", ".map", ".id"):
        written(folder / f"a{sibling}", b"\0" * 512)
    return written(folder / "a.tab", text), "areas"


def _repeated_cells(folder: Path, *_: object) -> tuple[Path, str]:
    cells = (
        '<table:table-row table:number-rows-repeated="1048576"><table:table-cell table:number-columns-repeated="16384" '
        'office:value-type="float" office:value="1"/></table:table-row>'
    )
    return open_document(folder / "a.ods", [["编号", "名称"], ["P1", "厂"]], cells), "places"


def _nothing_of_excel(folder: Path, *_: object) -> tuple[Path, str]:
    return written(folder / "a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\xff" * 50_000), "places"


def _endless_excel(folder: Path, *_: object) -> tuple[Path, str]:
    path = old_workbook(folder / "a.xls", BOOK)
    data = bytearray(path.read_bytes())
    (table,) = struct.unpack_from("<I", data, 76)  # the sector that says which follows which: all lead to the first
    data[512 * (table + 1) : 512 * (table + 2)] = bytes(512)
    return written(path, bytes(data)), "places"


_BLANKS = b" " * 450_000_000


def _as_tracks(build: Builder) -> Builder:
    """Let a file pretend to be of tracks, which are read without GDAL."""
    return lambda *given: (build(*given)[0], "tracks")


def _tags(ending: str) -> Builder:
    def build(folder: Path, *_: object) -> tuple[Path, str]:
        return written(folder / f"a{ending}", "<kml>" + "<a>" * 4_000_000 + "</a>" * 4_000_000 + "</kml>"), "tracks"

    return build


CORPUS: Mapping[str, Builder] = MappingProxyType(
    {
        **{
            f"VRT as {ending}": _vrt_as(ending)
            for ending in (".geojson", ".kml", ".shp", ".gpkg", ".tab", ".dxf", ".fgb", ".pbf", ".gpx", ".csv")
        },
        "algebra as .geojson": _algebra,
        **{f"address of a service as {ending}": _service_address(ending) for ending in (".geojson", ".kml", ".gpkg")},
        "KML that links to the network": _network_link,
        "GeoJSON whose system is a link": _crs_link,
        "entities in .gpx": _entities(".gpx", "gpx"),
        "entities in .kml": _entities(".kml", "kml"),
        "bomb in .zip": _archive(".zip", ("a.shp", _BLANKS), ("a.dbf", b"")),
        "bomb in .kmz": _archive(".kmz", ("doc.kml", _BLANKS)),
        "bomb in .xlsx": _workbook_bomb,
        ".ods of cells without end": _repeated_cells,
        ".xls of nothing": _nothing_of_excel,
        ".xls whose sectors lead in a circle": _endless_excel,
        "web page as .xls": lambda folder, *_: (written(folder / "a.xls", "<html><table></table></html>"), "places"),
        "members that lead out": _archive(".zip", ("../../a.shp", b"x"), ("../../a.dbf", b"x")),
        "absolute members": _archive(".zip", ("/tmp/a.shp", b"x"), ("/tmp/a.dbf", b"x")),
        "members of another drive": _archive(".zip", ("C:\\a.shp", b"x"), ("C:\\a.dbf", b"x")),
        "entities in .kml of tracks": _as_tracks(_entities(".kml", "kml")),
        "KML of tracks that links to the network": _as_tracks(_network_link),
        "bomb in .kmz of tracks": _as_tracks(_archive(".kmz", ("doc.kml", _BLANKS))),
        "link as .kmz member of tracks": _as_tracks(_archive(".kmz", ("doc.kml", b""), link=True)),
        **{f"tags in tags in {ending}": _tags(ending) for ending in (".gpx", ".kml")},
        "links as members": _archive(".zip", ("a.shp", b""), ("a.dbf", b""), link=True),
        "link as .kmz member": _archive(".kmz", ("doc.kml", b""), link=True),
        "thousands of members": _many_members,
        "sibling that is a link": _symlinked_sibling,
        ".dbf that lies about its length": _lying_dbf,
        ".gpkg with a virtual table": _virtual_table,
        ".gpkg with a huge blob": _database("CREATE TABLE z (b BLOB)", "INSERT INTO z VALUES (zeroblob(200000000))"),
        ".tab that opens another": _seamless,
        "drawing of blocks in blocks": _drawing_nested,
        "KML of folders in folders": _kml_nested,
        "JSON of lists in lists": _json_nested,
        "no numbers in .geojson": _not_numbers,
        "no numbers in .csv": _not_numbers_in_rows,
        "no numbers in .gpkg": _not_numbers_in_database,
        "halves of characters": _surrogates,
        **{f"ring of ten million in {ending}": _huge_ring(ending) for ending in (".gpkg", ".shp", ".fgb")},
        "ring of ten million in .geojson": _huge_ring_as_text,
    }
)
TAKEN = frozenset({"halves of characters", ".gpkg with a huge blob", ".dbf that lies about its length"})
"""What may come in with its rows: nothing in them is dangerous once they are read."""
