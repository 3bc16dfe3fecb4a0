"""Who asks: a person who came in, or, where nobody has an account yet, whoever sits at this machine."""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import Request
from starlette.types import Scope as Asgi

from api.permissions import Action, allowed
from api.problems import ForbiddenProblem
from api.scope import Scope
from coverage.course.transitions import ROLE_WORDS, Role
from geodata.accounts.model import User

ACTOR = "wangge.actor"
"""Where the request keeps who asks."""


@dataclass(frozen=True)
class Actor:
    """Who asks.

    Attributes
    ----------
    user
        The person; None: this machine, as long as nobody has an account.
    read_only
        Came by a token that may not write.
    by_cookie
        Came by a session of a browser: writes from other pages are refused.
    """

    user: User | None
    read_only: bool = False
    by_cookie: bool = False

    @property
    def role(self) -> str:
        """The role; this machine may do what a clerk may."""
        return "clerk" if self.user is None else self.user.role

    @property
    def scope(self) -> Scope | None:
        """What they see; None: everything."""
        return None if self.user is None else Scope.of(self.user)

    def may(self, action: Action | str) -> bool:
        """Say whether they may do something."""
        return allowed(self.role, Action(action))

    def signed(self, given: str) -> str:
        """Give the name that an action is signed with: the own one; without accounts what somebody typed."""
        return given if self.user is None else self.user.signature

    @property
    def step_roles(self) -> tuple[Role, ...]:
        """The roles in which they take steps of a hazard, the own one first; all as long as nobody has an account."""
        return tuple(Role) if self.user is None else (Role(self.user.role), Role.ENTERPRISE)

    def check_step_role(self, role: str) -> None:
        """Refuse a step in another role than the own; what an enterprise reports may be entered for it."""
        own = self.step_roles
        if role not in own:
            raise ForbiddenProblem(
                f"只能以自己的身份（{ROLE_WORDS[own[0]]}）办理；企业报来的可以代为登记，身份选“{ROLE_WORDS[own[-1]]}”。"
            )

    def check_inspection(self, by: str, officer: str | None) -> None:
        """Refuse a visit in somebody else's name; a clerk enters what was written on paper."""
        if self.user is None or self.user.role == "clerk":
            return
        own = {"inspector": "inspector", "grid_manager": "inspector"}.get(self.user.role, self.user.role)
        if by != own:
            raise ForbiddenProblem(f"检查主体只能是自己的（by：{own}）。")
        self.check_officer(officer)

    def check_officer(self, officer: str | None) -> None:
        """Refuse what is sent in somebody else's name; a clerk may. Who is no officer names nobody, or the own name."""
        if self.user is None or self.user.role == "clerk":
            return
        if self.user.officer is not None and officer != self.user.officer:
            raise ForbiddenProblem(f"只能以自己的名义登记（人员编号 {self.user.officer}）。")
        if self.user.officer is None and officer not in (None, self.user.name):
            raise ForbiddenProblem("只能以自己的名义登记：您的账号没有写明是哪个人员，检查人要空着，或写自己的姓名。")


HERE = Actor(None)
"""This machine, before anybody has an account."""


def actor_of(request: Request) -> Actor:
    """Give who asks."""
    found: Actor = request.scope[ACTOR]
    return found


def put_actor(scope: Asgi, actor: Actor) -> None:
    """Note who asks."""
    scope[ACTOR] = actor
