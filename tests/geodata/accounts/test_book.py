"""The book of accounts: users, sessions, tokens, tries; every change remembered."""

from __future__ import annotations

import sqlite3
import stat
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from geodata.accounts.book import DAY_S, SESSION_S, Accounts, has_accounts
from geodata.accounts.door import accounts_path
from geodata.accounts.model import AccountProblem, User
from geodata.errors import ChangedProblem, StoreProblem
from tests.postgres import fresh

CLERK = User("wang", "王五", "clerk", password="hash")


class Clock:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.now = 1_700_000_000.0

    def __call__(self) -> float:
        """Give the moment."""
        return self.now


@pytest.fixture
def clock() -> Clock:
    """Give a clock."""
    return Clock()


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run every test of a book on both kinds of store, but those that are marked `geopackage`."""
    if "kind" in metafunc.fixturenames:
        only_file = metafunc.definition.get_closest_marker("geopackage")
        metafunc.parametrize("kind", ["file"] if only_file else ["file", "postgis"])


@pytest.fixture
def book(kind: str, tmp_path: Path, clock: Clock, request: pytest.FixtureRequest) -> Iterator[Accounts]:
    """Give a book with one clerk."""
    where = tmp_path / "town.gpkg" if kind == "file" else fresh(request.getfixturevalue("postgres"))
    accounts = Accounts(where, clock)
    accounts.add(CLERK, "t")
    yield accounts
    accounts.close()


def test_not_missing(book: Accounts) -> None:
    """Once somebody has an account nobody takes the book for missing."""
    assert not book.are_missing()


def test_no_file(tmp_path: Path) -> None:
    """Where there is no file there are no accounts, and asking makes none."""
    store = tmp_path / "town.gpkg"
    assert not has_accounts(store)
    assert Accounts(store).are_missing()
    accounts = Accounts(store)
    assert accounts.users() == []
    assert accounts.of_session("x") is None
    assert accounts.of_token("x") is None
    assert not accounts_path(store).exists()


@pytest.mark.geopackage
def test_owner_alone(book: Accounts, tmp_path: Path) -> None:
    """The file, and what SQLite keeps beside it, is readable by its owner alone."""
    book.begin("wang")
    modes = {stat.S_IMODE(path.stat().st_mode) for path in tmp_path.glob("town.accounts.db*")}
    assert modes == {0o600}


@pytest.mark.geopackage
def test_secrets_are_not_kept(book: Accounts, tmp_path: Path) -> None:
    """No secret of a session or token stands in the file."""
    session, (_, token) = book.begin("wang"), book.make_token("wang", "QGIS", 1, read_only=True)
    book.close()
    held = b"".join(path.read_bytes() for path in tmp_path.glob("town.accounts.db*"))
    assert session.encode() not in held
    assert token.encode() not in held


def test_a_login_is_given_once(book: Accounts) -> None:
    """A login that was ever given is not given again."""
    with pytest.raises(AccountProblem, match="已经有了"):
        book.add(replace(CLERK, name="李四"), "t")


@pytest.mark.geopackage
@pytest.mark.parametrize(
    ("user", "says"),
    [
        (User("", "a", "clerk"), "登录名"),
        (User("a b", "a", "clerk"), "登录名"),
        (User("a", " ", "clerk"), "姓名"),
        (User("a", "a", "boss"), "角色"),
        (User("a", "a", "leader", areas=("990",)), "级别:编码"),
        (User("a", "a", "inspector"), "巡查人员"),
        (User("a", "a", "grid_manager"), "管哪些区域"),
        (User("a", "a", "department"), "管哪些行业"),
    ],
)
def test_users_that_are_none(book: Accounts, user: User, says: str) -> None:
    """A user that can't be is refused, with what is wrong; nothing is written."""
    with pytest.raises(AccountProblem, match=says):
        book.add(user, "t")
    assert len(book.users()) == 1


