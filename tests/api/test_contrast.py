"""Contrast of what is written and worked with, by the style sheets themselves (WCAG 2.2, 1.4.3 and 1.4.11)."""

from __future__ import annotations

import re
from itertools import product
from pathlib import Path

import numpy as np
import pytest

import api
import maps
from maps.colours import rgb

PAGES, MAPS = Path(api.__file__).parent / "pages" / "static", Path(maps.__file__).parent / "static"
TEXT, CONTROL = 4.5, 3.0
WORDS = {
    MAPS / "map.css": (("ink", "soft", "accent"), ("paper",)),
    PAGES / "wangge.css": (("ink", "quiet", "link", "alarm", "amber", "green", "blue"), ("paper", "ground")),
    PAGES / "wall.css": (("ink", "quiet", "late", "refused", "soon", "open", "done"), ("back",)),
}
"""Style sheet → names of its colours for words, and of the grounds they stand on."""
RULE, DARK = re.compile(r"([^{}]+)\{([^{}]*)\}"), '[data-look="dark"]'
HEX = r"#[0-9a-f]{6}\b|#[0-9a-f]{3}\b"


def contrast(one: str, other: str) -> float:
    """Give the contrast ratio of two colours, 1–21 (relative luminance as WCAG 2.2 defines it)."""
    srgb = np.array([rgb(full(one)), rgb(full(other))]) / 255
    linear = np.where(srgb <= 0.04045, srgb / 12.92, ((srgb + 0.055) / 1.055) ** 2.4)
    light, dark = sorted(linear @ [0.2126, 0.7152, 0.0722], reverse=True)
    return float((light + 0.05) / (dark + 0.05))


def full(colour: str) -> str:
    """Write `#abc` as `#aabbcc`."""
    return colour if len(colour) == 7 else "#" + "".join(2 * digit for digit in colour[1:])


def tokens(sheet: Path, look: str = "light") -> dict[str, str]:
    """Give the named colours of a style sheet; dark ones stand over the light ones."""
    named: dict[str, str] = {}
    for selector, said in RULE.findall(sheet.read_text("utf-8")):
        if look == "dark" or DARK not in selector:
            named |= dict(re.findall(rf"--([a-z]+): ({HEX})", said))
    return named


def rules(sheet: Path, look: str = "light") -> list[tuple[str, str]]:
    """Give selector and declarations of each rule, names of colours replaced."""
    text, named = sheet.read_text("utf-8"), tokens(sheet, look)
    text = re.sub(r"var\(--([a-z]+)\)", lambda found: named.get(found[1], found[0]), text)
    return [each for each in RULE.findall(text) if look == "dark" or DARK not in each[0]]


@pytest.mark.parametrize("look", ["light", "dark"])
@pytest.mark.parametrize("sheet", WORDS, ids=lambda sheet: sheet.name)
def test_words_stand_out(sheet: Path, look: str) -> None:
    """Every colour of words has 4.5 : 1 on every ground they stand on."""
    known, (words, grounds) = tokens(sheet, look), WORDS[sheet]
    weak = [(a, b) for a, b in product(words, grounds) if contrast(known[a], known[b]) < TEXT]
    assert weak == []


@pytest.mark.parametrize("look", ["light", "dark"])
@pytest.mark.parametrize("sheet", [*MAPS.glob("*.css"), *PAGES.glob("*.css")], ids=lambda sheet: sheet.name)
def test_a_rule_with_both_colours_is_readable(sheet: Path, look: str) -> None:
    """Where one rule gives colour and ground together, they have 4.5 : 1."""
    weak = []
    for selector, said in rules(sheet, look):
        word = re.search(rf"(?:^|[;\s])color: ({HEX})", said)
        ground = re.search(rf"background(?:-color)?: ({HEX})", said)
        if word and ground and contrast(word[1], ground[1]) < TEXT:
            weak.append((selector.strip(), word[1], ground[1]))
    assert weak == []


def test_the_focus_can_be_seen() -> None:
    """The ring around what has the focus, and the edge of fields, have 3 : 1 on their ground."""
    for sheet, ground in ((PAGES / "wangge.css", "#ffffff"), (PAGES / "wall.css", tokens(PAGES / "wall.css")["back"])):
        rings = [(where.strip(), said) for where, said in rules(sheet) if where.strip().endswith(":focus-visible")]
        assert rings
        for where, said in rings:
            ring = re.search(HEX, said)
            assert ring
            on = tokens(sheet)["blue"] if where.startswith("header") else ground
            assert contrast(ring[0], on) >= CONTROL, where
    edge = next(said for where, said in rules(PAGES / "wangge.css") if where.strip() == "input, select, button")
    assert contrast(re.findall(HEX, edge)[0], "#ffffff") >= CONTROL
    for look in ("light", "dark"):
        known = tokens(MAPS / "map.css", look)
        assert contrast(known["accent"], known["paper"]) >= CONTROL
