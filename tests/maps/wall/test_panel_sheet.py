"""Little maps on paper."""

from __future__ import annotations

import io
from datetime import datetime

import numpy as np
import pypdfium2
import pytest
from PIL import Image

from geodata.errors import QuestionProblem
from geodata.ledger import Ledger
from geodata.model import Level
from maps.backdrop import Backdrop
from maps.change import change_panels
from maps.colours import UNTESTED_FILL
from maps.measuring import BY_KEY
from maps.multiples import months_panels
from maps.over_time import change_between, measured_days, months_up_to, pair_against
from maps.panels import Panels
from maps.sheet import panels_pdf, panels_png
from maps.wall.hatching import COLOUR
from maps.wall.layout import PAPERS, PaperProblem
from maps.wall.panel_sheet import UNKNOWN, PanelLayout, panel_sheet
from tests.fonts import needs_font
from tests.maps.test_over_time import DAY, rules_on

MADE = datetime(2024, 7, 1, 9)
RATE = BY_KEY["overdue_rate"]


@pytest.fixture
def months(ledger: Ledger) -> Panels:
    """Give five months, the first of which has no ledger."""
    found = measured_days(ledger, rules_on, months_up_to(DAY, 5), Level.GRID)
    return months_panels(found, Backdrop.from_ledger(ledger))


@pytest.fixture
def change(ledger: Ledger) -> Panels:
    """Give June against May."""
    found = change_between(ledger, rules_on, pair_against("month", DAY), Level.GRID)
    return change_panels(found, Backdrop.from_ledger(ledger))


@pytest.mark.parametrize("size", PAPERS)
@pytest.mark.parametrize("landscape", [True, False, None])
def test_panels_stand_apart_on_the_sheet(months: Panels, size: str, landscape: bool | None) -> None:
    """Every map with its words lies inside the box, and none on another; the box lies on the paper."""
    layout = PanelLayout.of(months, size, landscape=landscape, foot=30)
    left, top, wide, high = layout.box
    assert left + wide <= layout.width
    assert top + high + layout.foot <= layout.height
    corners = np.array([layout.corner(at) for at in range(5)])
    assert (corners >= 0).all()
    assert (corners + layout.cell <= (wide + 1e-9, high + 1e-9)).all()
    apart = np.abs(corners[:, None] - corners[None]) >= np.array(layout.cell)
    assert (apart.any(axis=2) | np.eye(5, dtype=bool)).all()


def test_no_such_paper(months: Panels) -> None:
    """The sizes are listed."""
    with pytest.raises(PaperProblem, match="A4、A3"):
        panel_sheet(months, RATE, "B5")


def test_no_border_no_sheet(ledger: Ledger) -> None:
    """A town without borders is told what to do."""
    areas = ledger.areas.copy()
    areas["geometry"] = None
    bare = Ledger(ledger.town, {**ledger.frames, "areas": areas})
    found = measured_days(bare, rules_on, months_up_to(DAY, 2), Level.GRID)
    with pytest.raises(QuestionProblem, match="请先导入或划分区域"):
        panel_sheet(months_panels(found, Backdrop.empty()), RATE)


@needs_font
def test_months_on_paper(months: Panels) -> None:
    """One page with every month, the town's own figure, one legend, the month without ledger, scale and source."""
    pdf = pypdfium2.PdfDocument(panels_pdf(panel_sheet(months, RATE, "A4"), MADE))
    assert len(pdf) == 1
    text = pdf[0].get_textpage().get_text_bounded().replace("\r\n", " ")
    for words in (
        "样板镇逐月小图（网格）：逾期未查",
        "2024年2月",
        "2024年6月",
        "没有台账",
        "全域",
        "无数据（不是 0）",
        "比例尺 1:",
    ):
        assert words in text
    assert text.count("逾期的任务") == 1


@needs_font
def test_change_on_paper(change: Panels) -> None:
    """Both times, the change, its legend in percentage points or words, the rises and the falls; a picture too."""
    sheet = panel_sheet(change, BY_KEY["per_100_checks"], "A3")
    assert sheet.layout.columns == 3
    text = pypdfium2.PdfDocument(panels_pdf(sheet, MADE))[0].get_textpage().get_text_bounded()
    for words in ("2024年5月", "2024年6月", "变化", "升得最多（变差）", "降得最多（变好）"):
        assert words in text
    picture = Image.open(io.BytesIO(panels_png(sheet, MADE, ppi=40)))
    assert abs(picture.width - 420 / 25.4 * 40) <= 1


def test_worse_bears_lines(change: Panels) -> None:
    """Classes that got worse bear lines, the worse the closer, those that got better none; a figure's classes none."""
    for key, worse in (("overdue_rate", "升"), ("coverage_rate", "降")):
        figures, changes = panel_sheet(change, BY_KEY[key]).data(MADE)["legends"]
        assert not any(each["hatch"] for each in figures["items"] if each["label"] != "无数据（不是 0）")
        lines = {each["label"]: each["hatch"] for each in changes["items"]}
        assert all((apart > 0) == ("变差" in label) for label, apart in lines.items() if not label.startswith("无数据"))
        apart = [each for label, each in lines.items() if label.startswith(f"{worse} ") and "变差" in label]
        assert apart == sorted(apart, reverse=worse == "升")
        assert apart, "a change of this ledger got worse"
        assert "越密越差" in changes["rule"]


def test_what_is_not_known_bears_falling_lines(months: Panels) -> None:
    """An area without data is told from the light classes by lines that fall."""
    sheet = panel_sheet(months, BY_KEY["late_rate"])
    items = sheet.data(MADE)["legends"][0]["items"]
    assert items[-1] == {"fill": UNTESTED_FILL, "label": "无数据（不是 0）", "hatch": UNKNOWN}
    assert f'stroke="{COLOUR}"' in sheet.drawing().decode()