def test_session_ends(book: Accounts, clock: Clock) -> None:
    """A session is good for twelve hours, or until it is ended."""
    one, other = book.begin("wang"), book.begin("wang")
    assert book.of_session(one) == CLERK
    book.end(one)
    assert book.of_session(one) is None
    assert book.of_session(other) == CLERK
    clock.now += SESSION_S + 1
    assert book.of_session(other) is None
    assert book.sessions("wang") == []


def test_change_ends_sessions(book: Accounts) -> None:
    """Another role, scope or password ends what somebody came in by; another name doesn't."""
    secret = book.begin("wang")
    book.add(replace(CLERK, login="li"), "t")
    book.change(replace(CLERK, name="王六"), "t")
    assert book.of_session(secret) is not None
    book.change(replace(CLERK, name="王六", role="leader"), "t")
    assert book.of_session(secret) is None


def test_changed_by_another(book: Accounts) -> None:
    """Who saw another state of a user changes nothing; another password since then is no change of what is said."""
    book.set_password("wang", "another", "t")
    book.change(replace(CLERK, name="王六"), "t", known=CLERK)
    with pytest.raises(ChangedProblem):
        book.change(replace(CLERK, role="leader"), "t", known=CLERK)
    assert book.users() == [replace(CLERK, name="王六", password="another")]


def test_shut_door(book: Accounts) -> None:
    """Whose door is shut comes in by nothing, and their tokens stay revoked when it opens again."""
    user = replace(CLERK, login="li", role="leader")
    book.add(user, "t")
    secret, (_, token) = book.begin("li"), book.make_token("li", "x", 1, read_only=False)
    book.change(replace(user, disabled=True), "t")
    assert book.of_session(secret) is None
    assert book.of_token(token) is None
    book.change(user, "t")
    assert book.of_token(token) is None


def test_last_clerk(book: Accounts) -> None:
    """The last clerk is not shut out, nor made something else."""
    for change in (replace(CLERK, disabled=True), replace(CLERK, role="leader")):
        with pytest.raises(AccountProblem, match="至少要留一个"):
            book.change(change, "t")
    assert book.user("wang") == CLERK


def test_token(book: Accounts, clock: Clock) -> None:
    """A token stands for its person until it expires or is revoked, and says whether it may write."""
    token, secret = book.make_token("wang", "QGIS", 2, read_only=True)
    assert book.of_token(secret) == (CLERK, True)
    clock.now += 2 * DAY_S + 1
    assert book.of_token(secret) is None
    token, secret = book.make_token("wang", "脚本", 2, read_only=False)
    assert book.of_token(secret) == (CLERK, False)
    book.revoke("wang", token.number, "t")
    assert book.of_token(secret) is None
    with pytest.raises(AccountProblem, match="没有第"):
        book.revoke("wang", 99, "t")


def test_tries(book: Accounts, clock: Clock) -> None:
    """Tries are counted by login and address, by login, by address, and forgotten with time or by coming in."""

    def tried(login: str, address: str) -> bool:
        return book.attempt(login, address, 900, (2, 3, 4))

    assert [tried("wang", "10.0.0.1") for _ in range(3)] == [True, True, False]
    assert tried("wang", "10.0.0.2")
    assert not tried("wang", "10.0.0.3")  # of the login, from anywhere
    book.forget_attempts("wang", "10.0.0.1")
    assert tried("wang", "10.0.0.3")
    assert [tried(f"u{number}", "10.0.0.1") for number in range(5)] == [True, True, True, True, False]
    assert not book.attempt("", "10.0.0.1", 900, (2, 3, 4))
    clock.now += 901
    assert tried("wang", "10.0.0.1")


def test_nobody_is_shut_out_from_one_place(book: Accounts) -> None:
    """However often one address tries, refused tries count for nothing: the login stays open elsewhere."""
    for _ in range(100):
        book.attempt("wang", "10.0.0.1", 900, (10, 50, 100))
    assert book.attempt("wang", "10.0.0.2", 900, (10, 50, 100))


