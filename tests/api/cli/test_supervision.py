"""`wangge report supervision` and `assessment`: papers of what was issued, files of majors, scores, circulars."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import pytest
from docx import Document
from python_calamine import CalamineWorkbook

from geodata.store import open_store
from maps.tables.drafts import NOTICE, template
from tests.api.cli.conftest import Said

DAY = "2024-06-20"


@pytest.fixture(scope="module")
def issued(wangge: Callable[..., Said], village: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """Give a copy of the village in which an open hazard is major, and a 督办单 about it was issued; and its id."""
    path = tmp_path_factory.mktemp("issued") / "town.gpkg"
    path.write_bytes(village.read_bytes())
    with open_store(path, write=True) as store:
        hazards = store.ledger("hazards").hazards
        still = hazards["rectified_at"].isna() & hazards["closed_at"].isna() & ~hazards["void"].astype(bool)
        row = hazards[still.to_numpy(bool)].head(1).copy()
        row["level"], row["deadline"] = (
            "重大",
            row["found_at"].dt.tz_localize(None).astype("datetime64[s]").dt.floor("D"),
        )
        row["responsible"], row["description"] = "=1+1 负责人", "<b>通道</b>#堵塞"
        store.write("hazards", row, actor="t", action="import", source="t")
    key = str(row["id"].iat[0])
    said = wangge(
        *("step", path, key, "urge", "--as", "clerk", "--actor", "安委办", "--reason", "到期没有整改"),
        *("--addressee", "某某厂", "--answer-by", "2027-12-31"),
    )
    assert said.code == 0, said.err
    return path, key


def supervise(wangge: Callable[..., Said], store: Path, out: Path, period: str, *more: object) -> list[str]:
    """Write the files of supervision."""
    said = wangge("report", store, "supervision", "--period", period, "--out", out, "--format", "json", *more)
    assert said.code == 0, said.err
    return list(said.document["files"])


def text_of(path: Path) -> str:
    """Give the text of a Word document."""
    document = Document(str(path))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([paragraph.text for paragraph in document.paragraphs] + cells)


def test_what_was_issued_is_on_paper(wangge: Callable[..., Said], issued: tuple[Path, str], tmp_path: Path) -> None:
    """An issued 督办单 has its number on its paper and in the list of the period in which it was issued."""
    store, key = issued
    with open_store(store) as opened:
        month = opened.ledger("steps").frames["steps"]["at"].max().strftime("%Y-%m")
    files = supervise(wangge, store, tmp_path, month)
    (paper,) = [name for name in files if name.startswith("督办单/督") and name.endswith(".docx")]
    told = text_of(tmp_path / paper)
    assert "001号" in told
    assert key in told
    assert "<b>通道</b>#堵塞" in told
    assert (tmp_path / paper.replace(".docx", ".pdf")).read_bytes().startswith(b"%PDF")
    (book,) = tmp_path.glob("督办单清单*.xlsx")
    cells = CalamineWorkbook.from_path(book).get_sheet_by_name("已下发督办单").to_python()
    assert [row[2] for row in cells if "001号" in str(row[1])] == [key]


def test_each_major_hazard_has_its_file(wangge: Callable[..., Said], issued: tuple[Path, str], tmp_path: Path) -> None:
    """The file of a major hazard has its facts, what is missing of the five, and each step."""
    store, key = issued
    with open_store(store) as opened:
        month = opened.ledger("steps").frames["steps"]["at"].max().strftime("%Y-%m")
    files = supervise(wangge, store, tmp_path, month)
    assert f"一患一档/{key}.pdf" in files
    told = text_of(tmp_path / f"一患一档/{key}.docx")
    for words in (key, "下发督办单", "安委办", "=1+1 负责人", "未落实"):
        assert words in told
    (book,) = tmp_path.glob("重大隐患台账*.xlsx")
    cells = CalamineWorkbook.from_path(book).get_sheet_by_index(0).to_python()
    assert key in [row[1] for row in cells]


def test_the_published_list_keeps_people_out(
    wangge: Callable[..., Said], issued: tuple[Path, str], tmp_path: Path
) -> None:
    """Neither the description that nobody read nor a whole name is on the list to publish."""
    store, _ = issued
    supervise(wangge, store, tmp_path, "2024-06")
    (book,) = tmp_path.glob("重大隐患公示名单*.xlsx")
    cells = str(CalamineWorkbook.from_path(book).get_sheet_by_index(0).to_python())
    assert "堵塞" not in cells


def test_an_own_template_is_used(wangge: Callable[..., Said], issued: tuple[Path, str], tmp_path: Path) -> None:
    """A template that the town edited is filled instead of ours; one that can't be filled is named."""
    store, _ = issued
    document = Document(io.BytesIO(template(NOTICE)))
    document.add_paragraph("本镇自己的话 {{ number }}")
    (tmp_path / "own").mkdir()
    document.save(str(tmp_path / "own" / "督办单.docx"))
    with open_store(store) as opened:
        month = opened.ledger("steps").frames["steps"]["at"].max().strftime("%Y-%m")
    files = supervise(wangge, store, tmp_path / "a", month, "--templates", tmp_path / "own")
    (paper,) = [name for name in files if name.startswith("督办单/督") and name.endswith(".docx")]
    assert "本镇自己的话 督〔" in text_of(tmp_path / "a" / paper)
    document.add_paragraph("{{ 不认识 }}")
    document.save(str(tmp_path / "own" / "督办单.docx"))
    said = wangge(
        *("report", store, "supervision", "--period", month, "--out", tmp_path / "b"),
        *("--templates", tmp_path / "own"),
    )
    assert said.code == 1
    assert "督办单.docx" in said.err
    assert not list((tmp_path / "b").rglob("*.docx"))


