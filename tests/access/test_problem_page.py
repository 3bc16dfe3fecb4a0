"""The page of what is refused: who is in keeps the way on; who is not learns nothing of the town."""

from __future__ import annotations

from tests.access.conftest import Let, Town

PAGE = {"accept": "text/html"}


def test_a_refused_page_keeps_the_menu(guarded: Town, let_in: Let) -> None:
    """It names the town and the account, its menu is the role's, an inspector's way back is the phone's page."""
    page = let_in("inspector").get("/users", headers=PAGE)
    assert page.status_code == 403
    assert "没有权限" in page.text
    assert guarded.ledger.town.name in page.text
    assert "安全员（inspector）" in page.text
    assert 'aria-label="主导航"' in page.text
    assert '<a href="/today">回到今日路线</a>' in page.text
    assert 'href="/desk' not in page.text
    assert '<a href="/">回到总览</a>' in let_in("leader").get("/users", headers=PAGE).text


def test_nobody_learns_the_town(guarded: Town, let_in: Let) -> None:
    """Whoever is not in gets a page without the town's name and without the menu."""
    page = let_in("").get("/login", params={"next": "/" * 3000}, headers=PAGE)
    assert page.status_code == 422
    assert guarded.ledger.town.name not in page.text
    assert "主导航" not in page.text
