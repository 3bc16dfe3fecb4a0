"""A map on paper: the four-colour risk map of the town by hand."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from datetime import datetime

import numpy as np
import pypdfium2
import pytest
from PIL import Image
from pyproj import Geod

from coverage.assess import Assessment
from geodata.ledger import Ledger
from maps.backdrop import Backdrop
from maps.sheet import composed, sheet_pdf, sheet_png
from maps.sheets.risk import risk_wall
from maps.wall.layout import PAPERS, Layout, PaperProblem
from tests.fonts import needs_font
from tests.maps.conftest import HOSTILE, SIDE, SOUTH, WEST

MADE = datetime(2024, 7, 1, 9)
MARKUP = "</svg><script>alert(1)</script>#panic[] $x$ ]"


@pytest.fixture
def backdrop(ledger: Ledger) -> Backdrop:
    """Give the town's ground."""
    return Backdrop.from_ledger(ledger)


def dots_of(drawing: bytes, colour: str) -> np.ndarray:
    """Read the spots (millimetres) of the dots of a colour from a drawing."""
    (data,) = re.findall(
        rf'<path stroke="{colour}" stroke-width="[\d.]+" d="((?:M-?\d+ -?\d+h1)+)"/>', drawing.decode()
    )
    return np.array(re.findall(r"M(-?\d+) (-?\d+)h1", data), dtype=float) / 100


@pytest.mark.parametrize("size", PAPERS)
def test_a_known_distance_has_its_millimetres(assessment: Assessment, backdrop: Backdrop, size: str) -> None:
    """Two places a grid apart: on every paper as many millimetres as the scale says, and the scale bar too."""
    data, drawing = composed(risk_wall(assessment, backdrop), MADE, size)
    (red,), (grey,) = dots_of(drawing, "#c8102e"), dots_of(drawing, "#8d949a")
    middle = SOUTH + SIDE / 2
    _, _, metres = Geod(ellps="WGS84").inv(WEST + 0.5 * SIDE, middle, WEST + 1.5 * SIDE, middle)
    n = int(data["scale"].replace(" ", ""))
    assert np.hypot(*(grey - red)) == pytest.approx(metres * 1000 / n, abs=0.02)
    unit = {"米": 1, "千米": 1000}[data["bar"]["unit"]]
    assert data["bar"]["length"] == pytest.approx(float(data["bar"]["words"][2]) * unit * 1000 / n)


@pytest.mark.parametrize("size", PAPERS)
def test_the_drawing_fills_its_paper(assessment: Assessment, backdrop: Backdrop, size: str) -> None:
    """A town four times as wide as high lies on its side; the map and the panel are on the sheet, apart."""
    data, drawing = composed(risk_wall(assessment, backdrop), MADE, size)
    assert (data["height"], data["width"]) == PAPERS[size]
    (left, top, width, height), panel = data["map"], data["panel"]
    assert left + width < panel[0]
    assert panel[0] + panel[2] < data["width"]
    assert top + height < data["height"]
    assert f'width="{width:g}mm" height="{height:g}mm"'.encode() in drawing


def test_a_high_town_stands_upright(assessment: Assessment, backdrop: Backdrop) -> None:
    """A town four times as high as wide is drawn on upright paper, the panel below the map."""
    wall = replace(risk_wall(assessment, backdrop), bounds=(WEST, SOUTH, WEST + SIDE, SOUTH + 4 * SIDE))
    data, _ = composed(wall, MADE, "A3")
    assert (data["width"], data["height"]) == PAPERS["A3"]
    assert data["upright"]
    assert data["map"][1] + data["map"][3] < data["panel"][1]


def test_counts_stand_in_the_legend(assessment: Assessment, backdrop: Backdrop) -> None:
    """One place of each kind, the worst first, with the one that has no position; three grids without a rated place."""
    data, _ = composed(risk_wall(assessment, backdrop), MADE, "A3")
    assert [item["count"] for item in data["dots"]] == ["1"] * 5
    assert data["dots"][0]["label"] == "重大风险"
    assert [item["count"] for item in data["areas"]["items"]] == ["1", "0", "0", "0", "3"]
    assert [row[1:] for row in data["table"]["rows"]] == [
        ["1", "0", "1", "0"],
        ["0", "0", "0", "0"],
        ["0", "0", "0", "1"],
        ["0", "1", "0", "0"],
    ]
    assert "1 处场所在图幅以外，未上图。" in data["notes"]


def test_nothing_of_a_ledger_is_in_the_drawing(assessment: Assessment, backdrop: Backdrop) -> None:
    """The drawing has paths with numbers and colours, and nothing else, whatever things are called."""
    hostile = replace(
        assessment,
        town=replace(assessment.town, name=MARKUP),
        areas=assessment.areas.assign(name=MARKUP),
        places=assessment.places.assign(name=MARKUP, industry=MARKUP),
    )
    _, drawing = composed(risk_wall(hostile, backdrop), MADE, "A3")
    head, *parts, end = drawing.decode().split("\n")
    assert head.startswith("<svg ")
    assert end == "</svg>"
    look = r'(fill="#[0-9a-f]{6}"|stroke="#[0-9a-f]{6}" stroke-width="[\d.]+")'
    assert all(re.fullmatch(rf'(<path {look} d="[MLzh\d -]*"/>)?', part) for part in parts)


