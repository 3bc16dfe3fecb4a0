"""Maps on paper beside the risk map: what stands on each."""

from __future__ import annotations

import io
from datetime import date, datetime

import numpy as np
import pypdfium2
import pytest
from PIL import Image

from coverage.assess import Assessment
from coverage.gaps import find_gaps
from coverage.hazards import hazard_register
from geodata.ledger import Ledger
from maps.backdrop import Backdrop
from maps.sheet import composed, sheet_pdf, sheet_png
from maps.sheets.coverage import coverage_wall
from maps.sheets.gaps import gaps_wall
from maps.sheets.hazards import hazards_wall
from maps.sheets.routes import routes_wall
from maps.wall.content import Wall
from tests.fonts import needs_font
from tests.maps.conftest import HOSTILE
from tests.maps.test_routes import plan_of

MADE = datetime(2024, 7, 1, 9)


@pytest.fixture
def walls(ledger: Ledger, assessment: Assessment) -> dict[str, Wall]:
    """Give each of them."""
    backdrop = Backdrop.from_ledger(ledger)
    return {
        "检查覆盖图": coverage_wall(assessment, backdrop),
        "检查缺口图": gaps_wall(assessment, find_gaps(assessment), backdrop),
        "隐患热力图": hazards_wall(hazard_register(ledger, date(2024, 6, 30)), backdrop),
        "巡查路线图": routes_wall(plan_of(), assessment.areas, backdrop),
    }


def test_coverage(walls: dict[str, Wall]) -> None:
    """Rates under the names; the lowest rate first in the table; every place by its state."""
    wall = walls["检查覆盖图"]
    data, _ = composed(wall, MADE, "A3")
    assert data["table"]["header"] == ("村/社区", "覆盖率", "应查", "逾期")
    assert ["东村", "33.3%", "3", "2"] in data["table"]["rows"]
    assert ["东村", "33.3%"] in [label["text"] for label in data["labels"]]
    assert sum(len(dots.spots) for dots in wall.dots) == 6


def test_gaps(walls: dict[str, Wall]) -> None:
    """The worst places are listed in their order, each once; those on the map have their numbers there."""
    roll = walls["检查缺口图"].roll
    assert roll is not None
    assert roll.ranked
    assert len({each.name for each in roll.rows}) == len(roll.rows) >= 3
    data, _ = composed(walls["检查缺口图"], MADE, "A3")
    assert [each["name"] for each in data["roll"]] == [each.name for each in roll.rows]
    on_map = [str(at) for at, each in enumerate(roll.rows, start=1) if each.name in ("乙厂", HOSTILE)]
    assert [each["text"] for each in data["numbers"]] == on_map


def test_a_long_roll_is_cut(walls: dict[str, Wall]) -> None:
    """Of 900 ranked places those that find room are listed, and how many there are is said."""
    wall = walls["检查缺口图"]
    assert wall.roll is not None
    many = Wall(**{**vars(wall), "roll": type(wall.roll)(**{**vars(wall.roll), "rows": list(wall.roll.rows) * 300})})
    data, _ = composed(many, MADE, "A3")
    assert 10 < len(data["roll"]) < 100
    assert f"前 {len(data['roll'])} 处" in data["roll_title"]


def test_hazards(walls: dict[str, Wall]) -> None:
    """Classes of density as polygons, the open major hazard listed with its deadline."""
    wall = walls["隐患热力图"]
    assert wall.bands is not None
    assert all(len(shapes) for shapes in wall.bands.shapes)
    assert wall.roll is not None
    assert [each.where for each in wall.roll.rows] == ["07-30"]


def test_routes(walls: dict[str, Wall]) -> None:
    """The stops are numbered, the map is of the routes, and a small one says where in the town that is."""
    data, drawing = composed(walls["巡查路线图"], MADE, "A4")
    assert [each["text"] for each in data["numbers"]] == ["1", "2"]
    assert b'fill="#1b6ca8"' in drawing  # arrows
    assert data["table"]["rows"] == [[f"{plan_of().routes['name'].iloc[0]}（步行）", "2", "1.5", "13:00"]]


@needs_font
def test_each_is_printed(walls: dict[str, Wall]) -> None:
    """Title, scale, north, date, source and legend are on each, on the paper and the way up that was asked for."""
    for subject, wall in walls.items():
        (page,) = pypdfium2.PdfDocument(sheet_pdf(wall, MADE, "A4", landscape=False))
        assert [round(side / 72 * 25.4) for side in page.get_size()] == [210, 297]
        text = "".join(page.get_textpage().get_text_bounded().split())
        for words in (f"样板镇{subject}", "比例尺1:", "北", "图例", "来源：", "2024年", "合成数据（非真实）"):
            assert words in text, (subject, words)


@needs_font
def test_a_large_picture(walls: dict[str, Wall]) -> None:
    """A2 at 300 pixels an inch is set in strips: as a smaller one, only finer."""
    fine = Image.open(io.BytesIO(sheet_png(walls["隐患热力图"], MADE, "A2")))
    assert fine.size == (7016, 4961)
    small = Image.open(io.BytesIO(sheet_png(walls["隐患热力图"], MADE, "A2", ppi=30))).convert("RGB")
    shrunk = np.asarray(fine.reduce(10).crop((0, 0, 701, 496)), dtype=float)
    assert np.abs(shrunk - np.asarray(small.crop((0, 0, 701, 496)), dtype=float)).mean() < 6
