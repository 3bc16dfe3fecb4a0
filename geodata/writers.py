"""The files of a town office: GeoJSON, xlsx, GBK csv with Chinese headers, GPX, rules, and a note on all of them."""

from __future__ import annotations

import json
import re
import shutil
import xml.etree.ElementTree as ET
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Any

import geopandas as gpd
import pandas as pd
import shapely

from geodata.csv_files import write_columns
from geodata.model import LEVEL_NAMES, Town
from geodata.tables import TABLES, Column, Table
from geodata.xlsx_files import book_of_texts

OFFICE_WORDS: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "level": {str(level): name for level, name in LEVEL_NAMES.items()},
        "status": {"open": "正常", "suspended": "停业整顿", "closed": "关闭"},
        "by": {
            "inspector": "安全员", "department": "部门", "leader": "领导", "expert": "专家", "enterprise": "企业自查",
        },
        "kind": {
            "routine": "日常检查", "campaign": "专项检查", "expert": "专家检查", "surprise": "突击检查",
            "look-back": "回头看", "suspended": "停产", "exempt": "免查",
            "water": "水面", "farmland": "农田", "forest": "林地",
        },
        "geotag": {"gps": "手机定位", "exif": "照片定位", "typed": "手工录入", "mock": "模拟定位"},
        "role": {
            "inspector": "安全员", "grid_manager": "网格长", "clerk": "安委办", "leader": "党政领导",
            "department": "部门",
        },
        "mode": {"walk": "步行", "car": "汽车"},
    }
)  # fmt: skip
"""Canonical word → the word an office writes, by column; other choices are Chinese already."""

DEFAULT_RULES = Path(__file__).with_name("default_rules.toml")
GPX = {"xmlns": "http://www.topografix.com/GPX/1/1", "version": "1.1", "creator": "wangge"}
CSV_ENCODING = "gbk"
_NO_FILE_NAME = re.compile(r"[^\w-]")


def write_office_files(town: Town, frames: Mapping[str, pd.DataFrame], directory: str | Path) -> list[Path]:
    """Write a town's frames as the files that an office has.

    `areas.geojson`, `places.xlsx`, `inspections.csv` and `hazards.csv` (GBK), `officers.xlsx`, `roads.geojson`,
    `water.geojson`, `tracks/*.gpx`, `rules.toml`, `README.txt`.

    Parameters
    ----------
    frames
        Frames of all tables, as in a ledger: geometry in EPSG:4326, written with as many decimals as it has.
    directory
        Made when it is not there; files of these names in it are replaced.

    Returns
    -------
    The paths, in the order in which they are to be imported; the note is the last.

    Raises
    ------
    UnicodeEncodeError
        A text of a csv file has a character that GBK does not have.
    """
    folder = Path(directory)
    (folder / "tracks").mkdir(parents=True, exist_ok=True)
    written = [
        _write_geojson(TABLES["areas"], frames["areas"], folder / "areas.geojson"),
        _write_xlsx(TABLES["officers"], frames["officers"], folder / "officers.xlsx"),
        _write_xlsx(TABLES["places"], frames["places"], folder / "places.xlsx"),
        _write_csv(TABLES["inspections"], frames["inspections"], folder / "inspections.csv"),
        _write_csv(TABLES["hazards"], frames["hazards"], folder / "hazards.csv"),
        _write_geojson(TABLES["roads"], frames["roads"], folder / "roads.geojson"),
        _write_geojson(TABLES["water"], frames["water"], folder / "water.geojson"),
    ]
    written += [_write_gpx(track, town, folder / "tracks") for track in frames["tracks"].itertuples(index=False)]
    written.append(Path(shutil.copyfile(DEFAULT_RULES, folder / "rules.toml")))
    written.append(_write_note(town, folder / "README.txt"))
    return written


def header_of(column: Column) -> str:
    """Give the header that an office writes over a column: the first one that is understood."""
    return column.headers[0]


def office_columns(table: Table, frame: pd.DataFrame) -> dict[str, pd.Series]:
    """Give the columns of a file, header → values: office words, local times, points as 经度 and 纬度."""
    out: dict[str, pd.Series] = {}
    for column in table.columns:
        if not column.derived and column.name in frame:
            out[header_of(column)] = _office_values(column, frame[column.name])
    if table.geometry == "POINT":
        points = gpd.GeoSeries(frame["geometry"])
        out["经度"], out["纬度"] = points.x, points.y
    return out


def _office_values(column: Column, values: pd.Series) -> pd.Series:
    out = values
    if column.name in OFFICE_WORDS:
        words = OFFICE_WORDS[column.name]
        out = values.map({word: words.get(word, word) for word in values.dropna().unique()})
    elif column.kind == "flag":
        out = values.map({True: "是", False: ""})
    elif column.kind == "moment":
        out = values.dt.tz_localize(None)
    return out


def _write_csv(table: Table, frame: pd.DataFrame, path: Path) -> Path:
    """Write a ledger as Excel on a Chinese Windows saves it: GBK, commas, CRLF."""
    columns = office_columns(table, frame)
    for column in table.columns:
        if column.kind == "date":
            columns[header_of(column)] = columns[header_of(column)].dt.strftime("%Y-%m-%d")
        elif column.kind == "moment":
            columns[header_of(column)] = columns[header_of(column)].dt.strftime("%Y-%m-%d %H:%M:%S")
    with path.open("w", encoding=CSV_ENCODING, newline="") as file:
        write_columns(file, columns, line_end="\r\n")
    return path