@needs_font
def test_words_are_printed_as_they_are(assessment: Assessment, backdrop: Backdrop) -> None:
    """A town and communities named like markup are text on the sheet, beside date, scale and synthetic mark."""
    areas = assessment.areas.assign(name=assessment.areas["name"].where(assessment.areas["name"] != HOSTILE, "#b[*x*]"))
    hostile = replace(assessment, town=replace(assessment.town, name="$x$ #panic()"), areas=areas)
    (page,) = pypdfium2.PdfDocument(sheet_pdf(risk_wall(hostile, backdrop), MADE))
    text = page.get_textpage().get_text_bounded().replace("\r\n", "").replace(" ", "")
    for words in ("$x$#panic()安全风险四色图", "#b[*x*]", "截至2024年6月30日", "比例尺1:", "北", "合成数据（非真实）"):
        assert words in text
    assert "制图：2024年7月1日" in text
    assert "重大风险占2%及以上为红" in text


def test_major_places_are_numbered_where_all_of_them_find_room(assessment: Assessment, backdrop: Backdrop) -> None:
    """甲厂 is number 1, at its dot; of 300 such places the sheet says how many there are, and numbers none."""
    wall = risk_wall(assessment, backdrop)
    data, drawing = composed(wall, MADE, "A3")
    (only,) = data["roll"]
    assert (only["name"], only["where"]) == ("甲厂", "东村")
    assert only["at"] == pytest.approx(dots_of(drawing, "#c8102e")[0], abs=0.01)
    many, _ = composed(replace(wall, roll=replace(wall.roll, rows=[*wall.roll.rows] * 300)), MADE, "A3")
    assert many["roll"] == []
    assert "重大风险场所 300 处，名单见清单。" in many["notes"]


@needs_font
@pytest.mark.parametrize("size", ["A4", "A3", "A0"])
@pytest.mark.parametrize("high", [False, True])
def test_a_full_panel_loses_no_name(assessment: Assessment, backdrop: Backdrop, size: str, *, high: bool) -> None:
    """With as many numbered places as find room, long notes too, all of them and the last line are printed."""
    wall = risk_wall(assessment, backdrop)
    wall = replace(wall, bounds=(WEST, SOUTH, WEST + SIDE, SOUTH + 4 * SIDE)) if high else wall
    layout = Layout.of(size, landscape=not high)
    names = [f"第{n}号{MARKUP}" for n in range(layout.roll_room(len(wall.table.rows)))]
    assert len(names) >= 9
    wall = replace(wall, roll=replace(wall.roll, rows=[replace(wall.roll.rows[0], name=name) for name in names]))
    (page,) = pypdfium2.PdfDocument(sheet_pdf(wall, MADE, size))
    text = page.get_textpage().get_text_bounded().replace("\r\n", "").replace(" ", "")
    assert all(f"第{n}号</svg>" in text for n in range(len(names)))
    last, _ = page.get_textpage().search("图幅中心").get_next()
    _, bottom, _, _ = page.get_textpage().get_charbox(last)
    assert layout.height - bottom / 72 * 25.4 <= layout.panel[1] + layout.panel[3]


@needs_font
def test_a_sheet_is_one_page_of_its_size(assessment: Assessment, backdrop: Backdrop) -> None:
    """A2 lies 594 × 420 mm; the same town and moment give the same bytes."""
    content = sheet_pdf(risk_wall(assessment, backdrop), MADE, "A2")
    (page,) = pypdfium2.PdfDocument(content)
    assert [round(side / 72 * 25.4) for side in page.get_size()] == [594, 420]
    assert content == sheet_pdf(risk_wall(assessment, backdrop), MADE, "A2")


@needs_font
def test_a_picture_has_its_pixels(assessment: Assessment, backdrop: Backdrop) -> None:
    """A4 at 100 pixels an inch."""
    picture = Image.open(io.BytesIO(sheet_png(risk_wall(assessment, backdrop), MADE, "A4", ppi=100)))
    assert (picture.format, picture.size) == ("PNG", (1169, 827))
    assert (200, 16, 46) in {colour for _, colour in picture.convert("RGB").getcolors(1 << 20) or []}


@needs_font
def test_a_town_without_positions_has_a_sheet(assessment: Assessment) -> None:
    """Without any position the sheet says so instead of a map."""
    nowhere = replace(
        assessment,
        areas=assessment.areas.assign(geometry=None).set_crs(4326),
        places=assessment.places.assign(lon=np.nan, lat=np.nan),
    )
    (page,) = pypdfium2.PdfDocument(sheet_pdf(risk_wall(nowhere, Backdrop.empty()), MADE))
    assert "没有带坐标的数据" in page.get_textpage().get_text_bounded()


def test_an_unknown_paper_is_refused(assessment: Assessment, backdrop: Backdrop) -> None:
    """The message names the papers there are."""
    with pytest.raises(PaperProblem, match="A4、A3、A2、A1、A0"):
        sheet_pdf(risk_wall(assessment, backdrop), MADE, "B5")
