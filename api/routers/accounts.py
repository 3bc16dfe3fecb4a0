"""Coming in and going out; the own account; everybody's accounts, for the clerk."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, ConfigDict, Field, StrictBool, StringConstraints

from api.actor import Actor
from api.described.shapes import CONFLICT
from api.params import TheAccounts, TheActor, TheDesk, TheRemembered
from api.passwords import LEAST, MOST, is_right, kept
from api.permissions import Action
from api.problems import ForbiddenProblem, NotFoundProblem, problem
from api.scope import check_names
from api.signing_in import COOKIE, WRONG, address_of, check_tries, come_in, give_cookie
from api.tags import CHANGED_SINCE, IfMatch, check_match, etag_of
from api.together import both, either, filled, is_one_of
from api.written import NO_NUL, ANumber
from geodata.accounts.model import AREA, LOGIN, ROLES, AccountProblem, Token, User

router = APIRouter(tags=["accounts"])

Login = Annotated[str, StringConstraints(min_length=1, max_length=64, strip_whitespace=True, pattern=NO_NUL)]
Password = Annotated[str, StringConstraints(min_length=1, max_length=1000)]
Wanted = Annotated[Password, Field(json_schema_extra={"minLength": LEAST, "maxLength": MOST})]
"""Of a new one; that it is too short is said in more words (`api.passwords.kept`)."""
Name = Annotated[str, StringConstraints(min_length=1, max_length=100, strip_whitespace=True, pattern=NO_NUL)]
TheLogin = Annotated[str, Path(max_length=64)]


class ComeIn(BaseModel):
    """A login and a password."""

    model_config = ConfigDict(extra="forbid")

    login: Login
    password: Password


class NewPassword(BaseModel):
    """The own password, before and after."""

    model_config = ConfigDict(extra="forbid")

    old: Password
    new: Wanted


class SetPassword(BaseModel):
    """Somebody's new password; None: they come in by the office's sign-in service alone."""

    model_config = ConfigDict(extra="forbid")

    password: Wanted | None


class NewToken(BaseModel):
    """A personal token that is wanted: what for, for how many days, whether it may write."""

    model_config = ConfigDict(extra="forbid")

    name: Name
    days: Annotated[int, Field(ge=1, le=366), ANumber] = 90
    read_only: StrictBool = True


AnArea = Annotated[
    str, StringConstraints(max_length=120, pattern=NO_NUL), Field(json_schema_extra={"pattern": f"^{AREA.pattern}$"})
]
SEEING = either(
    is_one_of("role", "clerk", "leader"),
    both(is_one_of("role", "inspector"), either(filled("officer"), filled("areas"))),
    both(is_one_of("role", "grid_manager"), filled("areas")),
    both(is_one_of("role", "department"), either(filled("industries"), filled("department"))),
)
"""Who sees nothing without being told what (`geodata.accounts.model`)."""


class UserFacts(BaseModel):
    """What is said of a user: role, and what part of the town they see."""

    model_config = ConfigDict(extra="forbid", json_schema_extra=SEEING)

    name: Name
    role: Literal["inspector", "grid_manager", "clerk", "leader", "department"]
    officer: Annotated[str, StringConstraints(max_length=200, pattern=NO_NUL)] | None = None
    areas: list[AnArea] = Field(default_factory=list, max_length=500)
    industries: list[Annotated[str, StringConstraints(max_length=200, pattern=NO_NUL)]] = Field(
        default_factory=list, max_length=100
    )
    department: Annotated[str, StringConstraints(max_length=200, pattern=NO_NUL)] | None = None
    subject: Annotated[str, StringConstraints(max_length=255, pattern=NO_NUL)] | None = None
    disabled: StrictBool = False

    def of(self, login: str, password: str | None) -> User:
        """Give the user that is meant."""
        return User(
            login,
            self.name,
            self.role,
            officer=self.officer or None,
            areas=tuple(dict.fromkeys(self.areas)),
            industries=tuple(dict.fromkeys(self.industries)),
            department=self.department or None,
            password=password,
            subject=self.subject or None,
            disabled=self.disabled,
        )


class NewUser(UserFacts):
    """A new user; without a password they come in by the office's sign-in service alone."""

    login: Annotated[Login, Field(json_schema_extra={"pattern": f"^{LOGIN.pattern}$"})]
    password: Wanted | None = None


