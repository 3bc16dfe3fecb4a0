"""Pages of accounts: coming in, the own account, everybody's for the clerk."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from api.desk import Desk
from api.pages.common import common, named_area, named_areas
from api.pages.rendering import render
from api.params import TheAccounts, TheActor, TheDay, TheDesk
from api.permissions import ACTION_WORDS, ALLOWED, Action
from api.signing_in import own_address
from coverage.course.transitions import ROLE_WORDS, Role
from geodata.accounts.model import ROLES

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)

CHANGE_WORDS = {
    "add": "建立账号", "change": "改账号", "passwd": "改密码", "login": "登录", "logout": "退出",
    "end-sessions": "结束登录", "token": "做令牌", "revoke": "收回令牌",
}  # fmt: skip
BY_SERVICE = "wangge_by_service"
"""The cookie of who came in by the sign-in service: who goes out here is sent to go out there."""
Next = Annotated[str, Query(alias="next", max_length=2000)]
Left = Annotated[Literal["here"] | None, Query(description="退出了这里，统一登录那边还没有退出")]


@router.get("/login", response_model=None)
def login(request: Request, who: TheActor, next_: Next = "/", left: Left = None) -> Response:
    """Ask for login and password; go on where somebody wanted to go."""
    back = own_address(next_)
    if who.user is None or who.user.login:
        return RedirectResponse(back, 303)
    desk: Desk = request.app.state.desk
    return HTMLResponse(render("login.html", town=desk.town, back=back, service=desk.settings.oidc_name, left=left))


@router.get("/me")
def me(request: Request, desk: TheDesk, day: TheDay, who: TheActor, accounts: TheAccounts) -> str:
    """Give the own account: what may be done and seen, password, tokens, sessions."""
    user = who.user
    return render(
        "me.html",
        **common(request, desk, day),
        user=user,
        roles=ROLE_WORDS,
        abilities=[ACTION_WORDS[action] for action in Action if action is not Action.ANYBODY and who.may(action)],
        tokens=accounts.tokens(user.login) if user else [],
        sessions=accounts.sessions(user.login) if user else [],
        zone=desk.town.zone,
        after="/login/service/end" if BY_SERVICE in request.cookies and desk.settings.oidc_name else "/login",
    )


@router.get("/users")
def users(request: Request, desk: TheDesk, day: TheDay, accounts: TheAccounts) -> str:
    """Give everybody who has an account, what each role may do, and what was done to accounts."""
    areas, names = day.ledger.areas, named_areas(day.ledger.areas)
    return render(
        "users.html",
        named=lambda keys: tuple(named_area(names, key) for key in keys),
        **common(request, desk, day),
        users=accounts.users(),
        roles={role: ROLE_WORDS[Role(role)] for role in ROLES},
        actions=[(ACTION_WORDS[action], ALLOWED[action]) for action in Action if action is not Action.ANYBODY],
        areas=[
            (f"{level}:{code}", name)
            for level, code, name in zip(areas["level"], areas["code"], areas["name"], strict=True)
        ],
        industries=sorted(day.ledger.places["industry"].dropna().unique()),
        officers=list(zip(day.ledger.officers["id"], day.ledger.officers["name"].fillna(""), strict=True)),
        changes=accounts.changes(50) if accounts.exist() else [],
        change_words=CHANGE_WORDS,
        zone=desk.town.zone,
    )