def test_subject_of_one(book: Accounts) -> None:
    """What the sign-in service calls somebody is one user's, said in words when it is wanted again."""
    book.add(replace(CLERK, login="li", subject="s-1"), "t")
    for again in (lambda: book.add(replace(CLERK, login="zhao", subject="s-1"), "t"),
                  lambda: book.change(replace(CLERK, subject="s-1"), "t")):  # fmt: skip
        with pytest.raises(AccountProblem, match="已经是 li 的"):
            again()
    assert book.user("zhao") is None


def test_password_of_somebody_shut_out(book: Accounts) -> None:
    """A password is not changed by whoever was shut out, or whose password was reset, while it was being hashed."""
    li = replace(CLERK, login="li", role="leader")
    book.add(li, "t")
    book.change(replace(li, disabled=True), "t")
    with pytest.raises(AccountProblem, match="已停用"):
        book.set_password("li", "new", "li", known=li)
    assert book.user("li") == replace(li, disabled=True)
    book.change(li, "t")
    book.set_password("li", "reset", "t")
    with pytest.raises(AccountProblem, match="刚刚被改过"):
        book.set_password("li", "new", "li", known=li)
    book.change(replace(li, name="李四"), "t")  # says nothing of the password
    assert book.user("li") == replace(li, name="李四", password="reset")


@pytest.mark.parametrize(
    "change", [{"areas": ("community:1",)}, {"industries": ("教育",)}, {"disabled": True}, {"role": "leader"}]
)
def test_last_door_keeper(book: Accounts, change: dict[str, Any]) -> None:
    """The last clerk who sees the whole town and can come in stays one; one without a password keeps no door."""
    book.add(User("lame", "没有密码", "clerk"), "t")
    book.add(User("part", "一片", "clerk", areas=("community:1",), password="hash"), "t")
    with pytest.raises(AccountProblem, match="至少要留一个"):
        book.change(replace(CLERK, **change), "t")
    with pytest.raises(AccountProblem, match="至少要留一个"):
        book.set_password("wang", None, "t")
    assert book.user("wang") == CLERK


@pytest.mark.geopackage
def test_changes_are_chained(book: Accounts, tmp_path: Path) -> None:
    """A change that is edited, deleted or put in afterwards is found."""
    book.make_token("wang", "x", 1, read_only=True)
    book.end_all("wang", "t")
    assert book.check() == []
    assert [each.action for each in book.changes()] == ["end-sessions", "token", "add"]
    path = accounts_path(tmp_path / "town.gpkg")
    for statement in ("UPDATE changes SET actor = 'x' WHERE number = 2", "DELETE FROM changes WHERE number = 2"):
        with sqlite3.connect(path) as connection:
            connection.execute(statement)
        assert book.check()


def test_passwords_are_not_remembered(book: Accounts) -> None:
    """What is remembered of a change holds no hash of a password."""
    book.set_password("wang", "another hash", "t")
    assert book.changes()[0].action == "passwd"
    assert all("hash" not in each.detail for each in book.changes())


def test_not_a_book(tmp_path: Path) -> None:
    """A file that is none is said, and left as it is."""
    path = accounts_path(tmp_path / "town.gpkg")
    path.write_bytes(b"no database at all, but long enough to be looked at" * 40)
    with pytest.raises(StoreProblem, match="账号文件"):
        Accounts(tmp_path / "town.gpkg").users()
    assert path.read_bytes().startswith(b"no database")


def test_clock_back(book: Accounts, clock: Clock) -> None:
    """The clock goes back an hour: sessions and tokens stand, tries count on, the chain of changes is whole."""
    secret = book.begin("wang")
    _, token = book.make_token("wang", "t", 1, read_only=False)
    assert book.attempt("wang", "10.0.0.1", 900, (2, 9, 9))
    clock.now -= 3600
    assert book.of_session(secret) == CLERK
    assert book.of_token(token) == (CLERK, False)
    assert book.attempt("wang", "10.0.0.1", 900, (2, 9, 9))
    assert not book.attempt("wang", "10.0.0.1", 900, (2, 9, 9))
    assert book.of_session(book.begin("wang")) == CLERK
    assert len(book.sessions("wang")) == 2
    assert book.check() == []
