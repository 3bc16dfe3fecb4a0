"""How figures leave: JSON, CSV, Excel, GeoJSON, a table."""

from __future__ import annotations

import argparse
import csv
import io
import json
from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from python_calamine import CalamineWorkbook

from api.cli.files import OutputProblem, replacing, write_file
from api.cli.output import deliver
from api.cli.rows import Figures, document, write_csv
from geodata.errors import QuestionProblem


@pytest.fixture
def figures() -> Figures:
    """Give two areas and the places without coordinates; one name is a formula."""
    frame = pd.DataFrame(
        {
            "area": pd.Series(["001", "002", None], dtype=object),
            "key": pd.Series([None, None, "unlocated"], dtype=object),
            "name": ["太平", "=1+1", "无坐标"],
            "places": [1204, 3, 2],
            "coverage_rate": [0.943, float("nan"), 1.0],
        }
    )
    shapes = gpd.GeoSeries([shapely.box(0, 0, 1, 1), shapely.box(1, 0, 2, 1), None], crs="EPSG:4326")
    return Figures(
        "虎门镇 检查覆盖", {"as_of": "2024-06-30"}, frame, ("area", "name", "places", "coverage_rate"), shapes
    )


def asked(**options: object) -> argparse.Namespace:
    """Give options as the parser would."""
    return argparse.Namespace(**{"format": None, "out": None, **options})


def test_document(figures: Figures) -> None:
    """A row has `area` or `key`, a missing rate is null, counts are whole numbers, Chinese stays Chinese."""
    text = document(figures)
    assert "太平" in text
    made = json.loads(text)
    assert made["as_of"] == "2024-06-30"
    assert made["rows"] == [
        {"area": "001", "name": "太平", "places": 1204, "coverage_rate": 0.943},
        {"area": "002", "name": "=1+1", "places": 3, "coverage_rate": None},
        {"key": "unlocated", "name": "无坐标", "places": 2, "coverage_rate": 1.0},
    ]


def test_csv_for_programs(figures: Figures) -> None:
    """CSV on stdout has the field names, nothing for null, and no text that a spreadsheet would run."""
    file = io.StringIO()
    write_csv(figures, file)
    rows = list(csv.DictReader(io.StringIO(file.getvalue())))
    assert list(rows[0]) == ["area", "key", "name", "places", "coverage_rate"]
    assert rows[1] == {"area": "002", "key": "", "name": "'=1+1", "places": "3", "coverage_rate": ""}


def test_csv_file_for_excel(figures: Figures, tmp_path: Path) -> None:
    """A CSV file starts with a byte order mark, and no text of it is run as a formula."""
    write_file(figures, tmp_path / "a.csv")
    raw = (tmp_path / "a.csv").read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    assert "'=1+1" in raw.decode("utf-8-sig")


def test_excel(figures: Figures, tmp_path: Path) -> None:
    """Excel gets Chinese headers, codes and formulas as text, rates as numbers in percent."""
    write_file(figures, tmp_path / "a.xlsx")
    rows = CalamineWorkbook.from_path(tmp_path / "a.xlsx").get_sheet_by_index(0).to_python()
    assert rows == [
        ["编码", "名称", "监管场所", "覆盖率"],
        ["001", "太平", 1204.0, 0.943],
        ["002", "=1+1", 3.0, ""],
        ["", "无坐标", 2.0, 1.0],
    ]


def test_geojson(figures: Figures, tmp_path: Path) -> None:
    """GeoJSON has a polygon for each area, null for rows that are no area, and the figures as properties."""
    write_file(figures, tmp_path / "a.geojson")
    made = json.loads((tmp_path / "a.geojson").read_text(encoding="utf-8"))
    assert [f["geometry"] and f["geometry"]["type"] for f in made["features"]] == ["Polygon", "Polygon", None]
    assert made["features"][0]["properties"]["places"] == 1204
    assert len(gpd.read_file(tmp_path / "a.geojson")) == 3


def test_geojson_without_shapes(figures: Figures, tmp_path: Path) -> None:
    """Figures that stand on no map are refused as GeoJSON, and no file is left."""
    flat = Figures("数", {}, figures.frame, ("name",))
    with pytest.raises(QuestionProblem, match="geojson"):
        write_file(flat, tmp_path / "a.geojson")
    assert list(tmp_path.iterdir()) == []


def test_whole_or_not_at_all(tmp_path: Path) -> None:
    """A file that was there stays as it was when writing fails half way."""
    out = tmp_path / "a.html"
    out.write_text("old")
    with pytest.raises(ValueError, match="half way"), replacing(out) as draft:
        draft.write_text("new")
        raise ValueError("half way")
    assert out.read_text() == "old"
    assert list(tmp_path.iterdir()) == [out]


def test_folder_that_is_not_there(figures: Figures, tmp_path: Path) -> None:
    """A folder that does not exist is named, with what to do."""
    with pytest.raises(OutputProblem, match=r"nowhere.*文件夹不存在"):
        write_file(figures, tmp_path / "nowhere" / "a.json")


def test_table(figures: Figures, capsys: pytest.CaptureFixture[str]) -> None:
    """The table has Chinese headers, thousands and percent; rows that are no area are known by their name."""
    deliver(figures, asked())
    shown = capsys.readouterr().out
    for text in ("虎门镇 检查覆盖", "覆盖率", "1,204", "94.3%", "无坐标", "100.0%"):
        assert text in shown


def test_a_table_of_nothing(figures: Figures, capsys: pytest.CaptureFixture[str]) -> None:
    """Where there is no row the table says so below its header."""
    deliver(replace(figures, frame=figures.frame.head(0), shapes=None), asked())
    assert capsys.readouterr().out.endswith("（无）\n")


def test_file_and_stdout(figures: Figures, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """--out alone says on stderr what was written; with --format stdout has its document too."""
    out = tmp_path / "a.json"
    deliver(figures, asked(out=out))
    said = capsys.readouterr()
    assert not said.out
    assert "已写入" in said.err
    deliver(figures, asked(out=out, format="json"))
    assert json.loads(capsys.readouterr().out) == json.loads(out.read_text(encoding="utf-8"))
