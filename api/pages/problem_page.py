"""The page of a problem: with the town, the account and the menu for who is in, without them for anybody else."""

from __future__ import annotations

from typing import Any

from fastapi import Request

from api.actor import ACTOR, Actor
from api.pages.rendering import render

PHONE = "/today"


def problem_page(request: Request, title: str, detail: str) -> str:
    """Render the page. Nothing of the town is computed for it: what went wrong may be the town."""
    return render("problem.html", title=title, detail=detail, **_head(request))


def _head(request: Request) -> dict[str, Any]:
    who: Actor | None = request.scope.get(ACTOR)
    if who is None or (who.user is not None and not who.user.login):
        return {"inside": False, "home": "/"}
    return {
        "inside": True,
        "home": PHONE if who.role == "inspector" else "/",
        "me": who.user,
        "may": who.may,
        "here": request.url.path,
        "town": request.app.state.desk.town,
        "as_of": None,
        "asked": {},
    }
