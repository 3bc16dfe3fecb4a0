"""docs/hazards.md follows the table of a hazard's life."""

from __future__ import annotations

from pathlib import Path

from coverage.course.transitions import diagram, table

PAGE = Path(__file__).parents[2] / "docs" / "hazards.md"


def test_the_page_follows_the_table() -> None:
    """The diagram and the table in the page are those that the code gives today."""
    text = PAGE.read_text(encoding="utf-8")
    assert f"```mermaid\n{diagram()}\n```" in text
    assert table() in text
