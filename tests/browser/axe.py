"""axe-core of package-lock.json (for tests only), run in an open page."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

SCRIPT = Path(__file__).resolve().parents[2] / "node_modules" / "axe-core" / "axe.min.js"
ALIKE = ["tbody tr:nth-child(n+4)", "li:nth-child(n+4)", "option:nth-child(n+4)", ".place-name:nth-child(n+4)"]
"""Rows of lists after the first three are not looked at: they come from the same line of a template."""

RUN = """(alike) => axe.run(
  { include: document, exclude: alike.filter((each) => document.querySelector(each)).map((each) => [each]) },
  { resultTypes: ["violations"], iframes: false, rules: { "target-size": { enabled: true } } },
).then(({ violations }) => violations.flatMap(({ id, impact, nodes }) =>
  nodes.map(({ html, any, all, none }) =>
    [impact, id, html.slice(0, 200), [...any, ...all, ...none].map((each) => each.message).join(" ")])))"""


@cache
def script() -> str:
    """Give axe-core's text."""
    return SCRIPT.read_text("utf-8")


def findings(page: Page) -> list[Any]:
    """Give what axe-core finds in the page as it stands: how bad, which rule, which element, why."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(script())
    found: list[Any] = page.evaluate(RUN, ALIKE)
    return found
