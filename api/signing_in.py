"""Who asks, settled before anything is read or done: a session's cookie, a token, HTTP Basic of simple programs."""

from __future__ import annotations

import base64
import binascii
from ipaddress import ip_address
from urllib.parse import quote, unquote

from fastapi import Request, Response
from fastapi.responses import RedirectResponse
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Receive, Scope, Send

from api.actor import HERE, Actor, actor_of, put_actor
from api.forwarded import public_url
from api.methods import takes
from api.observing import template
from api.passwords import is_right
from api.permissions import WHOLE_TOWN, WRITES, Action, action_of, is_public
from api.problems import ForbiddenProblem, TooManyProblem, answer_of, problem, without_method
from api.remembered import Remembered
from api.settings import Settings
from api.threads import aside
from geodata.accounts.book import SESSION_S, Accounts
from geodata.accounts.model import User
from geodata.errors import StoreProblem, WanggeError

COOKIE = "wangge_session"
MEANT = "x-wangge-login"
"""As whom a page means to write, percent-encoded (empty: nobody has an account): cookies change under open pages."""
ENDED = "X-Wangge-Ended"
"""On a refusal: there was a session, and it was ended. One that has run out brings no cookie."""
WITHIN_S = 15 * 60.0
"""How far back tries to come in are counted."""
MOST_TRIES = (10, 50, 100)
"""So many in that time: of a login from an address, of a login, from an address. A person has ten; who guesses from
many machines fifty a login."""
WRONG = "登录名或密码不对，或账号已停用。"


class SignedIn:
    """Settle who asks, and refuse whoever must come in first."""

    def __init__(self, app: ASGIApp, accounts: Accounts, remembered: Remembered) -> None:
        self.app = app
        self._accounts = accounts
        self._remembered = remembered

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request = Request(scope, receive)
        try:
            actor = HERE if self._accounts.are_missing() else await aside(self._who, request)
            refused = self._refused(request, actor)
        except (WanggeError, StoreProblem) as error:
            actor, refused = None, answer_of(request, error)
        if refused is not None:
            await refused(scope, receive, send)
            return
        put_actor(scope, actor or Actor(User("", "", "")))  # nobody: only what is public is answered
        await self.app(scope, receive, send)

    def _who(self, request: Request) -> Actor | None:
        """Give who asks; None for nobody we know."""
        if not self._accounts.exist():
            return HERE
        secret = request.cookies.get(COOKIE)
        if secret and (user := self._accounts.of_session(secret)):
            return Actor(user, by_cookie=True)
        kind, _, given = request.headers.get("authorization", "").partition(" ")
        if kind.lower() == "bearer":
            return self._by_token(given.strip(), None)
        if kind.lower() == "basic":
            login, password = _basic(given)
            if password.startswith("wg_"):
                return self._by_token(password, login)
            user = self._by_password(login, password, address_of(request)) if login else None
            return Actor(user) if user else None
        return None

    def _by_token(self, secret: str, login: str | None) -> Actor | None:
        found = self._accounts.of_token(secret)
        if found is None or login not in (None, "", found[0].login):
            return None
        return Actor(found[0], read_only=found[1])

    def _by_password(self, login: str, password: str, address: str) -> User | None:
        known = self._accounts.user(login)
        if known is not None and self._remembered.holds(known, password, address):
            return known
        user = checked(self._accounts, login, password, address)
        if user is not None:
            self._remembered.keep(user, password, address)
        return user

    def _refused(self, request: Request, actor: Actor | None) -> Response | None:
        path = request.scope["path"]
        if actor is None and not takes(request.method, path):
            return without_method(request)
        if actor is None:
            return None if is_public(request.method, path) else _come_in(request)
        meant = request.headers.get(MEANT)
        if meant is not None and unquote(meant) != (actor.user.login if actor.user else ""):
            return problem(request, 401, "现在登录的是另一个人，没有写入；请重新登录。")
        writes = request.method in WRITES
        if actor.read_only and writes:
            return problem(request, 403, "这个令牌只能读，不能填报。")
        if actor.by_cookie and writes and not ({"origin", "sec-fetch-site"} & set(request.headers)):
            # every browser says where a write comes from; that it is from here was asked before (`api.security`)
            return problem(request, 403, "请求没有写明来自哪个网页（Origin），没有写入。程序请用个人令牌。")
        return None


