"""The gallery: every map of `gallery.toml` drawn, photographed at three widths and set on paper; `make gallery`.

Writes docs/gallery.md and docs/pictures/gallery/; towns and originals stay in build/gallery/. A synthetic town of the
size of 虎门, and Chicago from ../shared/data where that folder is (docs/chicago.md); without it its pictures stay as
they are. Words after the program's name: draw only the rows of these names.
"""

from __future__ import annotations

import io
import subprocess
import sys
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal

import pypdfium2
from PIL import Image
from playwright.sync_api import Browser, sync_playwright

from tests.browser.conftest import CHROMIUM, FLAGS
from tests.browser.serving import serving

DOCS = Path(__file__).parent
PICTURES, BUILD = DOCS / "pictures" / "gallery", DOCS.parent / "build" / "gallery"
CHICAGO = DOCS.parent.parent / "shared" / "data" / "chicago"
WANGGE = Path(sys.executable).with_name("wangge")
TOWNS = {"humen": "虎门规模的合成镇", "chicago": "芝加哥（真实数据）"}
DAYS = {"humen": {"DAY": "2024-06-30", "NEXT": "2024-07-01"}, "chicago": {"DAY": "2014-12-30", "NEXT": "2014-12-31"}}
WIDTHS = {1440: 900, 820: 1100, 390: 844}
"""Widths of the windows, and their heights."""
SHRUNK = 0.54
"""Of their size in the gallery."""
PAPER_PPI = 62
"""Pixels an inch of sheets of A3 in the gallery."""
COLOURS = 112
MOST_BYTES = 6_000_000
"""Of all pictures together."""
PATIENCE_MS = 120_000
"""Milliseconds that a page may take."""

Row = Mapping[str, Any]
Look = Literal["light", "dark"]


def main(wanted: Sequence[str]) -> int:
    """Draw, photograph, write the page; give 1 when the pictures are too large."""
    table = tomllib.loads((DOCS / "gallery.toml").read_text(encoding="utf-8"))
    PICTURES.mkdir(parents=True, exist_ok=True)
    stores = {"humen": _humen(), "chicago": _chicago()}
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=str(CHROMIUM), args=[*FLAGS, "--lang=zh-CN"])
        for row in table["map"]:
            for town in row["towns"]:
                if stores[town] and (not wanted or row["name"] in wanted):
                    _draw(row, town, stores[town], chromium)
        pages = [row for row in table["page"] if not wanted or row["name"] in wanted]
        if pages:
            with serving(stores["humen"]) as address:
                for row in pages:
                    _photograph(chromium, address + _said(row["path"], "humen"), f"humen-{row['name']}", served=True)
        chromium.close()
    (DOCS / "gallery.md").write_text(_page(table), encoding="utf-8")
    size = sum(each.stat().st_size for each in PICTURES.glob("*.png"))
    print(f"{len(list(PICTURES.glob('*.png')))} pictures, {size / 1e6:.2f} MB")
    return int(size > MOST_BYTES)


def _humen() -> Path:
    store = BUILD / "humen.gpkg"
    _wangge("demo", "--size", "humen", "--no-serve", "--store", store)
    return store


def _chicago() -> Path | None:
    """Import the city's files as docs/chicago.md does; None without them."""
    store = BUILD / "chicago.gpkg"
    if not CHICAGO.is_dir():
        print(f"{CHICAGO} is not here: the pictures of Chicago stay as they are", file=sys.stderr)
        return None
    if not store.exists():
        _wangge("init", store, "--name", "芝加哥", "--code", "990002", "--timezone", "America/Chicago")
        for level, name in (
            ("district", "police_districts"),
            ("grid", "police_beats"),
            ("community", "community_areas"),
        ):
            column = ["--column", "name=名称"] if level == "community" else []
            _wangge("import", store, "areas", CHICAGO / f"{name}.geojson", "--level", level, *column)
        _wangge("rules", store, "--load", DOCS / "chicago-rules.toml")
        for table, name in (
            ("places", "places_gbk"),
            ("inspections", "inspections_utf8bom"),
            ("hazards", "hazards_utf8"),
        ):
            _wangge("import", store, table, CHICAGO / f"{name}.csv")
    return store


def _wangge(*words: object) -> None:
    print("wangge", *words, file=sys.stderr)
    subprocess.run([WANGGE, *map(str, words)], check=True, capture_output=True)


def _said(text: str, town: str, store: object = "STORE") -> str:
    for word, day in DAYS[town].items():
        text = text.replace(word, day)
    return text.replace("STORE", str(store))


