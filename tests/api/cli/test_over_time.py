"""`wangge map … months` and `change`: one file, on paper, and what can't be."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.api.cli.conftest import Said
from tests.fonts import needs_font

Run = Callable[..., Said]


def drawn(wangge: Run, store: Path, kind: str, out: Path, *more: object) -> Said:
    """Draw the village on the last day of its inspections."""
    return wangge("map", store, kind, "--as-of", "2024-06-30", "--out", out, *more)


def test_one_file(wangge: Run, village: Path, tmp_path: Path) -> None:
    """Both are pages that lead nowhere, of the measure and level that are asked for."""
    asked = {
        "months": ("--months", 3, "--level", "community", "--measure", "closed_rate"),
        "change": ("--before", "2024-05", "--after", "2024-06"),
    }
    for kind, options in asked.items():
        out = tmp_path / f"{kind}.html"
        assert drawn(wangge, village, kind, out, *options).code == 0
        text = out.read_text(encoding="utf-8")
        assert '"listing":null' in text
        assert "2024年6月" in text
    assert '"open":"closed_rate"' in (tmp_path / "months.html").read_text(encoding="utf-8")


@needs_font
def test_on_paper(wangge: Run, village: Path, tmp_path: Path) -> None:
    """By its ending the file is a PDF or a PNG."""
    pdf, png = tmp_path / "a.pdf", tmp_path / "a.png"
    assert drawn(wangge, village, "months", pdf, "--months", 2, "--paper", "A4").code == 0
    assert pdf.read_bytes().startswith(b"%PDF")
    assert drawn(wangge, village, "change", png, "--against", "quarter", "--paper", "A4").code == 0
    assert png.read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize(
    ("kind", "more", "code", "words"),
    [
        ("months", ("--months", 1), 2, "要写 2 到 24 的整数"),
        ("months", ("--against", "month"), 2, "--against 只和 change 一起用"),
        ("coverage", ("--measure", "late_rate"), 2, "--measure 只和 months、change 一起用"),
        ("change", ("--in-month",), 2, "--in-month 只和 months 一起用"),
        ("change", ("--tiles", "https://t.example/{z}/{x}/{y}.png"), 2, "不能和 --tiles 一起用"),
        ("months", ("--measure", "speed"), 1, "没有指标“speed”"),
        ("change", ("--before", "2024-06", "--after", "2024-05"), 1, "要早于后一个"),
        ("change", ("--before", "2024-13", "--after", "2024-05"), 1, "时间“2024-13”不对"),
        ("change", ("--against", "year"), 1, "没有台账，无从比较"),
    ],
)
def test_what_cannot_be_drawn(
    wangge: Run, village: Path, tmp_path: Path, kind: str, more: tuple[object, ...], code: int, words: str
) -> None:
    """Each is a Chinese sentence; no file is left."""
    said = drawn(wangge, village, kind, tmp_path / "a.html", *more)
    assert said.code == code
    assert words in said.err
    assert not (tmp_path / "a.html").exists()
