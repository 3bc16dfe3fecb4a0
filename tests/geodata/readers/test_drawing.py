"""CAD drawings."""

from __future__ import annotations

from pathlib import Path

import pytest

from geodata.errors import FileProblem
from geodata.model import Town
from geodata.readers import Read, raw_table, read
from geodata.readers.drawing import lines_of
from geodata.tables import TABLES
from tests.geodata.readers.mapfiles import drawing, ring_of, text_at

TOWN = Town("虎门镇", "441900121", "Asia/Shanghai")
EAST, NORTH = 460_000.0, 2_520_000.0  # CGCS2000, 3° zone of 114°
ONE, OTHER = (EAST, NORTH, 500, 400), (EAST + 500, NORTH, 500, 400)


def areas(path: Path, **how: str) -> Read:
    """Read a drawing as grids, its positions declared."""
    return read(path, TABLES["areas"], town=TOWN, level="grid", datum="epsg:4547", **how)


@pytest.mark.parametrize("page", [None, "ANSI_936", "ANSI_1252"])
@pytest.mark.parametrize("encoding", ["gbk", "utf-8"])
def test_names_from_texts(encoding: str, page: str | None, tmp_path: Path) -> None:
    """Closed lines are areas; the texts inside give code and name, in either encoding, whatever the header says."""
    path = drawing(
        tmp_path / "a.dxf",
        ring_of(ONE),
        ring_of(OTHER),
        text_at(EAST + 100, NORTH + 200, "441900121001001"),
        text_at(EAST + 100, NORTH + 100, "太平一格"),
        text_at(EAST + 600, NORTH + 200, "441900121001002"),
        text_at(EAST + 600, NORTH + 100, "太平二格"),
        encoding=encoding,
        page=page,
    )
    found = areas(path)
    assert found.frame["code"].tolist() == ["441900121001001", "441900121001002"]
    assert found.frame["name"].tolist() == ["太平一格", "太平二格"]
    assert found.encoding == encoding
    assert found.frame.to_crs(4547).area.tolist() == pytest.approx([200_000, 200_000], rel=1e-6)


def test_the_smallest_holds_the_text(tmp_path: Path) -> None:
    """A text inside two areas, one in the other, is the smaller one's."""
    inner = (EAST + 50, NORTH + 50, 100, 100)
    raw = raw_table(
        drawing(tmp_path / "a.dxf", ring_of(ONE), ring_of(inner), text_at(EAST + 100, NORTH + 100, "内")),
        TABLES["areas"],
    )
    assert raw.columns["名称"] == [None, "内"]


def test_lines_that_end_where_they_start(tmp_path: Path) -> None:
    """A line that returns to its start is an area though nobody closed it; an open one is left out, and counted."""
    x, y, width, height = ONE
    corners = [(x, y), (x + width, y), (x + width, y + height), (x, y)]
    points = "".join(f"10\n{a}\n20\n{b}\n" for a, b in corners)
    back = f"0\nLWPOLYLINE\n8\n边界\n90\n4\n70\n0\n{points}"
    raw = raw_table(drawing(tmp_path / "a.dxf", ring_of(OTHER, closed=False), back), TABLES["areas"])
    assert raw.rows.tolist() == [2]
    assert any("1 个别的图元没有读" in note for note in raw.notes)


def test_no_closed_line(tmp_path: Path) -> None:
    """A drawing without closed lines is an error that says how borders are drawn."""
    with pytest.raises(FileProblem, match=r"没有闭合的多段线。请在 CAD 里检查"):
        areas(drawing(tmp_path / "a.dxf", ring_of(ONE, closed=False)))


def test_places_are_texts(tmp_path: Path) -> None:
    """For places, texts are points with their name."""
    path = drawing(tmp_path / "a.dxf", text_at(EAST, NORTH, "一厂"), text_at(EAST + 9, NORTH, "二厂"))
    raw = raw_table(path, TABLES["places"])
    assert raw.columns == {"名称": ["一厂", "二厂"], "图层": ["注记", "注记"]}


def test_undeclared_system(tmp_path: Path) -> None:
    """A drawing names no system: it is never taken as degrees, a person is asked when nothing can be compared."""
    path = drawing(tmp_path / "a.dxf", ring_of(ONE), text_at(EAST + 1, NORTH + 1, "A1"), text_at(EAST + 2, NORTH, "甲"))
    with pytest.raises(FileProblem, match="--datum"):
        read(path, TABLES["areas"], town=TOWN, level="grid")


def test_other_tables(tmp_path: Path) -> None:
    """A drawing holds no inspections' ledger and no tracks."""
    with pytest.raises(FileProblem, match="CAD 图，不能导入 tracks"):
        raw_table(drawing(tmp_path / "a.dxf", ring_of(ONE)), TABLES["tracks"])


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        (r"{\fSimSun|b0;甲村}\P乙村", ["甲村", "乙村"]),
        (r"%%u甲村", ["甲村"]),
        (r"\A1;{\H2.5x;一}", ["一"]),
        ("  ", []),
        (None, []),
    ],
)
def test_marks(text: str | None, lines: list[str]) -> None:
    """Marks of typefaces and heights are no part of a name."""
    assert lines_of(text) == lines
