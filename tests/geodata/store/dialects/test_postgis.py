"""The store in a PostgreSQL database: what other programs see and do, who waits for whom, what breaks off."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from select import select
from types import SimpleNamespace
from typing import Any, cast

import psycopg
import pytest

from geodata.errors import StoreProblem
from geodata.model import Town
from geodata.store import Store, create_store, open_store
from geodata.store.connection import connect
from geodata.store.dialects.adapting import Connection
from geodata.store.dialects.postgis import POSTGIS
from geodata.store.health import faults, size_of
from geodata.store.location import Address, store_path
from geodata.store.posting import Row, Together, row_of
from geodata.store.thumbnails import read_thumbnail, read_thumbnails, thumbnails_written
from geodata.store.writing import transaction
from geodata.tables import TABLES
from tests.geodata.store.elsewhere import elsewhere
from tests.postgres import fresh

pytestmark = pytest.mark.postgis
WRITTEN = {"actor": "clerk", "action": "import", "source": "a file"}


@pytest.fixture
def where(path: Address) -> Address:
    """Say where the store is."""
    return path


def row(row_id: str, table: str = "inspections") -> Row:
    """Give a row to post."""
    return row_of(TABLES[table], {"id": row_id})


def test_layers_are_typed_and_registered(store: Store, where: Address) -> None:
    """Every layer with shapes is registered with its type in EPSG:4326; columns have true types."""
    registered = elsewhere(
        where, "SELECT f_table_name, type, srid FROM geometry_columns WHERE f_table_schema = current_schema()"
    )
    assert set(registered) == {(name, table.geometry, 4326) for name, table in TABLES.items() if table.geometry}
    kinds = dict(
        elsewhere(
            where,
            "SELECT column_name, data_type FROM information_schema.columns "
            "WHERE table_schema = current_schema() AND table_name = 'hazards'",
        )
    )
    assert kinds["found_at"] == "timestamp with time zone"
    assert (kinds["deadline"], kinds["void"], kinds["id"]) == ("date", "boolean", "text")


def test_what_another_program_draws_is_seen(store: Store, where: Address, made: SimpleNamespace) -> None:
    """A row that a GIS program puts in gets a fid of its own, moves the mark, and is read as any other."""
    store.write("places", made.places(3), **WRITTEN)
    mark = store.mark()
    elsewhere(where, "INSERT INTO places (id, geometry) VALUES ('Q', 'SRID=4326;POINT(113.7 22.8)')")
    after = store.mark()
    assert after.version == mark.version
    assert {name for name in TABLES if after.changes.get(name) != mark.changes.get(name)} == {"places"}
    places = store.ledger("places").places
    assert (places["id"].tolist()[-1], places.geometry.iloc[-1].x) == ("Q", 113.7)
    assert store.check() == []
    elsewhere(where, "UPDATE places SET name = '改' WHERE id = 'Q'")
    assert store.mark() != after


def test_an_empty_shape_is_none(store: Store, where: Address) -> None:
    """What another program leaves empty is no position."""
    elsewhere(where, "INSERT INTO places (id, geometry) VALUES ('Q', 'SRID=4326;POINT EMPTY')")
    elsewhere(where, "INSERT INTO masks (id, geometry) VALUES ('M', 'SRID=4326;MULTIPOLYGON EMPTY')")
    assert store.ledger("places").places.geometry.tolist() == [None]
    assert store.ledger("masks").frames["masks"].geometry.tolist() == [None]
    assert store.check() == []


def test_numbers_that_others_take_break_no_run(store: Store, where: Address, made: SimpleNamespace) -> None:
    """An import's rows have fids one after another, and can be undone, when another program took numbers between."""
    elsewhere(where, "INSERT INTO places (id) VALUES ('Q')", "SELECT nextval(pg_get_serial_sequence('places', 'fid'))")
    _, import_id = store.import_rows({"places": made.places(4)}, actor="c", source="s")["places"]
    assert import_id is not None
    (fids,) = zip(*elsewhere(where, "SELECT fid FROM places WHERE id <> 'Q' ORDER BY fid"), strict=True)
    assert fids == tuple(range(fids[0], fids[0] + 4))
    assert store.undo(import_id, actor="c").deleted == 4
    assert store.ledger("places").places["id"].tolist() == ["Q"]


def test_a_write_that_is_rolled_back_leaves_no_gap(store: Store, made: SimpleNamespace) -> None:
    """Ids of the audit, which must have no hole, count only what was committed."""
    before = store.version()
    store.write("places", made.places(3), keep="nothing", **WRITTEN)
    store.write("places", made.places(3), **WRITTEN)
    assert store.version() == before + 1
    assert store.check() == []


