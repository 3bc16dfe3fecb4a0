"""The Word templates that come with wangge, drawn by program; a town takes them as they are or edits its own."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from docx import Document
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

NOTICE, CIRCULAR, DOSSIER = "督办单", "通报", "一患一档"


def template(name: str) -> bytes:
    """Give a built-in template (.docx): one of `TEMPLATES`."""
    document = _blank()
    TEMPLATES[name](document)
    written = io.BytesIO()
    document.save(written)
    return written.getvalue()


def _notice(document: Any) -> None:
    """Draw a letter that urges to put a hazard right, with a slip to send back."""
    _line(document, "{{ town }}安全生产委员会办公室", font="黑体", size=22, centred=True)
    _line(document, "隐患整改督办单", font="黑体", size=26, centred=True)
    _line(document, "{{ number }}", centred=True)
    _line(document, "{{ addressee }}：")
    _body(document, "{{ opening }}")
    _pairs(document, "facts")
    _body(document, "{{ demand }}")
    _line(document, "{{ town }}安全生产委员会办公室（盖章）", right=True)
    _line(document, "{{ issued_on }}", right=True)
    _line(document, "督办领导：{{ supervisor }}")
    _line(document, "－－－－－－－－－回　执－－－－－－－－－", centred=True)
    _line(document, "签收人：　　　　　　　签收时间：　　年　月　日")
    _line(document, "整改情况：")
    _line(document, "")
    _line(document, "整改责任人（签字）：　　　　　　复查人（签字）：")


def _circular(document: Any) -> None:
    """Draw the quarter's circular on how communities and departments did."""
    _line(document, "{{ town }}安全生产委员会办公室", font="黑体", size=22, centred=True)
    _line(document, "{{ title }}", font="黑体", size=22, centred=True)
    _line(document, "{{ addressee }}：")
    _loop(document, "paragraphs", "{{ paragraph }}")
    _line(document, "{{ town }}安全生产委员会办公室", right=True)
    _line(document, "{{ issued_on }}", right=True)


def _dossier(document: Any) -> None:
    """Draw the file of one hazard."""
    _line(document, "{{ town }}重大事故隐患档案", font="黑体", size=22, centred=True)
    _line(document, "（一患一档）　编号：{{ hazard_id }}　统计截至：{{ as_of }}", centred=True, size=12)
    _heading(document, "一、基本情况")
    _pairs(document, "facts")
    _heading(document, "二、五落实")
    _pairs(document, "five")
    _heading(document, "三、办理经过")
    _table(document, ("时间", "办理", "办理后", "办理人", "内容"), (34, 24, 22, 26, 50), "steps")
    _heading(document, "四、照片")
    _loop(document, "photos", "{{ paragraph }}")


TEMPLATES: Mapping[str, Callable[[Any], None]] = MappingProxyType(
    {NOTICE: _notice, CIRCULAR: _circular, DOSSIER: _dossier}
)
"""What a built-in template is called, and what draws it."""


def _blank() -> Any:
    """Give an A4 sheet with the margins of official letters (GB/T 9704: 37 mm above, 28 mm left)."""
    document = Document()
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    return document


def _line(
    document: Any, text: str, *, font: str = "仿宋", size: int = 16, centred: bool = False, right: bool = False
) -> Any:
    paragraph = document.add_paragraph()
    if centred or right:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER if centred else WD_ALIGN_PARAGRAPH.RIGHT
    paragraph.paragraph_format.space_after = Pt(0)
    paragraph.paragraph_format.line_spacing = Pt(max(28, size * 1.4))
    _written(paragraph, text, font, size)
    return paragraph


def _written(paragraph: Any, text: str, font: str, size: int) -> None:
    run = paragraph.add_run(text)
    run.font.size, run.font.name = Pt(size), "Times New Roman"
    run.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), font)


def _body(document: Any, text: str) -> None:
    """Write a paragraph that begins two characters in."""
    _line(document, text).paragraph_format.first_line_indent = Pt(32)


def _heading(document: Any, text: str) -> None:
    _line(document, text, font="黑体")


def _loop(document: Any, field: str, text: str) -> None:
    _line(document, f"{{%p for paragraph in {field} %}}")
    _body(document, text)
    _line(document, "{%p endfor %}")


def _pairs(document: Any, field: str) -> None:
    """Draw a table of word and value, one row each."""
    table = document.add_table(rows=3, cols=2, style="Table Grid")
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    _row(table, 0, (f"{{%tr for pair in {field} %}}", ""))
    _row(table, 1, ("{{ pair[0] }}", "{{ pair[1] }}"))
    _row(table, 2, ("{%tr endfor %}", ""))
    _widths(table, (38, 118))


def _table(document: Any, headers: Sequence[str], widths: Sequence[int], field: str) -> None:
    table = document.add_table(rows=4, cols=len(headers), style="Table Grid")
    _row(table, 0, headers, font="黑体")
    _row(table, 1, (f"{{%tr for row in {field} %}}", *[""] * (len(headers) - 1)))
    _row(table, 2, [f"{{{{ row[{at}] }}}}" for at in range(len(headers))])
    _row(table, 3, ("{%tr endfor %}", *[""] * (len(headers) - 1)))
    _widths(table, widths)


def _widths(table: Any, widths: Sequence[int]) -> None:
    """Give the columns widths in mm; Word reads them from the cells, LibreOffice from the columns."""
    table.autofit = False
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Mm(width)
    for row in table.rows:
        for cell, width in zip(row.cells, widths, strict=True):
            cell.width = Mm(width)


def _row(table: Any, at: int, texts: Sequence[str], font: str = "仿宋") -> None:
    for cell, text in zip(table.rows[at].cells, texts, strict=True):
        paragraph = cell.paragraphs[0]
        paragraph.paragraph_format.space_after = Pt(0)
        _written(paragraph, text, font, 12)
