"""What is larger, deeper or other than it says is refused before it is opened."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
import xlsxwriter

from geodata.errors import FileProblem
from geodata.readers.gpx import read_gpx
from geodata.readers.kml_tracks import read_kml_tracks
from geodata.untrusted import MAX_JSON_DEPTH, check_file, check_json, check_text, check_workbook


def archive(path: Path, parts: dict[str, bytes]) -> Path:
    """Write a zip."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for name, data in parts.items():
            file.writestr(name, data)
    return path


def sheet(cells: str) -> dict[str, bytes]:
    """Make the parts of a workbook whose sheet holds the cells."""
    return {
        "xl/workbook.xml": b"<workbook/>",
        "xl/worksheets/sheet1.xml": f"<worksheet><sheetData>{cells}</sheetData></worksheet>".encode(),
    }


def test_file_too_large(tmp_path: Path) -> None:
    """A file over the limit is refused by its size alone."""
    path = tmp_path / "a.csv"
    with path.open("wb") as file:
        file.truncate(300 * 2**20)
    with pytest.raises(FileProblem, match="超过上限"):
        check_file(path)


@pytest.mark.parametrize("head", [b"PK\x03\x04", b"\xd0\xcf\x11\xe0"])
def test_workbook_called_csv(head: bytes) -> None:
    """A workbook renamed to .csv is told as such."""
    with pytest.raises(FileProblem, match="Excel"):
        check_text(Path("a.csv"), head + b"...")


def test_stray_cell(tmp_path: Path) -> None:
    """One cell in the last corner of a sheet would take 512 GB: refused, and said where to look."""
    path = tmp_path / "a.xlsx"
    book = xlsxwriter.Workbook(path)
    page = book.add_worksheet()
    page.write(0, 0, "编号")
    page.write(1_048_575, 16_383, "x")
    book.close()
    with pytest.raises(FileProblem, match="1048576 行 16384 列"):
        check_workbook(path)


@pytest.mark.parametrize(
    "cells",
    ['<c t="n" r="XFD1048576"/><c r="A1"/>', "<c\n r='XFD1048576'/>", '<x:c r="A1"/><x:c s="1" r="XFD1048576"/>'],
)
def test_stray_cell_written_oddly(tmp_path: Path, cells: str) -> None:
    """Order of attributes, blanks, quotes and prefixes hide no cell."""
    with pytest.raises(FileProblem, match="1048576 行"):
        check_workbook(archive(tmp_path / "a.xlsx", sheet(f"<row>{cells}</row>")))


def test_cell_without_place(tmp_path: Path) -> None:
    """A cell that does not say where it stands can't be measured: refused with the remedy."""
    with pytest.raises(FileProblem, match="没有写明位置"):
        check_workbook(archive(tmp_path / "a.xlsx", sheet("<row><c><v>1</v></c></row>")))


def test_wide_encoding(tmp_path: Path) -> None:
    """A sheet in UTF-16 can't hide its cells."""
    parts = sheet("") | {"xl/worksheets/sheet1.xml": '<sheetData><c r="XFD1048576"/></sheetData>'.encode("utf-16")}
    with pytest.raises(FileProblem, match="UTF-16"):
        check_workbook(archive(tmp_path / "a.xlsx", parts))


def test_directory_that_lies(tmp_path: Path) -> None:
    """A part that unfolds to more than the directory says is found out without unfolding it."""
    path = archive(tmp_path / "a.xlsx", sheet("") | {"xl/z.xml": b" " * 10_000_000})
    data = bytearray(path.read_bytes())
    at = data.rfind(b"PK\x01\x02") + 24
    data[at : at + 4] = (1000).to_bytes(4, "little")
    path.write_bytes(data)
    with pytest.raises(FileProblem, match="与它自己的目录不符"):
        check_workbook(path)


def test_unfolds_beyond_measure(tmp_path: Path) -> None:
    """A part of blanks that packs 1000 : 1 is refused by the directory alone."""
    with pytest.raises(FileProblem, match="展开后"):
        check_workbook(archive(tmp_path / "a.xlsx", sheet("") | {"xl/z.xml": b" " * 50_000_000}))


def test_many_parts(tmp_path: Path) -> None:
    """A workbook of thousands of parts is refused."""
    with pytest.raises(FileProblem, match="部件"):
        check_workbook(archive(tmp_path / "a.xlsx", sheet("") | {f"x/{n}": b"" for n in range(2001)}))


def test_good_workbook(tmp_path: Path) -> None:
    """An everyday workbook is given back as it is."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer)
    book.add_worksheet().write_row(0, 0, ["编号", "名称"])
    book.close()
    path = tmp_path / "a.xlsx"
    path.write_bytes(buffer.getvalue())
    assert check_workbook(path) == buffer.getvalue()


def test_json_depth() -> None:
    """Nesting beyond the limit is refused; brackets inside texts don't count."""
    path = Path("a.geojson")
    check_json(path, "[" * MAX_JSON_DEPTH + "]" * MAX_JSON_DEPTH)
    check_json(path, '{"a": "' + "[" * 1000 + '\\"' + "{" * 1000 + '"}')
    check_json(path, "[]" * 1000)
    with pytest.raises(FileProblem, match="嵌套"):
        check_json(path, "[" * (MAX_JSON_DEPTH + 1))


def test_xml_of_too_many_tags(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """XML with more tags than memory can bear is refused before it is parsed, GPX and KML alike."""
    monkeypatch.setattr("geodata.untrusted.MAX_XML_MARKS", 1_000)
    for name, read_it in (("a.gpx", read_gpx), ("a.kml", read_kml_tracks)):
        path = tmp_path / name
        path.write_text("<a>" * 600 + "</a>" * 600)
        with pytest.raises(FileProblem, match="标记超过 1000 个"):
            read_it(path)