def _draw(row: Row, town: str, store: Path, chromium: Browser) -> None:
    """Draw a map as a page and, where there is one, on paper; photograph both."""
    name = f"{town}-{row['name']}"
    words = [_said(word, town, store) for word in row["make"]]
    _wangge(*words, "--out", BUILD / f"{name}.html")
    _photograph(chromium, (BUILD / f"{name}.html").as_uri(), name, look=row.get("look", "light"))
    if row.get("paper") and town == "humen":
        _wangge(*words, "--out", BUILD / f"{name}.pdf", "--paper", "A3")
        _print(BUILD / f"{name}.pdf", {f"{name}-paper": 0})
    if row.get("paper") == "pages" and town == "humen":
        _wangge(*words, "--out", BUILD / f"{name}-pages.pdf", "--paper", "A3", "--pages")
        _print(BUILD / f"{name}-pages.pdf", {f"{name}-atlas": 0, f"{name}-atlas-sheet": 5, f"{name}-atlas-index": -1})


def _photograph(chromium: Browser, address: str, name: str, *, served: bool = False, look: Look = "light") -> None:
    for width, height in WIDTHS.items():
        with _opened(chromium, width, height, look) as page:
            page.goto(address, wait_until="networkidle", timeout=PATIENCE_MS)
            drawn = [frame for frame in page.frames if not served or "/maps/" in frame.url]
            for frame in drawn:
                frame.wait_for_selector("html[data-drawn]", timeout=PATIENCE_MS)
            _keep(Image.open(io.BytesIO(page.screenshot())), f"{name}-{width}", SHRUNK)


@contextmanager
def _opened(chromium: Browser, width: int, height: int, look: Look) -> Iterator[Any]:
    phone = width < 500
    context = chromium.new_context(
        viewport={"width": width, "height": height},
        is_mobile=phone,
        has_touch=phone,
        locale="zh-CN",
        color_scheme=look,
    )
    yield context.new_page()
    context.close()


def _print(paper: Path, pages: Mapping[str, int]) -> None:
    with pypdfium2.PdfDocument(paper) as document:
        for name, number in pages.items():
            page = document[number if number >= 0 else len(document) + number]
            _keep(page.render(scale=2 * PAPER_PPI / 72).to_pil(), name, 0.5)


def _keep(picture: Image.Image, name: str, shrunk: float) -> None:
    """Keep the original in build/, and a small one of few colours in docs/."""
    picture.convert("RGB").save(BUILD / f"{name}.png")
    size = round(picture.width * shrunk), round(picture.height * shrunk)
    small = picture.convert("RGB").resize(size, Image.Resampling.LANCZOS)
    few = small.quantize(COLOURS, Image.Quantize.MEDIANCUT, kmeans=3, dither=Image.Dither.NONE)
    few.save(PICTURES / f"{name}.png", optimize=True)


def _page(table: Mapping[str, Sequence[Row]]) -> str:
    """Write the gallery: a heading a map, what one reads from it, how it is made, its pictures."""
    parts = [
        "# 图集",
        "",
        "每一张图由 wangge 自己画、自己截图：`make gallery`（docs/gallery.py，图的清单在 docs/gallery.toml）。"
        "合成镇是造出来的，标着“合成数据（非真实）”；芝加哥是真实的公开数据（[chicago.md](chicago.md)）。"
        "宽度依次是电脑 1440、平板 820、手机 390 像素，缩小过。",
    ]
    for row in table["map"]:
        command = " ".join(_said(word, "humen", "town.gpkg") for word in row["make"])
        parts += [
            "",
            f"## {row['title']}",
            "",
            row["reads"],
            "",
            "```console",
            f"$ wangge {command} --out {row['name']}.html",
        ]
        if row.get("paper"):
            parts.append(f"$ wangge {command} --out {row['name']}.pdf --paper A3")
        if row.get("paper") == "pages":
            parts.append(f"$ wangge {command} --out {row['name']}-pages.pdf --paper A3 --pages")
        parts += ["```"]
        for town in row["towns"]:
            parts += _pictures(f"{town}-{row['name']}", f"{TOWNS[town]}：{row['title']}")
    for row in table["page"]:
        parts += [
            "",
            f"## {row['title']}",
            "",
            row["reads"],
            "",
            f"`wangge serve town.gpkg`，打开 `{_said(row['path'], 'humen')}`",
        ]
        parts += _pictures(f"humen-{row['name']}", row["title"])
    return "\n".join(parts) + "\n"


def _pictures(name: str, words: str) -> list[str]:
    """Give the lines of the pictures that there are."""
    windows = {f"{name}-{width}": f"{words}，{width} 像素宽" for width in WIDTHS}
    papers = {f"{name}-paper": f"{words}，A3 挂图", f"{name}-atlas": f"{words}，图册的总图"}
    papers |= {f"{name}-atlas-sheet": f"{words}，图册的一幅", f"{name}-atlas-index": f"{words}，图册的索引"}
    shown = [
        f"![{text}](pictures/gallery/{file}.png)"
        for file, text in {**windows, **papers}.items()
        if (PICTURES / f"{file}.png").is_file()
    ]
    return ["", f"{words}：", "", "\n".join(shown)] if shown else []


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
