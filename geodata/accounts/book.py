"""The book of accounts: a SQLite file beside the town's store (`town.gpkg` → `town.accounts.db`), its owner's alone.

It is apart from the store because a town's file is copied, opened in QGIS and sent to the county: hashes of passwords
have no business there. Of a town in a PostgreSQL database it is a schema beside the town's (`geodata.accounts.door`).
Where there is none, there are no accounts.
"""

from __future__ import annotations

import hashlib
import json
import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, replace
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from geodata.accounts.door import door_of
from geodata.accounts.model import AccountProblem, Change, Session, Token, User
from geodata.accounts.schema import ATTEMPTS, CHANGES, SESSIONS, TOKENS, USERS
from geodata.errors import ChangedProblem
from geodata.store.chain import link
from geodata.store.location import Where

SESSION_S = 12 * 3600.0
DAY_S = 24 * 3600.0
BEGINNING = hashlib.sha256(b"wangge accounts").hexdigest()
_CHAINED = ("number", "at", "actor", "action", "login", "detail")


def has_accounts(store: Where) -> bool:
    """Say whether anybody has an account of a store."""
    accounts = Accounts(store)
    try:
        return accounts.exist()
    finally:
        accounts.close()


class Accounts:
    """The accounts of a store; threads may share it, and several processes.

    Every change is one transaction with its row among the changes. Raises StoreProblem when the file can't be used.
    """

    def __init__(self, store: Where, now: Callable[[], float] = time.time) -> None:
        self._door = door_of(store)
        self._now = now

    def exist(self) -> bool:
        """Say whether anybody was ever given an account. From then on nobody comes in without one."""
        return self._door.exists() and self._count(USERS) > 0

    def are_missing(self) -> bool:
        """Say whether it is plain, in no time, that nobody was; no only means that `exist` must be asked."""
        return self._door.is_missing()

    def users(self) -> list[User]:
        """Give all users by login."""
        if not self._door.exists():
            return []
        with self._reading() as connection:
            return [_user(row) for row in connection.execute(sa.select(USERS).order_by(USERS.c.login))]

    def user(self, login: str) -> User | None:
        """Give a user; None where there is none of that login."""
        return self._one_user(USERS.c.login == login)

    def by_subject(self, subject: str) -> User | None:
        """Give the user whom the office's sign-in service knows by this subject."""
        return self._one_user(USERS.c.subject == subject)

    def add(self, user: User, actor: str) -> None:
        """Give somebody an account; AccountProblem when it is not as it must be, or the login was ever given."""
        user.check()
        with self._writing() as connection:
            if _found(connection, user.login):
                raise AccountProblem(f"登录名“{user.login}”已经有了，没有改动。登录名用过就不再给别人。")
            _check_subject(connection, user)
            connection.execute(USERS.insert(), _row(user))
            self._remember(connection, actor, "add", user.login, _told(user))

    def change(self, user: User, actor: str, *, known: User | None = None) -> None:
        """Put what is said of a user in place of what was, but for the password; it may mean less: sessions end.

        `known` is the user as who asks saw them: ChangedProblem when something else is said of them by now.
        """
        user.check()
        with self._writing() as connection:
            old = _standing(connection, user.login)
            if known is not None and replace(known, password=old.password) != old:
                raise ChangedProblem
            user = replace(user, password=old.password)
            if old == user:
                return
            _check_subject(connection, user)
            _keep_a_clerk(connection, old, user)
            connection.execute(USERS.update().where(USERS.c.login == user.login), _row(user))
            if replace(old, name=user.name) != user:
                connection.execute(SESSIONS.delete().where(SESSIONS.c.login == user.login))
            if user.disabled:
                connection.execute(TOKENS.update().where(TOKENS.c.login == user.login).values(revoked=True))
            self._remember(connection, actor, "change", user.login, _told(user))

    def set_password(self, login: str, password: str | None, actor: str, *, known: User | None = None) -> None:
        """Give a user another password (its hash; None: none); their sessions end.

        `known` is the user as who asks knows them: nothing is written when another password was given meanwhile.
        """
        with self._writing() as connection:
            old = _standing(connection, login)
            if known is not None and (known.password != old.password or old.disabled):
                raise AccountProblem("密码刚刚被改过，或账号已停用，没有改动。")
            new = replace(old, password=password)
            _keep_a_clerk(connection, old, new)
            connection.execute(USERS.update().where(USERS.c.login == login).values(password=password))
            connection.execute(SESSIONS.delete().where(SESSIONS.c.login == login))
            self._remember(connection, actor, "passwd", login, _told(new))

    def rehash(self, login: str, password: str) -> None:
        """Keep a password as it is hashed nowadays; it is the same one, and nothing is to be remembered."""
        with self._writing() as connection:
            connection.execute(USERS.update().where(USERS.c.login == login).values(password=password))

    def begin(self, login: str) -> str:
        """Begin a session of 12 hours; give its secret, which is kept as a hash alone."""
        secret, now = secrets.token_urlsafe(32), self._now()
        row = {"secret": _hash(secret), "login": login, "begun_at": now, "expires_at": now + SESSION_S}
        with self._writing() as connection:
            connection.execute(SESSIONS.delete().where(SESSIONS.c.expires_at < now))
            connection.execute(SESSIONS.insert(), row)
            self._remember(connection, login, "login", login, "")
        return secret

    def of_session(self, secret: str) -> User | None:
        """Give whose session it is; None for none, an ended one, or a user whose door is shut."""
        mine = (SESSIONS.c.secret == _hash(secret)) & (SESSIONS.c.expires_at >= self._now())
        return self._holder(SESSIONS, mine)

    def end(self, secret: str) -> None:
        """End a session."""
        with self._writing() as connection:
            gone = connection.execute(SESSIONS.delete().where(SESSIONS.c.secret == _hash(secret)).returning(SESSIONS))
            for row in gone.fetchall():
                self._remember(connection, row.login, "logout", row.login, "")

    def end_all(self, login: str, actor: str, but: str | None = None) -> int:
        """End every session of a user, but for one; give how many."""
        other = SESSIONS.c.login == login
        if but is not None:
            other &= SESSIONS.c.secret != _hash(but)
        with self._writing() as connection:
            count = connection.execute(SESSIONS.delete().where(other)).rowcount
            self._remember(connection, actor, "end-sessions", login, str(count))
        return count

    def sessions(self, login: str) -> list[Session]:
        """Give the sessions of a user that are still going on, the newest first."""
        mine = (SESSIONS.c.login == login) & (SESSIONS.c.expires_at >= self._now())
        with self._reading() as connection:
            found = connection.execute(sa.select(SESSIONS).where(mine).order_by(SESSIONS.c.number.desc()))
            return [Session(row.number, row.login, _moment(row.begun_at), _moment(row.expires_at)) for row in found]

    def make_token(self, login: str, name: str, days: float, *, read_only: bool) -> tuple[Token, str]:
        """Make a personal token for some days; give it and its secret, which is told this once."""
        secret, now = f"wg_{secrets.token_urlsafe(32)}", self._now()
        row = {"secret": _hash(secret), "login": login, "name": name, "read_only": read_only, "revoked": False}
        with self._writing() as connection:
            made = connection.execute(
                TOKENS.insert().returning(TOKENS), {**row, "made_at": now, "expires_at": now + days * DAY_S}
            ).one()
            self._remember(connection, login, "token", login, f"{made.number} {name}")
        return _token(made), secret

    def of_token(self, secret: str) -> tuple[User, bool] | None:
        """Give whose token it is, and whether it is for reading alone; None for none, an ended or revoked one."""
        mine = (TOKENS.c.secret == _hash(secret)) & (TOKENS.c.expires_at >= self._now()) & ~TOKENS.c.revoked
        user = self._holder(TOKENS, mine)
        if user is None:
            return None
        with self._reading() as connection:
            return user, bool(connection.execute(sa.select(TOKENS.c.read_only).where(mine)).scalar_one())

    def tokens(self, login: str) -> list[Token]:
        """Give the tokens of a user, the newest first."""
        with self._reading() as connection:
            mine = sa.select(TOKENS).where(TOKENS.c.login == login).order_by(TOKENS.c.number.desc())
            return [_token(row) for row in connection.execute(mine)]

    def revoke(self, login: str, number: int, actor: str) -> None:
        """Take a token back; AccountProblem when the user has none of that number."""
        mine = (TOKENS.c.login == login) & (TOKENS.c.number == number)
        with self._writing() as connection:
            if not connection.execute(TOKENS.update().where(mine).values(revoked=True)).rowcount:
                raise AccountProblem(f"{login} 没有第 {number} 号令牌。")
            self._remember(connection, actor, "revoke", login, str(number))

    def attempt(self, login: str, address: str, within_s: float, most: tuple[int, int, int]) -> bool:
        """Note that somebody tries to come in, before it is known whether they may; say whether they may try.

        Parameters
        ----------
        login
            Empty where nobody named one: tries of the address alone are counted then.
        most
            How many tries there may be within so many seconds: of this login from this address, of this login from
            anywhere, from this address. What is refused is not noted: nobody can shut others out for long from one
            place.
        """
        now, hashed = self._now(), _hash(login)
        whose, where = ATTEMPTS.c.login == hashed, ATTEMPTS.c.address == address
        asked = list(zip((whose & where, whose, where), most, strict=True))[0 if login else 2 :]
        with self._writing() as connection:
            connection.execute(ATTEMPTS.delete().where(ATTEMPTS.c.at < now - within_s))
            for each, limit in asked:
                count = sa.select(sa.func.count()).select_from(ATTEMPTS).where(each)
                if connection.execute(count).scalar_one() >= limit:
                    return False
            connection.execute(ATTEMPTS.insert(), {"login": hashed, "address": address, "at": now})
        return True

    def forget_attempts(self, login: str, address: str) -> None:
        """Forget the tries of who came in."""
        mine = (ATTEMPTS.c.login == _hash(login)) & (ATTEMPTS.c.address == address)
        with self._writing() as connection:
            connection.execute(ATTEMPTS.delete().where(mine))

    def changes(self, limit: int = 100) -> list[Change]:
        """Give what was done to accounts, the newest first."""
        with self._reading() as connection:
            newest = sa.select(CHANGES).order_by(CHANGES.c.number.desc()).limit(limit)
            return [
                Change(row.number, datetime.fromisoformat(row.at), row.actor, row.action, row.login, row.detail)
                for row in connection.execute(newest)
            ]

    def check(self) -> list[str]:
        """Give what is wrong with the changes: rows that were edited, deleted, put in or reordered."""
        if not self._door.exists():
            return []
        previous, expected, wrong = BEGINNING, 1, []
        with self._reading() as connection:
            for row in connection.execute(sa.select(CHANGES).order_by(CHANGES.c.number)):
                if row.number != expected or row.hash != link(previous, [getattr(row, name) for name in _CHAINED]):
                    wrong.append(f"账号变动记录第 {row.number} 条与前一条对不上：有人改过、删过或加过。")
                previous, expected = row.hash, row.number + 1
        return wrong

    def close(self) -> None:
        """Close what they are kept in."""
        self._door.close()

    def _count(self, table: sa.Table) -> int:
        with self._reading() as connection:
            return int(connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one())

    def _one_user(self, which: sa.ColumnElement[bool]) -> User | None:
        if not self._door.exists():
            return None
        with self._reading() as connection:
            row = connection.execute(sa.select(USERS).where(which)).first()
        return None if row is None else _user(row)

    def _holder(self, table: sa.Table, which: sa.ColumnElement[bool]) -> User | None:
        if not self._door.exists():
            return None
        query = sa.select(USERS).join(table, table.c.login == USERS.c.login).where(which, ~USERS.c.disabled)
        with self._reading() as connection:
            row = connection.execute(query).first()
        return None if row is None else _user(row)

    def _remember(self, connection: sa.Connection, actor: str, action: str, login: str, detail: str) -> None:
        last = connection.execute(sa.select(CHANGES).order_by(CHANGES.c.number.desc()).limit(1)).first()
        at = datetime.fromtimestamp(self._now(), UTC).isoformat(timespec="seconds")
        values = [1 if last is None else last.number + 1, at, actor, action, login, detail]
        hashed = link(BEGINNING if last is None else last.hash, values)
        connection.execute(CHANGES.insert(), {**dict(zip(_CHAINED, values, strict=True)), "hash": hashed})

    @contextmanager
    def _reading(self) -> Iterator[sa.Connection]:
        with self._door.clear_words(), self._door.opened().connect() as connection:
            yield connection

    @contextmanager
    def _writing(self) -> Iterator[sa.Connection]:
        with self._door.clear_words(), self._door.opened().connect() as connection:
            self._door.begin(connection)
            try:
                yield connection
                connection.exec_driver_sql("COMMIT")
            except BaseException:
                connection.exec_driver_sql("ROLLBACK")
                raise


