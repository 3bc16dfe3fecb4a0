"""`wangge map`: on screen and on paper."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pypdfium2
import pytest

from tests.api.cli.conftest import Said
from tests.fonts import needs_font
from tests.geodata.tiles.tile_files import over, pmtiles, png
from tests.made_up import village_store

Run = Callable[..., Said]


@pytest.fixture(scope="module")
def village(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the store of a made-up village."""
    return village_store(tmp_path_factory.mktemp("village") / "village.gpkg")


def drawn(wangge: Run, store: Path, out: Path, *more: object, kind: str = "risk") -> Said:
    """Draw the village on the last day of its inspections."""
    return wangge("map", store, kind, "--as-of", "2024-06-30", "--out", out, *more)


def test_a_page(wangge: Run, village: Path, tmp_path: Path) -> None:
    """The map is one file with its rule."""
    out = tmp_path / "risk.html"
    assert drawn(wangge, village, out).code == 0
    text = out.read_text(encoding="utf-8")
    assert "风险四色图" in text
    assert "重大风险占 2% 及以上为红" in text


def test_a_background_inside_the_page(wangge: Run, village: Path, tmp_path: Path) -> None:
    """Tiles of a file go into the page, said how deep; a service that needs a key only when that is asked for."""
    bounds = (113.0, 22.5, 114.2, 23.3)
    pmtiles(tmp_path / "a.pmtiles", {place: png((1, 2, 3)) for zoom in (8, 9, 10) for place in over(bounds, zoom)})
    table, out = tmp_path / "a.toml", tmp_path / "risk.html"
    table.write_text(
        '[[background]]\nfile = "a.pmtiles"\n[[background]]\ntianditu = "vec"\nkey = "k1234567"\n', "utf-8"
    )
    said = drawn(wangge, village, out, "--background", table)
    assert "装入第" in said.err + said.out
    assert "底图“天地图矢量”要密钥（或地址里有可能是密钥的参数），没有写进文件" in said.err + said.out
    text = out.read_text(encoding="utf-8")
    assert '"inside":{"' in text
    assert "img-src data:;" in text
    assert "k1234567" not in text
    assert drawn(wangge, village, out, "--background", table, "--with-key").code == 0
    assert "k1234567" in out.read_text(encoding="utf-8")


@needs_font
def test_a_sheet(wangge: Run, village: Path, tmp_path: Path) -> None:
    """By its ending the file is a PDF or a PNG, on the paper asked for."""
    pdf, png = tmp_path / "risk.pdf", tmp_path / "risk.PNG"
    assert drawn(wangge, village, pdf, "--paper", "A0").code == 0
    assert pdf.read_bytes().startswith(b"%PDF")
    said = drawn(wangge, village, png, "--paper", "A4")
    assert said.code == 0
    assert png.read_bytes().startswith(b"\x89PNG")
    assert "已写入" in said.out
    assert "浏览器" not in said.out


@needs_font
def test_an_atlas(wangge: Run, village: Path, tmp_path: Path) -> None:
    """At the scale asked for; one that the overview has already is refused."""
    out = tmp_path / "gaps.pdf"
    assert drawn(wangge, village, out, "--pages", "--scale", "10000", "--paper", "A3", kind="gaps").code == 0
    assert len(pypdfium2.PdfDocument(out.read_bytes())) >= 4
    said = drawn(wangge, village, out, "--pages", "--scale", "900000", kind="gaps")
    assert said.code == 1
    assert "分幅的比例尺要更大" in said.err


@pytest.mark.parametrize(
    ("kind", "name", "more", "words"),
    [
        ("streets", "a.pdf", (), "能写成 .pdf、.png 的是 coverage、hazards、gaps、risk、routes"),
        ("risk", "a.html", ("--landscape",), "--landscape、--portrait 也是"),
        ("risk", "a.pdf", ("--landscape", "--portrait"), "--portrait"),
        ("gaps", "a.pdf", ("--officer", "x"), "只和 routes 一起用"),
        ("risk", "a.html", ("--paper", "A3"), "--paper 是挂图的纸"),
        ("risk", "a.pdf", ("--tiles", "https://t.example/{z}/{x}/{y}.png"), "不能和 --tiles 一起用"),
        ("risk", "a.pdf", ("--background", "a.pmtiles"), "也不能和 --background"),
        ("risk", "a.html", ("--background", "a.zip"), "不是底图"),
        ("risk", "a.pdf", ("--paper", "B5"), "A4"),
        ("risk", "a.png", ("--pages",), "以 .pdf 结尾"),
        ("risk", "a.html", ("--pages",), "--pages、--scale 要和 .pdf 一起用"),
        ("risk", "a.pdf", ("--scale", "5000"), "要和 --pages 一起用"),
        ("risk", "a.jpg", (), ".html、.pdf、.png"),
    ],
)
def test_what_does_not_go_together(
    wangge: Run, village: Path, tmp_path: Path, kind: str, name: str, more: tuple[str, ...], words: str
) -> None:
    """Wrong usage is said, nothing is written."""
    said = drawn(wangge, village, tmp_path / name, *more, kind=kind)
    assert said.code == 2
    assert words in said.err
    assert not list(tmp_path.iterdir())