def test_neighbours_stand(store: Store) -> None:
    """A row that breaks a constraint is its own outcome; those before and after it stand, and tell of their rows."""
    heard: list[Any] = []
    broken = Row(TABLES["inspections"], {"id": None})
    posts = [Together((each,)) for each in (row("a"), broken, row("b"), row("a"))]
    outcomes = store.post(posts, actor="s", source="api", tell=heard.append)
    assert [outcomes[at] for at in (0, 2, 3)] == ["inserted", "inserted", "unchanged"]
    assert isinstance(outcomes[1], psycopg.errors.NotNullViolation)
    assert store.posted(heard)["inspections"]["id"].tolist() == ["a", "b"]


def test_writers_of_many_processes_take_turns(store: Store, where: Address) -> None:
    """Four who post at once over connections of their own: every row stands, the chain is whole."""

    def post(number: int) -> list[Any]:
        with open_store(where, write=True) as own:
            rows = [row(f"{number}-{each}") for each in range(5)]
            return [own.post([Together((one,))], actor="s", source="api", tell=lambda _: None)[0] for one in rows]

    with ThreadPoolExecutor(4) as pool:
        assert {outcome for done in pool.map(post, range(4)) for outcome in done} == {"inserted"}
    assert len(store.ledger("inspections").inspections) == 20
    assert store.check_audit() == []


def test_who_waits_too_long_is_told(store: Store, where: Address) -> None:
    """While another holds the writers' turn reading goes on, writing gives up in time, the writer is a fault."""
    with closing(connect(where, write=True)) as other, open_store(where, write=True, patience=0.05) as patient:
        POSTGIS.begin(other, "writing")
        with pytest.raises(StoreProblem, match="正被另一个程序写入"):
            patient.save_draft(None, name="n", level="grid", actor="a", base="b", content={})
        assert patient.drafts() == []
        assert list(faults(where, patience=0.05)) == ["writer"]
        other.rollback()
        assert patient.save_draft(None, name="n", level="grid", actor="a", base="b", content={}) == 1
        assert faults(where) == {}


def test_a_broken_connection_is_made_anew(store: Store, where: Address) -> None:
    """When the server ended the connection while nobody asked, neither a read nor a write is refused."""
    cut = (
        "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity "
        f"WHERE pid <> pg_backend_pid() AND application_name = 'wangge {where.schema}'"
    )
    elsewhere(where, cut)
    assert store.version() == 2
    elsewhere(where, cut)
    store.write_rules("# x\n", actor="a", source="s")
    elsewhere(where, cut)
    assert store.rules_text() == "# x\n"


def test_a_word_of_the_server_is_no_end(store: Store, where: Address) -> None:
    """What a server says by the way leaves the connection as it is."""
    held = cast("Connection", store._connection)
    held.execute("LISTEN anything")
    elsewhere(where, "NOTIFY anything")
    assert select([held], [], [], 5)[0] == [held]
    assert not POSTGIS.has_gone(held)
    assert store.version() == 2
    assert store._connection is held


def test_a_transaction_that_is_cut_off_leaves_nothing(store: Store, where: Address) -> None:
    """What was not committed when the connection broke is not there."""
    with (
        closing(connect(where, write=True)) as connection,
        pytest.raises(psycopg.OperationalError),
        transaction(POSTGIS.engine_on(connection)) as begun,
    ):
        begun.exec_driver_sql("INSERT INTO places (id) VALUES ('half')")
        pid = begun.exec_driver_sql("SELECT pg_backend_pid()").scalar_one()
        elsewhere(where, f"SELECT pg_terminate_backend({pid})")
        begun.exec_driver_sql("SELECT 1")
    assert store.ledger("places").places.empty


def test_several_towns_in_one_database(store: Store, postgres: str) -> None:
    """Each schema is a town of its own, with counters and turns of its own."""
    with create_store(fresh(postgres), Town("乙镇", "990001002")) as other:
        other.save_draft(None, name="n", level="grid", actor="a", base="b", content={})
        assert store.drafts() == []
        assert (store.town.name, other.town.name) == ("虎门镇", "乙镇")


def test_a_schema_in_use_is_not_taken(store: Store, where: Address) -> None:
    """Where a town stands no other is made, nor over tables of somebody else's; an empty schema may be given to us."""
    with pytest.raises(StoreProblem, match="已经存在"):
        create_store(where, Town("乙镇", "990001002"))
    assert store.check() == []