def test_scores_and_circulars(wangge: Callable[..., Said], village: Path, tmp_path: Path) -> None:
    """The points of each unit add up to its score, and the circular names the first."""
    said = wangge("report", village, "assessment", "--period", "2024Q2", "--out", tmp_path, "--format", "json")
    assert said.code == 0, said.err
    (book,) = tmp_path.glob("考核表*.xlsx")
    cells = CalamineWorkbook.from_path(book).get_sheet_by_name("部门考核").to_python()
    top, below = cells[2], cells[3]
    points = [at for at, header in enumerate(below) if header == "得分"]
    rows = [row for row in cells[4:] if isinstance(row[0], float) and row[0]]
    assert rows
    assert "（20 分）" in "".join(map(str, top))
    for row in rows:
        assert sum(row[at] or 0 for at in points) == pytest.approx(row[2], abs=0.005)
    (circular,) = [name for name in said.document["files"] if "部门" in name and name.endswith(".docx")]
    assert str(rows[0][1]) in text_of(tmp_path / circular)


def test_what_cost_points_is_listed(wangge: Callable[..., Said], village: Path, tmp_path: Path) -> None:
    """The tables of details have a row for each duty and each hazard by which the departments lost points."""
    assert wangge("report", village, "assessment", "--period", "2024Q2", "--out", tmp_path).code == 0
    (book,) = (CalamineWorkbook.from_path(path) for path in tmp_path.glob("考核表*.xlsx"))
    scores = book.get_sheet_by_name("部门考核").to_python()
    rows = [row for row in scores[4:] if isinstance(row[0], float)]
    lost = {
        str(group).partition("（")[0]: sum(row[at] - row[at + 1] for row in rows)
        for at, group in enumerate(scores[2])
        if "分）" in str(group)
    }
    listed = {
        name: sum(isinstance(row[0], float) and row[2] != "" for row in book.get_sheet_by_name(name).to_python())
        for name in ("未完成检查任务", "未整改隐患", "超期整改和逾期隐患", "未整改重大隐患", "反复出现的隐患")
    }
    names = ("检查覆盖率", "隐患整改率", "按期整改率", "重大隐患清零", "隐患不反复率")
    assert list(listed.values()) == [lost[name] for name in names]
    assert listed["未完成检查任务"] > 0
