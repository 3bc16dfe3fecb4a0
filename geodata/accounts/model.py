"""Nouns of accounts: a user, a session or token that stands for one, what is remembered of a change."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from geodata.errors import WanggeError
from geodata.model import LEVELS

ROLES = ("inspector", "grid_manager", "clerk", "leader", "department")
"""The roles of an office; what each may do is said by `api.permissions`."""

LOGIN = re.compile(r"[\w.@-]{1,64}")
AREA = re.compile(rf"({'|'.join(LEVELS)}):\S{{1,100}}")


class AccountProblem(WanggeError):
    """An account is not as it must be, or there is none."""


@dataclass(frozen=True)
class User:
    """A person who may come in.

    Attributes
    ----------
    login
        What is typed to come in; never changed, never given to another person.
    name, role
        As people call them; one of `ROLES`.
    officer
        Their id among the officers of the town; None where they are none.
    areas
        What they see, as `level:code`; empty: no area (with nothing else named either, the role decides).
    industries, department
        What a department answers for: places of these industries, and those that name it as their department.
    password
        Hash of it; None: nobody comes in by password.
    subject
        Who they are at the office's sign-in service (OpenID Connect `sub`).
    disabled
        Whether the door is shut; users are never deleted, for what they did names them.
    """

    login: str
    name: str
    role: str
    officer: str | None = None
    areas: tuple[str, ...] = ()
    industries: tuple[str, ...] = ()
    department: str | None = None
    password: str | None = None
    subject: str | None = None
    disabled: bool = False

    @property
    def signature(self) -> str:
        """How what they do is signed: the name people know, and the login that is theirs alone."""
        return f"{self.name}（{self.login}）"

    def check(self) -> None:
        """Raise AccountProblem for a user that is not as it must be."""
        if not LOGIN.fullmatch(self.login):
            raise AccountProblem(f"登录名“{self.login}”应为 1 到 64 个字母、汉字、数字或 . @ _ -。")
        if not self.name.strip() or len(self.name) > 100 or not self.name.isprintable():
            raise AccountProblem(f"{self.login}：姓名要写 1 到 100 个字。")
        if self.role not in ROLES:
            raise AccountProblem(f"{self.login}：没有“{self.role}”这种角色，可用的有：{'、'.join(ROLES)}。")
        wrong = [area for area in self.areas if not AREA.fullmatch(area)]
        if wrong:
            raise AccountProblem(f"{self.login}：区域“{wrong[0]}”应写成 级别:编码，例如 community:441900121003。")
        lacking = {
            "inspector": not (self.officer or self.areas) and "巡查人员要写明人员编号，或管哪些区域",
            "grid_manager": not self.areas and "网格长、片区长要写明管哪些区域",
            "department": not (self.industries or self.department) and "行业部门要写明管哪些行业，或部门名称",
        }.get(self.role)
        if lacking:
            raise AccountProblem(f"{self.login}：{lacking}，否则什么也看不到。")


@dataclass(frozen=True)
class Token:
    """A personal token for a program; what it is itself is told once, when it is made.

    Attributes
    ----------
    number, login, name
        Its number, whose it is, what for.
    read_only
        Whether nothing may be written with it.
    made_at, expires_at
        Aware moments.
    revoked
        Whether it was taken back.
    """

    number: int
    login: str
    name: str
    read_only: bool
    made_at: datetime
    expires_at: datetime
    revoked: bool


@dataclass(frozen=True)
class Session:
    """A browser that came in: its number, when it did, until when it may stay."""

    number: int
    login: str
    begun_at: datetime
    expires_at: datetime


@dataclass(frozen=True)
class Change:
    """What somebody did to an account, as it is remembered."""

    number: int
    at: datetime
    actor: str
    action: str
    login: str
    detail: str