def _write_xlsx(table: Table, frame: pd.DataFrame, path: Path) -> Path:
    """Write a sheet: texts as texts (never as formulas or links), dates as dates, the header frozen."""
    columns = office_columns(table, frame)
    with book_of_texts(path, constant_memory=True) as book:
        sheet = book.add_worksheet(table.title)
        bold, day = (
            book.add_format({"bold": True, "bg_color": "#DDEBF7"}),
            book.add_format({"num_format": "yyyy-mm-dd"}),
        )
        sheet.freeze_panes(1, 0)
        sheet.autofilter(0, 0, len(frame), len(columns) - 1)
        for number, (header, values) in enumerate(columns.items()):
            sheet.set_column(number, number, _width(header, values))
            sheet.write_string(0, number, header, bold)
        rows = zip(*(_cells(values) for values in columns.values()), strict=True)
        for row, cells in enumerate(rows, start=1):
            for number, cell in enumerate(cells):
                _write_cell(sheet, row, number, cell, day)
    return path


def _write_cell(sheet: Any, row: int, number: int, cell: Any, day: Any) -> None:
    if isinstance(cell, str):
        sheet.write_string(row, number, cell)
    elif isinstance(cell, datetime):
        sheet.write_datetime(row, number, cell, day)
    elif cell is not None:
        sheet.write_number(row, number, cell)


def _cells(values: pd.Series) -> list[Any]:
    """Give plain Python values, None where missing."""
    return [None if missing else value for value, missing in zip(values.tolist(), values.isna(), strict=True)]


def _width(header: str, values: pd.Series) -> float:
    """Give a column width that fits most of the cells, a Chinese character counting two."""
    sample = [header, *(str(value)[:60] for value in values.dropna().head(200))]
    return float(min(max(sum(1 if char.isascii() else 2 for char in text) for text in sample), 44) + 3)


def _write_geojson(table: Table, frame: pd.DataFrame, path: Path) -> Path:
    """Write an RFC 7946 collection, one feature a line, with Chinese property names."""
    columns = {header: _cells(values) for header, values in office_columns(table, frame).items()}
    shapes = [None if shape is None else shapely.geometry.mapping(shape) for shape in frame["geometry"]]
    features = (
        {"type": "Feature", "properties": {key: values[n] for key, values in columns.items()}, "geometry": shape}
        for n, shape in enumerate(shapes)
    )
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.write('{"type": "FeatureCollection", "features": [\n')
        file.write(",\n".join(json.dumps(feature, ensure_ascii=False) for feature in features))
        file.write("\n]}\n")
    return path


def _write_gpx(track: Any, town: Town, folder: Path) -> Path:
    """Write one track; its name is the officer's id, its times are UTC."""
    root = ET.Element("gpx", GPX)
    if town.synthetic:
        ET.SubElement(ET.SubElement(root, "metadata"), "desc").text = "合成数据（非真实）"
    trail = ET.SubElement(root, "trk")
    ET.SubElement(trail, "name").text = track.officer
    for line, times in _lines(track):
        segment = ET.SubElement(trail, "trkseg")
        for (lon, lat), moment in zip(line, times, strict=True):
            point = ET.SubElement(segment, "trkpt", {"lat": f"{lat:.8f}", "lon": f"{lon:.8f}"})
            if moment is not None:
                ET.SubElement(point, "time").text = moment
    path = folder / f"{_NO_FILE_NAME.sub('_', track.id)}.gpx"
    ET.indent(root, " ")
    ET.ElementTree(root).write(path, encoding="utf-8", xml_declaration=True)
    return path


def _lines(track: Any) -> Iterator[tuple[Sequence[tuple[float, float]], list[str | None]]]:
    """Give the lines of a track with the moments of their points as GPX writes them, None where they are not known."""
    moments: list[str | None] = [None] * int(shapely.get_num_coordinates(track.geometry))
    if isinstance(track.times, str):
        start = track.start.tz_convert("UTC")
        after = [start + timedelta(seconds=float(second)) for second in track.times.split(";")]
        moments = [moment.strftime("%Y-%m-%dT%H:%M:%SZ") for moment in after]
    first = 0
    for line in shapely.get_parts(track.geometry):
        count = shapely.get_num_points(line)
        yield list(line.coords), moments[first : first + count]
        first += count


def _write_note(town: Town, path: Path) -> Path:
    """Write what is what and how it goes in; with a mark at the start that Windows' editor knows."""
    warning = (
        "【合成数据，非真实】镇名、代码、村名、企业名、人员、检查和隐患全部由程序生成，\n"
        "与任何真实地方、单位、个人无关。\n\n"
    )
    text = f"""{town.name}（代码 {town.code}）安全检查资料

{warning if town.synthetic else ""}文件说明
  areas.geojson     镇街、片区、村/社区、网格的边界（WGS 84；片区编码为镇街代码加 PQ 和序号，网格编码 15 位）
  officers.xlsx     人员：安全员、网格长、片区长、领导、部门
  places.xlsx       监管场所台账（个别场所没有坐标）
  inspections.csv   检查记录（GBK 编码，时间为当地时间）
  hazards.csv       隐患台账（GBK 编码）
  roads.geojson     道路
  water.geojson     水面
  tracks/*.gpx      手机记录的巡查轨迹（轨迹名称为人员编号，时间为 UTC）
  rules.toml        检查规则

导入顺序
  wangge init town.gpkg --name {town.name} --code {town.code}
  wangge import town.gpkg areas areas.geojson
  wangge import town.gpkg officers officers.xlsx
  wangge import town.gpkg places places.xlsx
  wangge import town.gpkg inspections inspections.csv
  wangge import town.gpkg hazards hazards.csv
  wangge import town.gpkg roads roads.geojson
  wangge import town.gpkg water water.geojson
  wangge import town.gpkg tracks tracks/*.gpx
  wangge rules town.gpkg --load rules.toml
"""
    path.write_text(text, encoding="utf-8-sig", newline="\r\n")
    return path
