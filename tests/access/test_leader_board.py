"""The leader's board of who sees a part of the town: on the page and on paper that part alone, and said so."""

from __future__ import annotations

import pypdfium2

from tests.access.conftest import FOREIGN, OWN, Let, Town
from tests.fonts import needs_font

DAY = "2024-06-15"


def name_of(town: Town, community: str) -> str:
    """Give the name of a community."""
    areas = town.ledger.areas
    return str(areas[areas["code"] == community]["name"].iloc[0])


def test_figures_of_the_own_part(guarded: Town, let_in: Let) -> None:
    """A manager's board counts the own part, as the interface does for the same person; no foreign area is on it."""
    manager, leader = let_in("manager"), let_in("leader")
    html = manager.get("/board", params={"as_of": DAY}).text
    rows = [
        each.get("/api/v1/coverage", params={"as_of": DAY, "by": "town"}).json()["rows"][0]["overdue"]
        for each in (manager, leader)
    ]
    assert rows[0] < rows[1]
    assert f'state=overdue#list">{rows[0]:,}</a>' in html
    assert name_of(guarded, FOREIGN) not in html
    assert 'href="/visits?' not in let_in("inspector").get("/board", params={"as_of": DAY}).text


@needs_font
def test_a_briefing_says_which_part(guarded: Town, let_in: Let) -> None:
    """A manager's paper says what alone it counts; a leader's says nothing of the kind."""
    texts = {}
    for login in ("manager", "leader"):
        paper = let_in(login).get("/board.pdf", params={"as_of": DAY}).content
        with pypdfium2.PdfDocument(paper) as document:
            texts[login] = "".join(document[0].get_textpage().get_text_bounded().split())
    assert f"（只含{name_of(guarded, OWN)}）" in texts["manager"]
    assert name_of(guarded, FOREIGN) not in texts["manager"]
    assert "只含" not in texts["leader"]


def test_the_big_screen_says_which_part(guarded: Town, let_in: Let) -> None:
    """Who sees a part of the town reads on the screen which one it is; a leader sees all and reads nothing of it."""
    texts = {login: let_in(login).get("/wall", params={"as_of": DAY}).text for login in ("manager", "farms", "leader")}
    assert f"只含{name_of(guarded, OWN)}" in texts["manager"]
    assert "只含农业农村局监管" in texts["farms"]
    assert "只含" not in texts["leader"]