@router.post("/session", status_code=204, responses={401: {"description": WRONG}, 429: {"description": "试得太频繁"}})
def begin(request: Request, accounts: TheAccounts, given: ComeIn) -> Response:
    """Come in: a session of 12 hours as a cookie."""
    found = come_in(accounts, given.login, given.password, address_of(request))
    if found is None:
        return problem(request, 401, WRONG)
    response = Response(status_code=204)
    give_cookie(request, response, found[1])
    return response


@router.delete("/session", status_code=204)
def end(request: Request, accounts: TheAccounts) -> Response:
    """Go out: the session ends."""
    secret = request.cookies.get(COOKIE)
    if secret:
        accounts.end(secret)
    response = Response(status_code=204)
    response.delete_cookie(COOKIE)
    return response


@router.get("/me")
def me(who: TheActor) -> dict[str, Any]:
    """Give who asks, what part of the town they see and what they may do."""
    may = [str(action) for action in Action if action is not Action.ANYBODY and who.may(action)]
    return {"user": None if who.user is None else told(who.user), "may": may, "read_only": who.read_only}


@router.put("/me/password", status_code=204)
def change_password(request: Request, who: TheActor, accounts: TheAccounts, given: NewPassword) -> Response:
    """Change the own password; every other session ends."""
    user = own(who)
    check_tries(accounts, user.login, address_of(request))
    if not is_right(given.old, user.password)[0]:
        raise ForbiddenProblem("原来的密码不对，没有改。")
    accounts.set_password(user.login, kept(given.new, user.login), user.signature, known=user)
    response = Response(status_code=204)
    if who.by_cookie:
        give_cookie(request, response, accounts.begin(user.login))
    return response


@router.delete("/me/sessions", status_code=204)
def end_others(request: Request, who: TheActor, accounts: TheAccounts, remembered: TheRemembered) -> Response:
    """End every session of the own account but this one."""
    remembered.forget(own(who).login)
    accounts.end_all(own(who).login, own(who).signature, but=request.cookies.get(COOKIE))
    return Response(status_code=204)


@router.get("/me/tokens")
def tokens(who: TheActor, accounts: TheAccounts) -> dict[str, Any]:
    """Give the own tokens, without their secrets, the newest first."""
    return {"rows": [_token(token) for token in accounts.tokens(own(who).login)]}


@router.post("/me/tokens", status_code=201)
def make_token(who: TheActor, accounts: TheAccounts, given: NewToken) -> dict[str, Any]:
    """Make a token; its secret is told this once."""
    if not who.by_cookie:
        raise ForbiddenProblem("令牌要在浏览器里登录以后做，不能用令牌做令牌。")
    token, secret = accounts.make_token(own(who).login, given.name, given.days, read_only=given.read_only)
    return {**_token(token), "secret": secret}


@router.delete("/me/tokens/{number}", status_code=204)
def revoke_token(who: TheActor, accounts: TheAccounts, number: Annotated[int, Path(ge=1, le=2**53)]) -> Response:
    """Take a token back."""
    accounts.revoke(own(who).login, number, own(who).signature)
    return Response(status_code=204)


@router.get("/users")
def users(accounts: TheAccounts) -> dict[str, Any]:
    """Give everybody who has an account, by login; `tag` is what a change sends as `If-Match`."""
    return {"rows": [_tagged(user) for user in accounts.users()], "roles": list(ROLES)}


