"""Papers."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pypdfium2
import pytest

from geodata.errors import FontProblem
from maps.tables import typesetting
from maps.tables.paper import table_pdf
from maps.tables.sheet import Sheet
from maps.tables.shown import shown
from tests.maps.tables.conftest import MADE

pytestmark = pytest.mark.skipif(
    not set(typesetting._fonts().families()) & {*typesetting.SONG, *typesetting.HEI},
    reason="no Chinese font on this machine",
)


def text_of(data: bytes) -> list[str]:
    """Give the text of each page."""
    document = pypdfium2.PdfDocument(data)
    return [page.get_textpage().get_text_bounded().replace("\r\n", "\n") for page in document]


def test_a_table_is_set_with_its_definitions(sheet: Sheet) -> None:
    """Title, headers, rows, the summed row, the footnotes and who signs stand on the page."""
    (page,) = text_of(table_pdf([sheet], MADE))
    for words in (
        sheet.title,
        "部门",
        "整改率",
        "消防救援大队",
        "98.3%",
        "2024-06-03",
        "88.7%",
        "负责人：",
        "第 1 页",
    ):
        assert words.replace(" ", "") in page.replace(" ", "").replace("\n", "")
    assert "发现：本月发现的隐患，误录不计" in page.replace("\n", "")


def test_headers_stand_on_every_page(sheet: Sheet) -> None:
    """A long table repeats its headers, and the summed row comes once, at its end."""
    many = pd.concat([sheet.rows] * 40, ignore_index=True)
    pages = text_of(table_pdf([replace(sheet, rows=many)], MADE))
    assert len(pages) > 2
    assert all("已整改" in page for page in pages)
    assert ["合计" in page for page in pages] == [False] * (len(pages) - 1) + [True]


@pytest.mark.parametrize("text", ["#panic()", "$x$ *b* _i_", "<a href=x>", "@ref", "\\u{0}", "= 标题", "//注释"])
def test_text_is_never_markup(sheet: Sheet, text: str) -> None:
    """What stands in a ledger is printed as it is, whatever it would mean to the typesetter."""
    rows = sheet.rows.assign(name=[text, "b", "c"])
    (page,) = text_of(table_pdf([replace(sheet, rows=rows)], MADE))
    assert text.replace(" ", "") in page.replace(" ", "")


def test_the_same_sheet_gives_the_same_bytes(sheet: Sheet) -> None:
    """A paper depends on its data and its moment alone."""
    assert table_pdf([sheet], MADE) == table_pdf([sheet], MADE)


def test_without_a_chinese_font_nothing_is_set(sheet: Sheet, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rather than a paper of boxes, the message says which font to install."""
    monkeypatch.setattr(typesetting, "SONG", ())
    monkeypatch.setattr(typesetting, "HEI", ())
    typesetting._families.cache_clear()
    with pytest.raises(FontProblem, match="fonts-noto-cjk"):
        table_pdf([sheet], MADE)
    monkeypatch.undo()
    typesetting._families.cache_clear()


def test_a_paper_rounds_as_its_workbook() -> None:
    """A share between two percentages and a score with a five behind are rounded up, as Excel shows them."""
    assert shown(13 / 16, "rate") == "81.3%"
    assert shown(85.255, "score") == "85.26"


def test_a_letter_with_its_slip_is_one_page() -> None:
    """An ordinary 督办单, with nine facts and its slip to send back, takes one page."""
    letter = {
        "office": "虎门镇安全生产委员会办公室", "title": "隐患整改督办单", "number": "督〔2024〕001号",
        "addressee": "荇墩社区振宁巷139号自建房（责任人 场所安全负责人）",
        "before": ["经查，下列隐患至今未整改到位，现予督办：逾期 5 个工作日未整改；重大隐患 53 天没有更新进展。"],
        "facts": [(f"事项{at}", "荇墩社区振宁巷139号自建房") for at in range(9)],
        "after": ["请于2024年7月12日前完成整改，并将整改情况连同照片报我办复查。逾期仍未整改的，将按规定予以通报、"
                  "约谈，并移送有关部门依法处理。"],
        "signer": "虎门镇安全生产委员会办公室（盖章）", "date": "2024年7月1日", "supervisor": "领导003", "slip": True,
    }  # fmt: skip
    assert len(text_of(typesetting.pdf("letter", letter, MADE))) == 1