def _keep_a_clerk(connection: sa.Connection, old: User, new: User) -> None:
    """Refuse to shut the last clerk out who can let others in: one who sees the whole town and can come in."""
    if not _keeps_the_door(old) or _keeps_the_door(new):
        return
    others = (_user(row) for row in connection.execute(sa.select(USERS).where(USERS.c.login != old.login)))
    if not any(_keeps_the_door(each) for each in others):
        raise AccountProblem("至少要留一个能登录、看得到全镇的安委办账号，没有改动。")


def _keeps_the_door(user: User) -> bool:
    part = user.areas or user.industries or user.department
    return user.role == "clerk" and not user.disabled and not part and bool(user.password or user.subject)


def _check_subject(connection: sa.Connection, user: User) -> None:
    if user.subject is None:
        return
    same = (USERS.c.subject == user.subject) & (USERS.c.login != user.login)
    other = connection.execute(sa.select(USERS.c.login).where(same)).scalar()
    if other is not None:
        raise AccountProblem(f"统一登录的标识“{user.subject}”已经是 {other} 的，没有改动。")


def _standing(connection: sa.Connection, login: str) -> User:
    found = _found(connection, login)
    if found is None:
        raise AccountProblem(f"没有登录名为“{login}”的用户。")
    return found


def _found(connection: sa.Connection, login: str) -> User | None:
    row = connection.execute(sa.select(USERS).where(USERS.c.login == login)).first()
    return None if row is None else _user(row)


def _user(row: Any) -> User:
    values = {name: getattr(row, name) for name in USERS.columns.keys()}  # noqa: SIM118 - not a dict
    return User(**values | {name: tuple(json.loads(values[name])) for name in ("areas", "industries")})


def _row(user: User) -> dict[str, Any]:
    row = asdict(user)
    return row | {name: json.dumps(row[name], ensure_ascii=False) for name in ("areas", "industries")}


def _told(user: User) -> str:
    """Give a user as it is remembered: without the hash of the password."""
    row = {name: value for name, value in asdict(user).items() if name not in ("login", "password")}
    return json.dumps(row, ensure_ascii=False)


def _token(row: Any) -> Token:
    return Token(
        row.number, row.login, row.name, row.read_only, _moment(row.made_at), _moment(row.expires_at), row.revoked
    )


def _moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