def test_an_empty_schema_is_taken(where: Address, postgres: str) -> None:
    """A schema that the manager of the database made for us is used; one with a stranger's table is refused."""
    with psycopg.connect(**where.parameters, autocommit=True) as manager:
        manager.execute(f"CREATE SCHEMA {where.schema}")
    create_store(where, Town("甲镇", "990001001")).close()
    other = fresh(postgres)
    with psycopg.connect(**where.parameters, autocommit=True) as manager:
        manager.execute(f"CREATE SCHEMA {other.schema}; CREATE TABLE {other.schema}.theirs (a int)")
    with pytest.raises(StoreProblem, match="已经存在"):
        create_store(other, Town("甲镇", "990001001"))
    with pytest.raises(StoreProblem, match="没有网格的数据"):
        open_store(other)


def test_a_server_that_is_not_there_is_told_without_the_password() -> None:
    """Nobody answers: the address is named, the password is not, and nothing of the driver's own words."""
    where = store_path("postgresql://u:geheim@127.0.0.1:1/town")
    with pytest.raises(StoreProblem, match=r"连不上 postgresql://u@127\.0\.0\.1:1/town") as refused:
        open_store(where)
    assert "geheim" not in str(refused.value)
    found = faults(where)
    assert set(found) == {"store", "writer"}
    assert "127.0.0.1" not in "".join(found.values())


def test_a_value_that_can_not_stand_is_refused(store: Store, made: SimpleNamespace) -> None:
    """A text with a NUL, which PostgreSQL can't hold, is refused in words and nothing is written."""
    with pytest.raises(StoreProblem, match="存不下"):
        store.write("places", made.places(3).assign(name="a\0b"), **WRITTEN)
    assert store.ledger("places").places.empty


def test_the_size_is_told(store: Store, where: Address) -> None:
    """Rows are those of the tables; the bytes are those of the schema."""
    size = size_of(where)
    assert (size.rows["areas"], size.version, size.log_bytes) == (1, 2, 0)
    assert size.file_bytes > 100_000


def test_thumbnails_stand_in_the_database(store: Store, where: Address) -> None:
    """A thumbnail is kept once, read by its id, and not at all when the writing broke off."""
    with thumbnails_written(where) as put:
        put("a", b"GP\0one")
        put("a", b"two")
    with pytest.raises(RuntimeError), thumbnails_written(where) as put:
        put("b", b"three")
        raise RuntimeError
    assert read_thumbnails(where, ["a", "b"]) == {"a": b"GP\0one"}
    assert read_thumbnail(where, "b") is None


DAMAGES = {
    "UPDATE places SET risk = '极高' WHERE id = 'P00001'": "列 risk 有不合规定的值：P00001（极高）",
    "UPDATE inspections SET place_id = 'nowhere' WHERE id = 'I000002'": "I000002（nowhere）",
    "UPDATE areas SET parent_level = '村' WHERE code = 'A'": "community/A（村）",
    "UPDATE places SET opened = 'infinity' WHERE id = 'P00000'": "列 opened 有不合规定的值：P00000",
    "UPDATE places SET geometry = ST_SetSRID(ST_MakePoint('Infinity', 1), 4326) WHERE id = 'P00000'": "读不出的图形",
    "DELETE FROM places WHERE id = 'P00004'": "places（监管场所）现有 4 行，按审计应不少于 5 行",
    "UPDATE wangge_audit SET updated = -1 WHERE id = 3": "行数不对：编号 3",
    "DELETE FROM wangge_audit WHERE id = 2": "记录不连续，缺少编号 2",
    "DELETE FROM wangge_audit WHERE id = 6": "最后的记录被删过：写到过编号 6，现在只到 5",
    "DROP TRIGGER wangge_changed ON roads": "roads（道路）缺少记录改动的触发器",
    "DROP INDEX tracks_geometry": "tracks（轨迹）没有空间索引",
    "DROP INDEX officers_id": "officers（人员）缺少编号的唯一索引",
    "ALTER TABLE water ALTER geometry TYPE geometry": "water（水面）的图形列类型不对",
    "DELETE FROM wangge_tables WHERE name = 'masks'": "计数表 wangge_tables 缺少 masks",
}


def test_damages_are_found_and_named(store: Store, where: Address, made: SimpleNamespace) -> None:
    """Each of these is a sentence of its own in what `wangge check` says."""
    frames = {"areas": made.areas(), "places": made.places(), "inspections": made.inspections()}
    store.write_many(frames, **WRITTEN)
    store.write_rules("# x\n", actor="a", source="s")
    assert store.check() == []
    elsewhere(where, *DAMAGES)
    found = store.check()
    assert [said for said in DAMAGES.values() if not any(said in line for line in found)] == []
    elsewhere(where, "DROP TABLE reviews", "ALTER TABLE tracks DROP COLUMN officer")
    found = store.check()
    assert any("缺少表 reviews" in line for line in found)
    assert any("tracks（轨迹）缺少列 officer" in line for line in found)
    with pytest.raises(StoreProblem, match="表结构不完整"):
        store.ledger("reviews")
