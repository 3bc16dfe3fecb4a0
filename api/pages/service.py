"""Coming in by the office's sign-in service: there, and back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response

from api.forwarded import public_url
from api.pages.accounts import BY_SERVICE, Next
from api.params import TheAccounts, TheActor
from api.problems import NotFoundProblem, ServiceDownProblem, SignInProblem, answer_of
from api.signing_in import address_of, check_tries, give_cookie, own_address
from api.threads import aside
from geodata.accounts.book import SESSION_S, Accounts
from geodata.accounts.model import User

if TYPE_CHECKING:
    from api.oidc.provider import Provider
else:
    Provider = object  # what it needs is an extra

router = APIRouter(include_in_schema=False, default_response_class=RedirectResponse)

WALK = "wangge_walk"
WALK_S = 600
"""How long the cookie of a walk lives, as the walk in it does (`api.oidc.walk`)."""
LONGEST_BACK = 1000
"""Characters of the page to go on to, escaped: a cookie holds 4 KB."""


def provider(request: Request) -> Provider:
    """Give the sign-in service; NotFoundProblem where the office has none."""
    found: Provider | None = request.app.state.provider
    if found is None:
        raise NotFoundProblem("这里没有设置统一登录，请用登录名和密码登录。")
    return found


TheProvider = Annotated[Provider, Depends(provider)]


@router.get("/login/service")
async def go(request: Request, provider: TheProvider, who: TheActor, next_: Next = "/") -> Response:
    """Send somebody to the sign-in service."""
    back = own_address(next_)
    if who.user is None or who.user.login:
        return RedirectResponse(back, 303)
    here = public_url(request).replace(query="", fragment="")
    address, sealed = await provider.door(f"{here}/callback", back if len(quote(back)) <= LONGEST_BACK else "/")
    response = RedirectResponse(address, 303)
    response.set_cookie(
        WALK,
        sealed,
        max_age=WALK_S,
        path=here.path,
        httponly=True,
        samesite="lax",
        secure=here.scheme == "https",
    )
    return response


@router.get("/login/service/end")
async def leave(request: Request, provider: TheProvider) -> Response:
    """Send somebody who went out here to where they go out of the sign-in service, which they came in by."""
    home = str(public_url(request).replace(path="/login", query="", fragment=""))
    try:
        there = await provider.way_out(home) if request.cookies.get(BY_SERVICE) else "/login"
    except ServiceDownProblem:  # its reason is in the log; who went out is told that they are still in there
        there = None
    response = RedirectResponse(there or "/login?left=here", 303)
    response.delete_cookie(BY_SERVICE)
    return response


@router.get("/login/service/callback")
async def come_back(request: Request, provider: TheProvider, accounts: TheAccounts) -> Response:
    """Let in whom the sign-in service names; whatever comes of it, the walk is over."""
    await aside(check_tries, accounts, "", address_of(request))
    try:
        subject, back = await provider.subject(request.cookies.get(WALK, ""), request.query_params)
        secret = await aside(_begin, accounts, subject, address_of(request))
        response: Response = RedirectResponse(back, 303)
        give_cookie(request, response, secret)
        safe = public_url(request).scheme == "https"
        response.set_cookie(BY_SERVICE, "1", max_age=int(SESSION_S), httponly=True, samesite="lax", secure=safe)
    except (SignInProblem, ServiceDownProblem) as problem:
        response = answer_of(request, problem)
    response.delete_cookie(WALK, path=public_url(request).path.removesuffix("/callback"))
    return response


def _begin(accounts: Accounts, subject: str, address: str) -> str:
    user: User | None = accounts.by_subject(subject)
    if user is None or user.disabled:
        raise SignInProblem(f"您的统一登录账号还没有对应的用户，请把这个标识告诉安委办：{subject}")
    accounts.forget_attempts("", address)
    return accounts.begin(user.login)
