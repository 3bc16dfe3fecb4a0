"""Accounts are taken along when a town moves, and in backups, of both kinds of store."""

from __future__ import annotations

import stat
import zipfile
from collections.abc import Iterator
from contextlib import closing
from itertools import pairwise
from pathlib import Path

import pytest

from geodata.accounts.book import Accounts
from geodata.accounts.copying import copy_accounts
from geodata.accounts.door import accounts_path
from geodata.accounts.model import User
from geodata.errors import StoreProblem
from geodata.store.backup_files import add_accounts, bring_accounts
from geodata.store.location import Where
from tests.postgres import fresh

WANG, LI = User("wang", "王五", "clerk", password="hash"), User("li", "李四", "leader", areas=("community:1",))


@pytest.fixture
def full(tmp_path: Path) -> Iterator[Accounts]:
    """Give accounts with a session, a token that holds and one that was revoked."""
    with closing(Accounts(tmp_path / "a.gpkg")) as accounts:
        accounts.add(WANG, "t")
        accounts.add(LI, "wang")
        accounts.begin("wang")
        accounts.revoke("wang", accounts.make_token("wang", "旧", 9, read_only=False)[0].number, "wang")
        yield accounts


def test_there_and_back(full: Accounts, tmp_path: Path, postgres: str) -> None:
    """Through a store of each kind users, tokens and changes stay; nobody is in; numbers and the chain go on."""
    secret = full.make_token("li", "QGIS", 9, read_only=True)[1]
    places: list[Where] = [tmp_path / "a.gpkg", fresh(postgres), fresh(postgres), tmp_path / "b.gpkg"]
    for old, new in pairwise(places):
        assert copy_accounts(old, new) == 2
        with closing(Accounts(new)) as there:
            assert (there.users(), there.sessions("wang"), there.of_token(secret)) == (full.users(), [], (LI, True))
            assert (there.changes(), there.check()) == (full.changes(), [])
    assert stat.S_IMODE(accounts_path(tmp_path / "b.gpkg").stat().st_mode) == 0o600
    for place in places[1:]:
        with closing(Accounts(place)) as there:
            assert there.make_token("li", "新", 9, read_only=True)[0].number == 3
            assert there.check() == []


def test_what_stands_is_left(full: Accounts, tmp_path: Path, postgres: str) -> None:
    """Where somebody has an account nothing is changed; from where nobody has one nothing comes; damage is named."""
    own = fresh(postgres)
    with closing(Accounts(own)) as there:
        there.add(User("zhao", "赵六", "clerk"), "t")
        assert copy_accounts(tmp_path / "a.gpkg", own) == 0
        assert [user.login for user in there.users()] == ["zhao"]
    assert copy_accounts(fresh(postgres), tmp_path / "c.gpkg") == 0
    assert not accounts_path(tmp_path / "c.gpkg").exists()
    accounts_path(tmp_path / "d.gpkg").write_bytes(b"no database" * 100)
    with pytest.raises(StoreProblem, match=r"d\.accounts\.db 用不了"):
        copy_accounts(tmp_path / "d.gpkg", tmp_path / "e.gpkg")
    assert full.check() == []


def test_in_a_backup(full: Accounts, tmp_path: Path, postgres: str) -> None:
    """A database's accounts stand in its backup and come back to a store of either kind, once."""
    database, back = fresh(postgres), fresh(postgres)
    copy_accounts(tmp_path / "a.gpkg", database)
    with zipfile.ZipFile(tmp_path / "1.zip", "w") as archive:
        add_accounts(archive, database, tmp_path)
    with zipfile.ZipFile(tmp_path / "1.zip") as archive:
        for place in (tmp_path / "f.gpkg", back):
            assert [bring_accounts(archive, place) for _ in range(2)] == [True, False]
            with closing(Accounts(place)) as there:
                assert (there.users(), there.changes(), there.check()) == (full.users(), full.changes(), [])
