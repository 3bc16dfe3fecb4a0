"""Good files of every kind that a reader takes, small: made ones, and pieces of the real ones."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import shapely
import xlsxwriter

from geodata.readers.unpack import SIBLINGS
from tests.geodata.readers.mapfiles import SQUARES, beside, drawing, packed, ring_of, squares, text_at, write_map

PIECE_LINES, PIECE_FEATURES = 60, 4
HEADERS = "编号,名称,类别,经度,纬度,从业人数（人）,备注\n"
_GPX = (
    '<?xml version="1.0" encoding="UTF-8"?><gpx xmlns="http://www.topografix.com/GPX/1/1" version="1.1" creator="甲">'
    "<trk><name>张三</name><trkseg>{points}</trkseg></trk></gpx>"
)
_POINT = '<trkpt lat="22.8{n:02d}" lon="113.6{n:02d}"><ele>5</ele><time>2024-03-05T01:{n:02d}:00Z</time></trkpt>'


@dataclass(frozen=True)
class Seed:
    """A file's name and bytes, those of its siblings, and the table that it is read as."""

    name: str
    table: str
    data: bytes
    siblings: tuple[tuple[str, bytes], ...] = ()

    @property
    def through_gdal(self) -> bool:
        """Whether a child process is started for it, which takes some tenths of a second."""
        return Path(self.name).suffix not in (".csv", ".xlsx", ".geojson", ".gpx")


def seeds(folder: Path, shared: Path | None) -> list[Seed]:
    """Give all seeds; those of the real files where they are."""
    return [*_texts(), *_books(folder), *_maps(folder), *([] if shared is None else _real(shared))]


def _texts() -> Iterator[Seed]:
    rows = "".join(f"P{n},第{n}厂,工厂,113.6{n:02d},22.8{n:02d},{n * 7},“旧”\n" for n in range(12))
    for encoding in ("utf-8", "gbk", "utf-16"):
        yield Seed("场所.csv", "places", (HEADERS + rows).encode(encoding))
    visits = "场所编号,检查时间,检查人,经度,纬度,精度,结果\n" + "".join(
        f"P{n},2024-03-{n + 1:02d} 9:0{n % 10},张三,113.6{n},22.8{n},{n}.5,合格\n" for n in range(12)
    )
    yield Seed("检查.csv", "inspections", visits.encode())
    hazards = "编号,场所编号,发现时间,隐患描述,级别,状态\n" + "".join(
        f"H{n},P{n},2024年3月{n + 1}日,灭火器过期,一般,整改中\n" for n in range(12)
    )
    yield Seed("隐患.csv", "hazards", hazards.encode("gb18030"))
    areas = "编码,名称,级别,WKT\n" + "".join(f'A{n},{n}村,社区,"{shape.wkt}"\n' for n, shape in enumerate(SQUARES))
    yield Seed("区域.csv", "areas", areas.encode())
    yield Seed("区域.geojson", "areas", squares().to_json().encode())
    yield Seed("轨迹.gpx", "tracks", _GPX.format(points="".join(_POINT.format(n=n) for n in range(20))).encode())
    points = "人员,时间,经度,纬度\n" + "".join(f"张三,2024-03-05 9:{n:02d},113.6{n:02d},22.8\n" for n in range(20))
    yield Seed("轨迹.csv", "tracks", points.encode())


def _books(folder: Path) -> Iterator[Seed]:
    path = folder / "a.xlsx"
    book = xlsxwriter.Workbook(path)
    page = book.add_worksheet("台账")
    for at, row in enumerate(
        [HEADERS.strip().split(","), *([f"P{n}", "厂", "工厂", 113.6, 22.8, n] for n in range(9))]
    ):
        page.write_row(at, 0, row)
    book.close()
    yield Seed("台账.xlsx", "places", path.read_bytes())


def _maps(folder: Path) -> Iterator[Seed]:
    for ending in (".shp", ".gpkg", ".kml", ".tab", ".mif", ".fgb"):
        path = write_map(folder / f"b{ending}")
        others = [each for each in beside(path) if each.suffix in SIBLINGS.get(ending, ())]
        yield Seed(path.name, "areas", path.read_bytes(), tuple((each.name, each.read_bytes()) for each in others))
        for each in others:  # and damage in a sibling: that one first
            rest = [path, *(other for other in others if other != each)]
            yield Seed(
                each.name, f"areas:{path.name}", each.read_bytes(), tuple((r.name, r.read_bytes()) for r in rest)
            )
    zipped = packed(folder / "c.zip", [folder / f"b{ending}" for ending in (".shp", ".dbf", ".shx", ".prj", ".cpg")])
    yield Seed("c.zip", "areas", zipped.read_bytes())
    yield Seed("c.kmz", "areas", packed(folder / "c.kmz", [folder / "b.kml"]).read_bytes())
    texts = (text_at(460_010, 2_520_010, "A1"), text_at(460_010, 2_520_050, "甲格"))
    yield Seed("d.dxf", "areas", drawing(folder / "d.dxf", ring_of((460_000, 2_520_000, 99, 99)), *texts).read_bytes())


def _siblings(ending: str) -> tuple[str, ...]:
    return {".shp": (".dbf", ".shx", ".prj", ".cpg"), ".tab": (".dat", ".map", ".id"), ".mif": (".mid",)}.get(
        ending, ()
    )


def _real(shared: Path) -> Iterator[Seed]:
    tables = {"places": "places", "inspections": "inspections", "hazards": "hazards"}
    for path in sorted((shared / "chicago").glob("*.csv")):
        head = b"".join(path.read_bytes().splitlines(keepends=True)[:PIECE_LINES])
        yield Seed(path.name, tables[path.name.split("_")[0]], head)
    for path in sorted([*(shared / "chicago").glob("*.geojson"), *(shared / "dongguan").glob("*.geojson")]):
        yield Seed(path.name, "areas", _piece(json.loads(path.read_text(encoding="utf-8"))))
    for path in sorted((shared / "tracks").glob("*.gpx")):
        yield Seed(path.name, "tracks", path.read_bytes()[:40_000])
    cars = (shared / "tracks" / "cars_points.csv").read_bytes().splitlines(keepends=True)[:PIECE_LINES]
    yield Seed("cars_points.csv", "tracks", b"".join(cars))
    yield Seed("helsinki.osm.pbf", "roads", (shared / "roads" / "helsinki.osm.pbf").read_bytes())


def _piece(document: dict[str, Any]) -> bytes:
    """Give the first features, their borders simplified."""
    frame = gpd.GeoDataFrame.from_features(document["features"][:PIECE_FEATURES])
    kept = shapely.simplify(frame.geometry.array, 0.002)
    return frame.set_geometry(kept).to_json().encode()
