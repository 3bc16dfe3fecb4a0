"""Word documents from templates."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import pytest
from docx import Document

from maps.tables.drafts import CIRCULAR, DOSSIER, NOTICE, template
from maps.tables.word import TemplateProblem, word

CIRCULAR_DATA = {
    "town": "虎门镇",
    "title": "关于2024年第二季度考核情况的通报",
    "addressee": "各社区、各部门",
    "paragraphs": ["一、总体情况。", "<w:p>{{ 7 * 7 }} & “乙”"],
    "issued_on": "2024年7月1日",
}
NOTICE_DATA = {
    "town": "虎门镇",
    "number": "虎安督〔2024〕1号",
    "addressee": "某某厂",
    "opening": "经查，现予督办：",
    "facts": [("隐患编号", "YH1"), ("描述", "=1+1")],
    "demand": "请于2024年7月8日前完成整改。",
    "issued_on": "2024年7月1日",
    "supervisor": "",
}
DOSSIER_DATA = {
    "town": "虎门镇",
    "hazard_id": "YH1",
    "as_of": "2024-06-30",
    "facts": [("场所", "甲")],
    "five": [("措施", "停用")],
    "steps": [("2024-06-01", "交办", "已交办", "乙", "")] * 3,
    "photos": ["无"],
}
DATA = {NOTICE: NOTICE_DATA, CIRCULAR: CIRCULAR_DATA, DOSSIER: DOSSIER_DATA}


def text_of(data: bytes) -> str:
    """Give the text of a document."""
    document = Document(io.BytesIO(data))
    tables = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([paragraph.text for paragraph in document.paragraphs] + tables)


@pytest.mark.parametrize("name", [NOTICE, CIRCULAR, DOSSIER])
def test_every_template_is_filled_whole(name: str) -> None:
    """Nothing of the fields' marks is left, and every text of the data stands in the document."""
    text = text_of(word(template(name), DATA[name], name))
    assert "{%" not in text
    assert "}}" not in text.replace("{{ 7 * 7 }}", "")
    for value in DATA[name].values():
        assert isinstance(value, list) or value in text


def test_what_is_filled_in_is_text() -> None:
    """Marks of XML and of templates in a text stay as they are."""
    assert "<w:p>{{ 7 * 7 }} & “乙”" in text_of(word(template(CIRCULAR), CIRCULAR_DATA, CIRCULAR))


def test_a_row_for_each_step() -> None:
    """A table has its header and one row for each row of the data."""
    document = Document(io.BytesIO(word(template(DOSSIER), DOSSIER_DATA, DOSSIER)))
    assert len(document.tables[2].rows) == 4


def test_columns_have_their_widths_for_every_program() -> None:
    """The word stands in a narrow column and the value in a wide one, in the grid of the table as in its cells."""
    table = Document(io.BytesIO(word(template(NOTICE), NOTICE_DATA, NOTICE))).tables[0]
    assert [round(column.width.mm) for column in table.columns] == [38, 118]


def edited(text: str) -> bytes:
    """Give a template of one paragraph."""
    document = Document()
    document.add_paragraph(text)
    written = io.BytesIO()
    document.save(written)
    return written.getvalue()


@pytest.mark.parametrize(
    "text", ["{{ unknown }}", "{% for x in facts %}", "{{ town.__class__.__mro__ }}", "{{ ''.__class__ }}"]
)
def test_a_wrong_template_is_refused_in_words(text: str) -> None:
    """A field that is not known, a loop that is not closed, a reach beyond the data: the template is named."""
    with pytest.raises(TemplateProblem, match=r"我的\.docx"):
        word(edited(text), NOTICE_DATA, "我的.docx")


def test_no_document() -> None:
    """Bytes that are no Word document are refused in words."""
    with pytest.raises(TemplateProblem, match="不是 Word 文档"):
        word(b"PK\x03\x04 nothing", NOTICE_DATA, "我的.docx")


def test_libreoffice_opens_it(office: Callable[[Path, str], Path], tmp_path: Path) -> None:
    """Another office program reads the document to its end."""
    path = tmp_path / "notice.docx"
    path.write_bytes(word(template(NOTICE), NOTICE_DATA, NOTICE))
    text = office(path, "txt:Text").read_text("utf-8")
    assert "督办单" in text
    assert "复查人" in text
