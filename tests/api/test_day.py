"""A day after posts: what was made of the day before them."""

from __future__ import annotations

from datetime import date
from unittest.mock import Mock

from api.day import Day
from api.posts import Posts


def test_parts_that_are_made_meanwhile_are_in_nobodys_way() -> None:
    """Who looks at the day before goes on to make parts of it while the next one takes what was made."""
    state = Mock()
    day = Day(state, date(2024, 6, 30))

    class Looking(str):
        """The name of a part; at the moment that it is looked at, another part is done."""

        def startswith(self, *words: object) -> bool:
            day.parts[f"another {len(day.parts)}"] = None
            return str(self).startswith(*words)  # type: ignore[arg-type]

    day.parts[Looking("streets walk")] = "the streets"
    assert list(day.after(state, Posts(frozenset({"inspections"}))).parts.values()) == ["the streets"]
