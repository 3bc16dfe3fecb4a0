"""A map as an atlas: the town by hand, cut into sheets."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import numpy as np
import pypdfium2
import pypdfium2.raw as pdfium
import pytest

from coverage.assess import Assessment
from geodata.ledger import Ledger
from maps.atlas import atlas_pdf, composed_atlas
from maps.backdrop import Backdrop
from maps.sheet import fitting
from maps.sheets.coverage import coverage_wall
from maps.wall.content import Wall
from maps.wall.parted import on_sheet
from maps.wall.sheets import AtlasProblem, Sheets, default_scale
from tests.fonts import needs_font
from tests.maps.conftest import SIDE, SOUTH, WEST

MADE = datetime(2024, 7, 1, 9)


@pytest.fixture
def wall(ledger: Ledger, assessment: Assessment) -> Wall:
    """Give the coverage of the town by hand: 4.1 km by 1.1 km."""
    return coverage_wall(assessment, Backdrop.from_ledger(ledger))


def sheets_of(wall: Wall, scale: int | None = 10_000) -> Sheets:
    """Cut the wall for A4."""
    layout, overview = fitting(wall.bounds, "A4", landscape=True)
    assert overview is not None
    return Sheets.of(wall, overview, layout, scale)


def test_every_spot_of_the_town_is_on_one_sheet(wall: Wall) -> None:
    """The cells cover the town without overlap; the sheet of a spot shows it, and its neighbours' edges."""
    sheets = sheets_of(wall, None)
    assert sheets.scale == 5_000 <= sheets.overview.denominator / 2
    x, y = np.meshgrid(np.linspace(WEST, WEST + 4 * SIDE, 41)[1:-1], np.linspace(SOUTH, SOUTH + SIDE, 11)[1:-1])
    spots = np.column_stack([x.ravel(), y.ravel()])
    names = np.array(sheets.named(sheets.overview.on_paper(spots)))
    assert set(names) == set(sheets.names)
    shown = np.array([on_sheet(spots, sheets.plane(at)) for at in range(len(sheets.names))])
    for at, name in enumerate(sheets.names):
        assert shown[at][names == name].all()
    assert (shown.sum(axis=0) > 1).any()


def test_neighbours_know_each_other(wall: Wall) -> None:
    """Who is on the right has the other on its left."""
    sheets = sheets_of(wall)
    assert len(sheets.cells) > 1
    for at in range(len(sheets.cells)):
        for side, other in sheets.neighbours(at).items():
            back = {"left": "right", "right": "left", "top": "bottom", "bottom": "top"}[side]
            assert sheets.neighbours(other)[back] == at


def test_a_sheet_has_the_scale_asked_for(wall: Wall) -> None:
    """Its bar, its words and its distances are those of 1:5 000."""
    data, drawings = composed_atlas(wall, MADE, "A4", landscape=True, scale=5_000)
    assert {page["scale"] for page in data["pages"][1:]} == {"5 000"}
    assert len(drawings) == len(data["pages"])
    page = data["pages"][1]
    assert page["title"].endswith("A1")
    assert page["neighbours"][0]["text"] == "B1（第 3 页）"
    assert [each["text"] for each in page["joins"]["sheets"]] == sheets_of(wall, 5_000).names


def test_counts_of_a_sheet_are_its_own(wall: Wall) -> None:
    """Places of the sheets, which overlap a little, are at least those of the town that have a position in it."""
    data, _ = composed_atlas(wall, MADE, "A4", landscape=True, scale=10_000)
    counts = [sum(int(dots["count"]) for dots in page["dots"]) for page in data["pages"]]
    assert counts[0] == 6
    assert sum(counts[1:]) >= 4
    assert max(counts[1:]) < 6


def test_the_index_names_areas_and_roads(wall: Wall) -> None:
    """A community by the sheet of its middle, a road by all that it crosses."""
    data, _ = composed_atlas(wall, MADE, "A4", landscape=True, scale=10_000)
    groups = {group["title"]: group["entries"] for group in data["index"]}
    assert groups["村/社区"][0]["name"] == "东村"
    (road,) = groups["道路"]
    assert [each["name"] for each in road["sheets"]] == sheets_of(wall).names
    assert [each["page"] for each in road["sheets"]] == list(range(2, len(data["pages"]) + 1))


def test_a_town_that_can_not_be_cut_so(wall: Wall) -> None:
    """The sentence says what to write instead."""
    with pytest.raises(AtlasProblem, match="--scale 后面写小一些的数"):
        composed_atlas(wall, MADE, "A4", scale=90_000)
    with pytest.raises(AtlasProblem, match="要分 150 幅以上"):
        composed_atlas(wall, MADE, "A4", scale=100)
    with pytest.raises(AtlasProblem, match="没有带坐标的数据"):
        composed_atlas(replace(wall, bounds=None), MADE, "A4")


@pytest.mark.parametrize(("overview", "scale"), [(60_000, 25_000), (21_000, 10_000), (9_900, 2_000), (700, 500)])
def test_the_scale_is_of_the_national_series(overview: int, scale: int) -> None:
    """At least twice the overview's, 1:500 at the largest."""
    assert default_scale(overview) == scale


@needs_font
def test_an_atlas_is_one_file_with_its_fonts(wall: Wall) -> None:
    """Overview, a page a sheet, the index, numbered; each font is embedded; the same bytes again."""
    content = atlas_pdf(wall, MADE, "A4", landscape=True, scale=10_000)
    document = pypdfium2.PdfDocument(content)
    assert len(document) == 1 + len(sheets_of(wall).names) + 1
    texts = [page.get_textpage().get_text_bounded().replace("\r\n", "").replace(" ", "") for page in document]
    assert all(f"第{n}页，共{len(document)}页" in text for n, text in enumerate(texts, start=1))
    assert "图幅接合表" in texts[1]
    assert "样板镇索引" in texts[-1]
    for page in document:
        for found in page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_TEXT]):
            assert pdfium.FPDFFont_GetIsEmbedded(pdfium.FPDFTextObj_GetFont(found.raw)) == 1
    assert content == atlas_pdf(wall, MADE, "A4", landscape=True, scale=10_000)