@router.get("/user-changes")
def changes(accounts: TheAccounts, limit: Annotated[int, Query(ge=1, le=1000)] = 100) -> dict[str, Any]:
    """Give what was done to accounts, and who came in, the newest first."""
    rows = [
        {"number": each.number, "at": each.at.isoformat(), "actor": each.actor, "action": each.action,
         "login": each.login, "detail": each.detail}
        for each in (accounts.changes(limit) if accounts.exist() else [])
    ]  # fmt: skip
    return {"rows": rows}


@router.post("/users", status_code=201, responses=CONFLICT)
def add_user(desk: TheDesk, who: TheActor, accounts: TheAccounts, new: NewUser) -> dict[str, Any]:
    """Give somebody an account. The first one is made by `wangge users`: it shuts the door for all others."""
    if who.user is None:
        raise ForbiddenProblem("第一个账号请在服务器上用 wangge users 建立：建好以后，没有账号的人就进不来了。")
    facts = UserFacts(**new.model_dump(exclude={"login", "password"}))
    user = facts.of(new.login, None if new.password is None else kept(new.password, new.login))
    _check_known(desk, user)
    accounts.add(user, who.user.signature)
    return _tagged(user)


@router.put("/users/{login}", responses=CHANGED_SINCE)
def change_user(
    desk: TheDesk,
    who: TheActor,
    accounts: TheAccounts,
    login: TheLogin,
    facts: UserFacts,
    if_match: IfMatch = "",
) -> dict[str, Any]:
    """Change what is said of a user; their sessions end when it is more than the name."""
    old = _user(accounts.user(login), login)
    check_match(if_match, etag_of(told(old)))
    user = facts.of(login, old.password)
    _check_known(desk, user)
    accounts.change(user, own(who).signature, known=old if if_match else None)
    return _tagged(user)


@router.put("/users/{login}/password", status_code=204)
def set_password(who: TheActor, accounts: TheAccounts, login: TheLogin, given: SetPassword) -> Response:
    """Give a user another password; their sessions end."""
    user = _user(accounts.user(login), login)
    password = None if given.password is None else kept(given.password, login)
    accounts.set_password(user.login, password, own(who).signature)
    return Response(status_code=204)


@router.delete("/users/{login}/sessions")
def end_sessions(who: TheActor, accounts: TheAccounts, remembered: TheRemembered, login: TheLogin) -> JSONResponse:
    """End every session of a user."""
    remembered.forget(login)
    ended = accounts.end_all(_user(accounts.user(login), login).login, own(who).signature)
    return JSONResponse({"ended": ended})


def own(who: Actor) -> User:
    """Give the user who asks; ForbiddenProblem where nobody has an account."""
    if who.user is None:
        raise ForbiddenProblem("还没有建立账号：第一个账号请在服务器上用 wangge users 建立。")
    return who.user


def told(user: User) -> dict[str, Any]:
    """Give a user as JSON holds it: nothing of the password but whether there is one."""
    names = ("login", "name", "role", "officer", "department", "subject", "disabled")
    facts = {name: getattr(user, name) for name in names}
    lists = {"areas": list(user.areas), "industries": list(user.industries)}
    return {**facts, **lists, "has_password": user.password is not None}


def _tagged(user: User) -> dict[str, Any]:
    """Give a user with the tag of what is said: a list has no `ETag` for each of its rows."""
    return {**told(user), "tag": etag_of(told(user))}


def _token(token: Token) -> dict[str, Any]:
    facts = {"number": token.number, "name": token.name, "read_only": token.read_only, "revoked": token.revoked}
    moments = {"made_at": token.made_at, "expires_at": token.expires_at}
    return {**facts, **{name: at.isoformat(timespec="seconds") for name, at in moments.items()}}


def _user(found: User | None, login: str) -> User:
    if found is None:
        raise NotFoundProblem(f"没有登录名为“{login}”的用户。")
    return found


def _check_known(desk: TheDesk, user: User) -> None:
    wrong = check_names(desk.whole.state().tables, user)
    if wrong:
        raise AccountProblem(f"{'；'.join(wrong[:3])}。没有写入。")
