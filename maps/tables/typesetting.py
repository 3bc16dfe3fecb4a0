"""Typesetting: data and a template of ours in, a PDF out, set by Typst with the machine's Chinese fonts.

Typst, not Chromium: a third of the time at a thousand rows, a twentieth of the bytes, and a wheel where an office has
no browser that may be driven (`benchmarks/papers.py`).
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import typst

from geodata.errors import FontProblem

SONG = ("SimSun", "NSimSun", "Source Han Serif SC", "Noto Serif CJK SC", "Noto Serif SC", "STSong", "Songti SC")
"""Families of the body, the first one that the machine has."""
HEI = ("SimHei", "Microsoft YaHei", "Source Han Sans SC", "Noto Sans CJK SC", "Noto Sans SC", "PingFang SC")
"""Families of titles."""
FANG = ("FangSong", "FangSong_GB2312", "STFangsong", *SONG)
"""Families of official letters (GB/T 9704); where there is none, that of the body."""


def pdf(template: str, data: Mapping[str, Any], made: datetime, pictures: Mapping[str, bytes] | None = None) -> bytes:
    """Set a paper.

    What stands in the data is text and never markup: the template gets it as JSON.

    Parameters
    ----------
    template
        Name of a file of `templates/` without its ending.
    data
        What JSON holds; the template reads it as `data`.
    made
        The moment in the file's properties: the same data and moment give the same bytes on the same machine.
    pictures
        File name → JPEG, PNG or SVG, for the template's `image`.

    Raises
    ------
    FontProblem
        No Chinese font.
    """
    fonts = _families()
    with tempfile.TemporaryDirectory(prefix="wangge-paper-") as folder:
        root = Path(folder)
        for source in files("maps.tables").joinpath("templates").iterdir():
            if source.name.endswith(".typ"):
                (root / source.name).write_bytes(source.read_bytes())
        (root / "data.json").write_text(json.dumps({**data, "fonts": fonts}, ensure_ascii=False), encoding="utf-8")
        for name, content in (pictures or {}).items():
            (root / name).write_bytes(content)
        paper: bytes = typst.compile(
            root / f"{template}.typ",
            root=root,
            font_paths=_fonts(),
            format="pdf",
            timestamp=int(made.replace(tzinfo=made.tzinfo or UTC).timestamp()),
            pdf_tags=False,
        )
    return paper


@cache
def _fonts() -> typst.Fonts:
    return typst.Fonts()


@cache
def _families() -> dict[str, str]:
    """Give the family of each use that this machine has."""
    held = set(_fonts().families())
    found = {
        use: next((name for name in names if name in held), "")
        for use, names in (("song", SONG), ("hei", HEI), ("fang", FANG))
    }
    body = found["song"] or found["hei"]
    if not body:
        raise FontProblem(
            "这台电脑上没有中文字体，写不成 PDF：请安装宋体或思源宋体（Debian、Ubuntu：fonts-noto-cjk），"
            "或者只用 Excel、Word。"
        )
    return {use: name or body for use, name in found.items()}
