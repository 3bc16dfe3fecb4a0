"""What services of a PostgreSQL store tell each other of posts."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace

import psycopg
import pytest

from geodata.store import Posted, Store, open_store
from geodata.store.location import Address, Where
from geodata.store.posting import Together, row_of
from geodata.store.reading import Mark
from geodata.store.telling import MOST_BYTES, Hearing, posted_of, words_of
from geodata.tables import TABLES
from tests.geodata.store.elsewhere import elsewhere


def post(store: Store, *ids: str) -> list[Posted]:
    """Post inspections in one transaction; give what the writer itself heard."""
    heard: list[Posted] = []
    rows = [Together((row_of(TABLES["inspections"], {"id": each, "by": "inspector"}),)) for each in ids]
    store.post(rows, actor="t", source="t", tell=heard.append)
    return heard


@pytest.mark.postgis
def test_a_post_is_heard_when_it_is_committed(store: Store, path: Where) -> None:
    """Others hear what the writer heard, in order, once; nothing else, and nothing that was rolled back, is told of."""
    with closing(Hearing(path)) as hearing:
        assert hearing.heard() == []
        told = [*post(store, "I1"), *post(store, "I2", "I3")]
        heard = hearing.heard(5)
        assert heard + (hearing.heard(5) if len(heard) < len(told) else []) == told
        with pytest.raises(ZeroDivisionError):
            store.post(
                [Together((row_of(TABLES["inspections"], {"id": "I4", "by": "inspector"}),))],
                actor="t",
                source="t",
                tell=lambda _: 1 / 0,
            )
        store.change_town(store.town, actor="t")
        assert hearing.heard() == []


@pytest.mark.postgis
def test_words_that_are_none_are_not_heard(store: Store, path: Address) -> None:
    """Anybody may notify: what tells of no post, or comes from another user of the database, counts for nothing."""
    with closing(Hearing(path)) as hearing, open_store(path) as reader:
        hearing.heard()
        word = words_of(Posted({"places": range(1, 2)}, reader.mark(), reader.mark()))
        channel = "'wangge_posts_' || current_schema()"
        elsewhere(path, "DROP ROLE IF EXISTS stranger", "CREATE ROLE stranger LOGIN")
        elsewhere(path, f"SELECT pg_notify({channel}, '无')", f"SELECT pg_notify({channel}, '[1]')")
        stranger = psycopg.connect(**{**path.parameters, "user": "stranger"}, autocommit=True)
        with stranger:
            stranger.execute("SELECT pg_notify(%s, %s)", (f"wangge_posts_{path.schema}", word))
            (told,) = post(store, "I1")
            assert next(heard for _ in range(4) if (heard := hearing.heard(5))) == [told]


@pytest.mark.postgis
def test_a_lost_connection_is_found_again(store: Store, path: Address) -> None:
    """Where the way to hear was cut, nothing was heard, and from the next call on posts are heard again."""
    with closing(Hearing(path)) as hearing:
        hearing.heard()
        listening = "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE query LIKE 'LISTEN %'"
        assert elsewhere(path, listening) == [(True,)]
        post(store, "I1")
        assert hearing.heard(5) == []
        assert hearing.heard() == []
        told = post(store, "I2")
        assert hearing.heard(5) == told


@pytest.mark.geopackage
def test_a_file_tells_nobody(store: Store, path: Where) -> None:
    """A file has one service: there is nothing to hear."""
    with closing(Hearing(path)) as hearing:
        post(store, "I1")
        assert hearing.heard(5) == []


def test_words_come_back_whole() -> None:
    """A post is the same after it was told; what a town can reach fits into a word; other texts tell of none."""
    changes = dict.fromkeys(TABLES, "2024-06-30T10:00:00.123456Z")
    posted = Posted({"hazards": range(10**9, 10**9 + 500)}, Mark(10**9, "m", changes), Mark(10**9 + 500, "n", changes))
    assert posted_of(words_of(posted)) == posted
    moved = replace(posted, after=replace(posted.after, changes={**changes, "hazards": "later", "new": "first"}))
    assert posted_of(words_of(moved)) == moved
    assert len(words_of(posted).encode()) < MOST_BYTES / 2
    for text in ("", "{}", "[]", '{"runs": 1}', '{"runs":{},"before":null,"after":null}', '"x"'):
        assert posted_of(text) is None