async def permitted(request: Request) -> None:
    """Refuse a route that the role of who asks may not use. A route that nobody thought of is refused to all."""
    if not takes(request.method, request.url.path):  # the address is another route's, without this method
        raise HTTPException(405)
    actor, path = actor_of(request), template(request.scope)
    action = action_of(request.method, path)
    if action is None:
        raise ForbiddenProblem(f"{request.method} {path} 没有写明谁可以用，不开放。")
    if not actor.may(action) and action is not Action.ANYBODY:
        raise ForbiddenProblem("您的角色不能用这一项。需要时请联系安委办。")
    if action in WHOLE_TOWN and actor.scope is not None:
        raise ForbiddenProblem("这一项关系到全镇，只给能看全镇的安委办账号用。")


def come_in(accounts: Accounts, login: str, password: str, address: str) -> tuple[User, str] | None:
    """Give the user and the secret of a new session; None when the login or the password is wrong, or the door shut.

    The answer takes the same time whichever it is. Raises TooManyProblem when it was tried too often.
    """
    user = checked(accounts, login, password, address)
    return None if user is None else (user, accounts.begin(user.login))


def checked(accounts: Accounts, login: str, password: str, address: str) -> User | None:
    """Give the user of a login and password, None for a wrong one; tries are counted before they are looked at."""
    check_tries(accounts, login, address)
    user = accounts.user(login)
    right, newer = is_right(password, None if user is None else user.password)
    if user is None or not right or user.disabled:
        return None
    accounts.forget_attempts(login, address)
    if newer is not None:
        accounts.rehash(user.login, newer)
    return user


def check_tries(accounts: Accounts, login: str, address: str) -> None:
    """Count a try to come in; TooManyProblem when there were too many. Without a login, of the address alone."""
    if not accounts.attempt(login, address, WITHIN_S, MOST_TRIES):
        raise TooManyProblem("试得太频繁，请 15 分钟以后再试；忘了密码请找安委办重设。")


def own_address(asked: str) -> str:
    """Give the page of this service that somebody wants to go on to; the first page for one elsewhere."""
    own = asked.startswith("/") and not asked.startswith(("//", "/\\")) and asked.isprintable()
    return asked if own else "/"


def address_of(request: Request) -> str:
    """Give the address of who asks: the peer's, or what a trusted proxy wrote last in `X-Forwarded-For`."""
    peer = request.client.host if request.client else ""
    settings: Settings = request.app.state.desk.settings
    if settings.trusts(peer):
        said = ",".join(request.headers.getlist("x-forwarded-for")).rpartition(",")[2].strip()
        try:
            return str(ip_address(said))
        except ValueError:
            return peer
    return peer


def whose(actor: Actor) -> dict[str, str]:
    """Give the header that says to whom an answer was given: a phone keeps it for them alone."""
    return {MEANT: quote(actor.user.login if actor.user else "", safe="")}


def give_cookie(request: Request, response: Response, secret: str) -> None:
    """Send the cookie of a session: not for scripts, not to other sites, encrypted ways alone where this one is."""
    response.set_cookie(
        COOKIE,
        secret,
        max_age=int(SESSION_S),
        httponly=True,
        samesite="lax",
        secure=public_url(request).scheme == "https",
    )


def _basic(given: str) -> tuple[str, str]:
    try:
        login, _, password = base64.b64decode(given, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return "", ""
    return login, password


def _come_in(request: Request) -> Response:
    path = request.url.path
    page = "text/html" in request.headers.get("accept", "") and not path.startswith(("/api/", "/openrosa", "/ogc"))
    if page and request.method == "GET":
        back = path + (f"?{request.url.query}" if request.url.query else "")
        return RedirectResponse(f"/login?next={quote(back, safe='')}", 303)
    response = problem(request, 401, "请先登录，或带上个人令牌（Authorization: Bearer …）。")
    basic = path.startswith(("/openrosa", "/ogc"))
    if COOKIE in request.cookies:  # of a session that was ended: a phone forgets what it kept (`phone-worker.js`)
        response.headers[ENDED] = "1"
    response.headers["WWW-Authenticate"] = 'Basic realm="wangge", charset="UTF-8"' if basic else "Bearer"
    return response
