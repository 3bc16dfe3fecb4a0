"""Any change of the audit by other means is found, and said with number, moment and actor."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geodata.errors import StoreProblem
from geodata.model import Town
from geodata.store import create_store, open_store
from geodata.store.chain import FIELDS, beginning, link
from geodata.store.check_chain import check_chain

TOWN = Town("虎门镇", "441900121")
ROWS = 9
NUMBERS = ("id", "inserted", "updated", "unchanged")
COLUMNS = ", ".join(f'"{name}"' for name in (*FIELDS, "hash"))
Row = list[object]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sqlite3.Connection]:
    """Give settings and audit of a store of nine writes, in memory."""
    path = tmp_path_factory.mktemp("chain") / "town.gpkg"
    with create_store(path, TOWN) as store:
        for number in range(ROWS - 2):
            names = [f"“{number}”厂\n\u2028\x7f", "同一家"]
            frame = pd.DataFrame({"id": ["a", "b"], "name": names}, dtype="str")
            store.write("places", frame, actor=f"文员{number % 2}", action="import", source="表.xlsx")
    with closing(sqlite3.connect(":memory:")) as memory:
        with closing(sqlite3.connect(path)) as file:
            file.backup(memory)
        yield memory


@pytest.fixture(scope="module")
def tamper(whole: sqlite3.Connection) -> Callable[[Callable[[list[Row]], list[Row]]], list[str]]:
    """Give what puts other rows in the place of the audit, tells what the check finds, and puts the audit back."""

    def findings(change: Callable[[list[Row]], list[Row]]) -> list[str]:
        rows = [list(row) for row in whole.execute(f"SELECT {COLUMNS} FROM wangge_audit ORDER BY id")]
        assert len(rows) == ROWS
        whole.execute("BEGIN")
        whole.execute("DELETE FROM wangge_audit")
        marks = ", ".join("?" * (len(FIELDS) + 1))
        whole.executemany(f"INSERT INTO wangge_audit ({COLUMNS}) VALUES ({marks})", change([*map(list, rows)]))
        found = list(check_chain(whole, TOWN))
        whole.execute("ROLLBACK")
        return found

    return findings


@pytest.mark.parametrize("column", [*FIELDS[1:], "hash"])
def test_an_edited_field_is_found(column: str, tamper: Callable[..., list[str]]) -> None:
    """Each field by itself, also the hash; the row is named by number, moment and actor."""

    def edit(rows: list[Row]) -> list[Row]:
        at = [*FIELDS, "hash"].index(column)
        rows[4][at] = 77 if column in NUMBERS else f"{rows[4][at]} "
        return rows

    (finding,) = tamper(edit)
    assert "的编号 5（" in finding
    assert ("，文员" in finding) or column == "actor"
    assert "被改过" in finding


@pytest.mark.parametrize("value", [b"\xff", b"{}", 1.5, "x' \xff"])
def test_a_value_of_another_kind_is_found(value: object, tamper: Callable[..., list[str]]) -> None:
    """Bytes in the place of a text, half a number, whatever a program can put there."""

    def edit(rows: list[Row]) -> list[Row]:
        rows[4][FIELDS.index("changes" if isinstance(value, (bytes, str)) else "updated")] = value
        return rows

    (finding,) = tamper(edit)
    assert "的编号 5（" in finding


@pytest.mark.geopackage
def test_a_text_that_is_no_text_is_found(path: Path) -> None:
    """A text that is no UTF-8 is found and its row named; who reads it otherwise is told what to do."""
    create_store(path, TOWN).close()
    with closing(sqlite3.connect(path)) as other:
        other.execute("UPDATE wangge_audit SET changes = CAST(x'7bff7d' AS TEXT), actor = CAST(x'ff' AS TEXT)")
        other.commit()
    with open_store(path) as store:
        assert any("审计链对不上" in line and "编号 1（" in line for line in store.check())
        with pytest.raises(StoreProblem, match=r"不是 UTF-8 的文字.*备份"):
            store.audit()


def test_rows_in_another_order_are_named(tamper: Callable[..., list[str]]) -> None:
    """Two rows that changed places are named with the numbers that they had."""

    def swap(rows: list[Row]) -> list[Row]:
        rows[2][1:], rows[5][1:] = rows[5][1:], rows[2][1:]
        return rows

    (finding,) = tamper(swap)
    assert "换过次序" in finding
    assert "3（" in finding
    assert "原编号 6" in finding
    assert "原编号 3" in finding


def test_a_deleted_row_is_named_by_the_one_after_it(tamper: Callable[..., list[str]]) -> None:
    """In the middle the next row tells, at the end SQLite's own count."""
    (middle,) = tamper(lambda rows: rows[:3] + rows[4:])
    assert "编号 5（" in middle
    assert "前面的记录被删过" in middle
    (end,) = tamper(lambda rows: rows[:-2])
    assert f"写到过编号 {ROWS}，现在只到 {ROWS - 2}" in end


