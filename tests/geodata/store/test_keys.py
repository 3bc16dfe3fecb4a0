"""Keys of posts and their answers."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geodata.errors import StoreProblem
from geodata.model import Town
from geodata.store import create_store
from geodata.store import keys as keys_module
from geodata.store.keys import KEPT_S, LEASE_S, Answer, Entry, Keys, keys_path
from tests.coverage.test_against_oracle import SOME
from tests.postgres import fresh

ANSWER = Answer(201, (("content-type", "application/json"), ("location", "/a")), '{"name": "甲"}'.encode())


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Give where a store could be."""
    return tmp_path / "town.gpkg"


def test_of_a_database(postgres: str) -> None:
    """Of a PostgreSQL store another service finds the key, and the answer once it is there; the oldest key goes."""
    where = fresh(postgres)
    create_store(where, Town("甲镇", "990001001")).close()
    now = [1_000_000.0]
    first, second = Keys(where, lambda: now[0]), Keys(where, lambda: now[0])
    assert first.begin("k", "r", 7) is None
    assert second.begin("k", "other", 8) == Entry("r", 7, None)
    first.finish("k", ANSWER)
    assert second.begin("k", "r", 9) == Entry("r", 7, ANSWER)
    first.forget("k")
    assert first.begin("k", "r", 9) is None
    assert second.begin("k", "r", 9) == Entry("r", 9, None)  # its post is being done
    now[0] += LEASE_S
    assert second.begin("k", "r", 9) is None
    second.renew("k")
    second.release("k")
    now[0] += KEPT_S + 1
    assert second.begin("k", "r", 9) is None
    for keys in (first, second):
        keys.close()


def test_known_again(path: Path) -> None:
    """A key that was noted is known, without an answer until there is one, and with it after the file was closed."""
    first = Keys(path)
    assert first.begin("k", "r", 7) is None
    assert first.begin("k", "other", 8) == Entry("r", 7, None)
    first.finish("k", ANSWER)
    first.close()
    second = Keys(path)
    assert second.begin("k", "r", 9) == Entry("r", 7, ANSWER)
    second.forget("k")  # it was not taken there
    assert second.begin("k", "r", 9) == Entry("r", 7, ANSWER)
    first.forget("k")
    assert second.begin("k", "r", 9) is None
    first.close()
    second.close()


def test_one_at_a_time(path: Path) -> None:
    """A key that a service holds is refused to others; of one that was killed only the same post is done anew."""
    now = [1_000_000.0]
    first, second = Keys(path, lambda: now[0]), Keys(path, lambda: now[0])
    assert first.begin("k", "r", 7) is None
    now[0] += LEASE_S - 1
    first.renew("k")
    now[0] += LEASE_S - 1
    held = second.begin("k", "r", 7)
    assert held is not None and held.held
    now[0] += 1
    for request, version in (("other", 7), ("r", 8)):
        known = second.begin("k", request, version)
        assert known is not None and not known.held
    assert second.begin("k", "r", 7) is None
    for tell in (first.forget, first.renew, first.release):  # who lost it has no say any more
        tell("k")
    first.finish("k", Answer(500, (), b""))
    held = first.begin("k", "r", 7)
    assert held is not None and held.held and held.answer is None
    second.finish("k", ANSWER)
    assert first.begin("k", "r", 9) == Entry("r", 7, ANSWER)
    first.close()
    second.close()


def test_for_this_user_without_cookies(path: Path) -> None:
    """Nobody else reads the file, nor one of before, whose keys are known; a cookie is not kept."""
    before = keys_module.TABLE.replace(", owner TEXT, until REAL", "")
    with sqlite3.connect(keys_path(path)) as old:
        old.execute(before)
        old.execute(f"PRAGMA application_id = {keys_module.APPLICATION_ID}")
        old.execute("INSERT INTO post (key, at, request, version) VALUES ('old', 9e9, 'r', 1)")
    old.close()
    keys_path(path).chmod(0o644)
    keys = Keys(path)
    assert keys.begin("old", "r", 2) == Entry("r", 1, None)
    assert {file.stat().st_mode & 0o077 for file in path.parent.glob("*.keys.db*")} == {0}
    assert keys.begin("k", "r", 2) is None
    keys.finish("k", Answer(201, (("Set-Cookie", "s=geheim"), ("location", "/a")), b""))
    assert keys.begin("k", "r", 3) == Entry("r", 2, Answer(201, (("location", "/a"),), b""))
    keys.close()


def test_a_day(path: Path) -> None:
    """A key is forgotten a day after it came."""
    now = [1_000_000.0]
    keys = Keys(path, lambda: now[0])
    keys.begin("k", "r", 1)
    keys.finish("k", ANSWER)
    now[0] += KEPT_S
    assert keys.begin("k", "r", 1) is not None
    now[0] += 1
    assert keys.begin("k", "r", 1) is None
    keys.close()


def test_oldest_goes(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Beyond the bound the oldest key goes; the newest ones stay."""
    monkeypatch.setattr(keys_module, "KEYS_KEPT", 3)
    keys = Keys(path, lambda: 5.0)
    for key in "abcd":
        keys.begin(key, key, 1)
    assert [keys.begin(key, key, 1) is not None for key in "bcd"] == [True] * 3
    assert keys.begin("a", "a", 1) is None
    keys.close()


def test_no_file_before_a_key(path: Path) -> None:
    """Who never sends a key gets no file beside the store."""
    Keys(path).close()
    assert not keys_path(path).exists()


def test_file_of_another_program(path: Path) -> None:
    """A file of that name that is not ours is refused in words, and left as it is."""
    with sqlite3.connect(keys_path(path)) as other:
        other.execute("CREATE TABLE theirs (a)")
    other.close()
    with pytest.raises(StoreProblem, match="不是网格的填报键文件"):
        Keys(path).begin("k", "r", 1)
    keys_path(path).write_bytes(b"nothing of SQLite" * 100)
    with pytest.raises(StoreProblem):
        Keys(path).begin("k", "r", 1)


@pytest.fixture(scope="module")
def one_file(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Keys]:
    """Give keys for many examples, without waiting for the disk."""
    keys = Keys(tmp_path_factory.mktemp("keys") / "town.gpkg")
    keys.forget("a")
    assert keys._connection
    keys._connection.execute("PRAGMA synchronous = OFF")
    yield keys
    keys.close()


STEPS = st.lists(st.tuples(st.sampled_from(["begin", "finish", "forget"]), st.sampled_from("abc")), max_size=12)


@SOME
@given(STEPS)
def test_as_a_dictionary(one_file: Keys, steps: list[tuple[str, str]]) -> None:
    """Whatever comes after whatever, the file knows what a dictionary would."""
    keys, known = one_file, dict[str, Entry]()
    for key in "abc":
        keys.forget(key)
    for number, (what, key) in enumerate(steps):
        if what == "begin":
            assert keys.begin(key, f"r{number}", number) == known.get(key)
            known.setdefault(key, Entry(f"r{number}", number, None))
        elif what == "finish":
            answer = Answer(200 + number, (), bytes([number]))
            keys.finish(key, answer)
            if key in known:
                known[key] = Entry(known[key].request, known[key].version, answer)
        else:
            keys.forget(key)
            known.pop(key, None)
