"""Reports are frozen once, told from later editions, and found when somebody changed them."""

from __future__ import annotations

import hashlib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from geodata.errors import StoreProblem
from geodata.store import Store, open_store
from tests.geodata.store.elsewhere import elsewhere

FIRST, SECOND = '{"places": ["虎门一厂"]}'.encode(), b'{"places": []}'


def test_a_report_comes_back_as_it_was(store: Store, path: Path) -> None:
    """Its content is read back byte by byte by another process, with who froze it and the hash of its bytes."""
    made = store.freeze_report("quarterly", "2024Q2", FIRST, "clerk")
    assert (made.id, made.edition, made.made_by) == (1, 1, "clerk")
    assert made.hash == hashlib.sha256(FIRST).hexdigest()
    with open_store(path) as other:
        assert other.frozen_reports("quarterly") == [made]
        assert other.frozen_content(made.id) == FIRST
        assert other.check() == []


def test_freezing_is_audited(store: Store) -> None:
    """One audit row names the report and who froze it."""
    store.freeze_report("quarterly", "2024Q2", FIRST, "clerk")
    row = store.audit(1).iloc[0]
    assert row[["actor", "action", "table", "source"]].tolist() == [
        "clerk",
        "freeze",
        "wangge_reports",
        "quarterly 2024Q2",
    ]
    assert row["inserted"] == 1


def test_the_same_content_is_frozen_once(store: Store) -> None:
    """Freezing equal content again gives the edition that stands there and writes nothing."""
    made = store.freeze_report("quarterly", "2024Q2", FIRST, "clerk")
    version = store.version()
    assert store.freeze_report("quarterly", "2024Q2", FIRST, "another") == made
    assert store.version() == version


def test_other_content_is_a_new_edition(store: Store) -> None:
    """The first edition stays as it was; going back to its content is a third one; each period counts for itself."""
    editions = [store.freeze_report("quarterly", "2024Q2", content, "clerk") for content in (FIRST, SECOND, FIRST)]
    other = store.freeze_report("quarterly", "2024Q3", FIRST, "clerk")
    assert [made.edition for made in (*editions, other)] == [1, 2, 3, 1]
    assert store.frozen_reports("quarterly", "2024Q2") == editions
    assert store.frozen_reports("quarterly") == [*editions, other]
    assert store.frozen_reports("monthly") == []
    assert [store.frozen_content(made.id) for made in editions] == [FIRST, SECOND, FIRST]


def test_two_who_freeze_at_once_make_one_edition(store: Store, path: Path) -> None:
    """Of four that freeze the same through two objects, all get the same edition."""
    with open_store(path, write=True) as other, ThreadPoolExecutor(4) as pool:
        made = list(
            pool.map(lambda k: (store, other)[k % 2].freeze_report("quarterly", "2024Q2", FIRST, "c"), range(4))
        )
    assert set(made) == {store.frozen_reports("quarterly")[0]}
    assert len(store.frozen_reports("quarterly")) == 1


def test_a_report_that_is_not_there_is_named(store: Store) -> None:
    """Asked for a number that was never given, the store says so."""
    with pytest.raises(StoreProblem, match="没有编号为 7 的定稿报表"):
        store.frozen_content(7)


@pytest.mark.parametrize(
    ("statement", "finding"),
    [
        ("UPDATE wangge_reports SET content = x'00' WHERE id = 1", "校验码不符：编号 1"),
        ("UPDATE wangge_reports SET content = substr(content, 1, 12) WHERE id = 1", "校验码不符：编号 1"),
        ("UPDATE wangge_reports SET content = 'text' WHERE id = 1", "校验码不符：编号 1"),
        (
            "UPDATE wangge_reports SET content = (SELECT content FROM wangge_reports WHERE id = 2) WHERE id = 1",
            "校验码不符：编号 1",
        ),
        ("UPDATE wangge_reports SET hash = '' WHERE id = 1", "校验码不符：编号 1"),
        ("DELETE FROM wangge_reports WHERE id = 1", "缺少编号 1：有人删过定稿"),
        ("DELETE FROM wangge_reports WHERE id = 2", "缺少编号 2：有人删过定稿"),
        ("DROP TABLE wangge_reports", "缺少表 wangge_reports（定稿报表）"),
    ],
)
def test_a_report_that_was_changed_is_found(store: Store, path: Path, statement: str, finding: str) -> None:
    """`wangge check` names the report that is not what was frozen, and one that is gone."""
    for content in (FIRST, SECOND):
        store.freeze_report("quarterly", "2024Q2", content, "clerk")
    elsewhere(path, statement)
    assert [finding in sentence for sentence in store.check()] == [True]


def test_a_changed_report_is_not_handed_out(store: Store, path: Path) -> None:
    """Content that does not fit its hash is refused, never given as if it were the report."""
    made = store.freeze_report("quarterly", "2024Q2", FIRST, "clerk")
    elsewhere(path, "UPDATE wangge_reports SET hash = 'ab' WHERE id = 1")
    with pytest.raises(StoreProblem, match="定稿报表 1 的内容被改动过"):
        store.frozen_content(made.id)