def test_a_row_put_in_moves_the_others(tamper: Callable[..., list[str]]) -> None:
    """The rows that had to give way and the one that never was are told apart."""
    moved, new = tamper(lambda rows: [*rows[:6], [7, *rows[6][1:-1], "ab" * 32], *_renumbered(rows[6:], 1)])
    assert "换过次序" in moved
    assert "的编号 7（" in new
    assert "插进来" in new


def _renumbered(rows: list[Row], by: int) -> list[Row]:
    return [[int(str(row[0])) + by, *row[1:]] for row in rows]


@st.composite
def _changes(draw: st.DrawFn) -> Callable[[list[Row]], list[Row]]:
    """Draw one edit, deletion, swap or insertion; hashes may be made anew for one row, but not for all after it."""
    at = draw(st.integers(0, ROWS - 2))
    match draw(st.sampled_from(["edit", "rehash", "delete", "close the gap", "swap", "insert", "append"])):
        case "edit" | "rehash" as how:
            column = draw(st.sampled_from(FIELDS[1:]))
            value = draw(st.integers(0, 99) if column in NUMBERS else st.text(max_size=5))
            return lambda rows: _edited(rows, at, column, value, rehash=how == "rehash")
        case "delete":
            return lambda rows: rows[:at] + rows[at + 1 :]
        case "close the gap":
            return lambda rows: rows[:at] + _renumbered(rows[at + 1 :], -1)
        case "swap":
            other = draw(st.integers(0, ROWS - 1).filter(lambda each: each != at))
            return lambda rows: _swapped(rows, at, other)
        case "insert":
            return lambda rows: [*rows[:at], rows[at], *_renumbered(rows[at:], 1)]
    return lambda rows: [*rows, [ROWS + 1, *rows[at][1:]]]


def _edited(rows: list[Row], at: int, column: str, value: object, *, rehash: bool) -> list[Row]:
    row, where = rows[at], FIELDS.index(column)
    row[where] = value if value != row[where] else f"{value}1"
    if rehash:
        row[-1] = link(str(rows[at - 1][-1]) if at else beginning(TOWN.code), row[:-1])
    return rows


def _swapped(rows: list[Row], one: int, other: int) -> list[Row]:
    rows[one][1:], rows[other][1:] = rows[other][1:], rows[one][1:]
    return rows


@settings(max_examples=40)
@given(change=_changes())
def test_any_single_change_is_found(change: Callable[[list[Row]], list[Row]], tamper: Callable[..., list[str]]) -> None:
    """One edit, deletion, swap or insertion by other means never passes, and the untouched chain does."""
    assert tamper(change)
    assert tamper(lambda rows: rows) == []


def test_a_chain_made_anew_is_found_by_its_heads(path: Path) -> None:
    """Who chains all rows anew after an edit is not found from inside; exported heads find it, and between which."""
    with create_store(path, TOWN) as store:
        heads = [store.head()]
        for number in range(3):
            store.write_rules(store.rules_text() + "\n", actor="文员", source=str(number))
            heads.append(store.head())
        kept = [head for head in heads if head]
        assert [head.number for head in kept] == [2, 3, 4, 5]
        assert store.check(kept) == []
        run = store._connection.execute
        run("UPDATE wangge_audit SET actor = '别人' WHERE id = 4")
        previous = beginning(TOWN.code)
        for *fields, _ in run(f"SELECT {COLUMNS} FROM wangge_audit ORDER BY id").fetchall():
            previous = link(previous, fields)
            run("UPDATE wangge_audit SET hash = ? WHERE id = ?", (previous, fields[0]))
        assert store.check() == []
        (finding,) = store.check(kept)
        assert "编号 1 到 3 的与导出时一致，编号 4 的审计记录被改过" in finding
        assert "编号 1 到 5 的审计记录被改过" in store.check(kept[3:])[0]
