"""The store as a schema of a PostgreSQL database with PostGIS: one writer at a time, and what the server says.

Writers of ours take turns by an advisory lock of the transaction. Other programs (QGIS) are not kept out by it, but a
layer that they write to is theirs until they commit: each write notes the layer's change in `wangge_tables`
(`postgis_schema`), which one transaction at a time can do.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from selectors import EVENT_READ, DefaultSelector
from typing import TYPE_CHECKING, Any

from psycopg import errors, sql
from psycopg.pq import TransactionStatus

from geodata.errors import StoreProblem
from geodata.store.dialects import raw_of
from geodata.store.dialects.adapting import Connection, adapt
from geodata.store.dialects.postgis_words import clear_words
from geodata.store.geopackage import Objects
from geodata.store.location import Address
from geodata.tables import Kind, Shape, Table

if TYPE_CHECKING:
    import sqlalchemy as sa

_CONNECT_S = 10
_ALIVE = {"keepalives_idle": "30", "keepalives_interval": "10", "keepalives_count": "3", "tcp_user_timeout": "30000"}
"""A network that fell silent is noticed within a minute, not after two hours (libpq's parameters)."""
_CHANNEL = "'wangge_posts_' || current_schema()"


class PostGIS:
    """The dialect of a town in a PostgreSQL database."""

    oldest = 7

    def connect(self, where: Address, *, write: bool, patience: float) -> Connection:
        """Connect to the server; the connection starts no transaction by itself and may change threads."""
        connection = Connection.connect(**parameters_of(where), autocommit=True)
        try:
            extensions = (
                "SELECT quote_ident(n.nspname) FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace"
            )
            found = connection.execute(f"{extensions} WHERE e.extname = 'postgis'").fetchone()
            path = [where.schema, *([found[0]] if found else []), "public"]
            connection.execute(
                f"SET search_path = {', '.join(dict.fromkeys(path))}; "
                "SET timezone = 'UTC'; SET datestyle = 'ISO, YMD'; "
                f"SET lock_timeout = {max(1, round(patience * 1000))}; SET client_encoding = 'UTF8'; "
                "SET extra_float_digits = 1; "
                f"SET default_transaction_read_only = {'off' if write else 'on'}"
            )
            if write:  # a server may be set to answer before a commit is on the disk; stricter settings stay
                connection.execute(
                    "SELECT set_config('synchronous_commit', 'on', false)"
                    " WHERE current_setting('synchronous_commit') = 'off'"
                )
            adapt(connection, where)
        except BaseException:
            connection.close()
            raise
        return connection

    def demand(self, where: Address) -> None:
        """Leave it to who reads the settings."""

    @contextmanager
    def claimed(self, where: Address) -> Iterator[None]:
        """Make an empty schema that nobody else has made, and PostGIS where it is lacking and may be made."""
        with Connection.connect(**parameters_of(where), autocommit=True) as connection:
            with suppress(errors.InsufficientPrivilege):  # `adapt` says it where it is lacking
                connection.execute("CREATE EXTENSION IF NOT EXISTS postgis")
            try:
                connection.execute(f'CREATE SCHEMA "{where.schema}"')
            except errors.DuplicateSchema:
                self._refuse_taken(connection, where)
        try:
            yield
        except BaseException:
            with Connection.connect(**parameters_of(where), autocommit=True) as connection:
                connection.execute(f'DROP SCHEMA IF EXISTS "{where.schema}" RESTRICT')
            raise

    def _refuse_taken(self, connection: Connection, where: Address) -> None:
        """Refuse a schema that holds anything; an empty one was made by the database's manager for us."""
        query = "SELECT 1 FROM pg_class WHERE relnamespace = to_regnamespace(?) LIMIT 1"
        if connection.execute(query, (where.schema,)).fetchone():
            raise StoreProblem(f"{where} 已经存在，没有覆盖它。请换一个 schema 名，或先把它改名。")

    def settle(self, connection: Connection) -> None:
        """Do nothing more."""

    @contextmanager
    def clear_words(self, where: Address) -> Iterator[None]:
        """Turn the server's refusals into StoreProblem."""
        with clear_words(where):
            yield

    @contextmanager
    def one_state(self, connection: Connection) -> Iterator[None]:
        """Hold a read transaction."""
        connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        try:
            yield
        finally:
            connection.rollback()

    def begin(self, connection: Any, turn: str) -> None:
        """Begin a transaction and wait for the turn: an advisory lock until it ends."""
        lock = f"pg_advisory_xact_lock(hashtextextended('wangge {turn} ' || current_schema(), 0))"
        connection.execute(f"BEGIN; SELECT {lock}")

    def tell(self, connection: Connection, said: str) -> None:
        """Notify the channel of the schema."""
        connection.execute(f"SELECT pg_notify({_CHANNEL}, ?)", (said,))

    def listen(self, connection: Connection) -> None:
        """Listen to the channel of the schema."""
        (channel,) = connection.execute(f"SELECT quote_ident({_CHANNEL})").fetchone() or ("",)
        connection.execute(f"LISTEN {channel}")

    def heard(self, connection: Connection, wait: float) -> list[str]:
        """Take what came; anybody may notify in a database, so that a word counts only from a user that we are too."""
        came = list(connection.notifies(timeout=wait, stop_after=1)) + list(connection.notifies(timeout=0))
        if not came:
            return []
        query = "SELECT pid FROM pg_stat_activity WHERE usename = current_user"
        ours = {row[0] for row in connection.execute(query)}
        return [word.payload for word in came if word.pid in ours]

    def is_lost(self, connection: Connection) -> bool:
        """Say whether the connection broke: the server was stopped, or the network was."""
        return connection.closed

    def has_gone(self, connection: Connection) -> bool:
        """Take in what the server said meanwhile: of an idle connection that is its last word at most, then the end.

        What another connection listens for would be taken in too, and not be heard (`heard` waits for the network).
        """
        with suppress(errors.OperationalError):
            while connection.info.transaction_status is TransactionStatus.IDLE and _has_said(connection):
                connection.pgconn.consume_input()
        return connection.closed

    def engine_on(self, connection: Connection) -> sa.Engine:
        """Give an engine on the connection; its transactions take the writers' lock at once."""
        import sqlalchemy as sa  # noqa: PLC0415 - slow import
        from sqlalchemy.pool import StaticPool  # noqa: PLC0415

        engine = sa.create_engine(
            "postgresql+psycopg://", creator=lambda: connection, poolclass=StaticPool, paramstyle="format"
        )
        # READ COMMITTED: whoever got the lock sees all that was committed before
        sa.event.listen(engine, "begin", lambda begun: self.begin(raw_of(begun), "writing"))
        return engine

    def is_store(self, connection: Connection) -> bool:
        """Say whether the schema holds settings of a town."""
        return self.has_table(connection, "wangge_settings")

    def has_table(self, connection: Connection, name: str) -> bool:
        """Say whether the schema has a table of that name."""
        query = "SELECT 1 FROM pg_tables WHERE schemaname = current_schema() AND tablename = ?"
        return connection.execute(query, (name,)).fetchone() is not None

    def columns_of(self, connection: Connection, name: str) -> set[str]:
        """Give the names of a table's columns."""
        query = (
            "SELECT attname FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid AND c.relkind = 'r' "
            "WHERE c.relnamespace = current_schema()::regnamespace AND c.relname = ? "
            "AND attnum > 0 AND NOT attisdropped"
        )
        return {row[0] for row in connection.execute(query, (name,))}

    def read_columns(self, connection: Connection, query: str, bounds: Sequence[Any]) -> list[list[Any]]:
        """Take them as the server has them, without our stored values between."""
        from geodata.store.dialects.postgis_reading import read_columns  # noqa: PLC0415 - writers need no frames

        return read_columns(connection, query, bounds)

    def decode_column(self, table: Table, name: str, read: Sequence[Any], timezone: str) -> Any:
        """Turn microseconds, days, EWKB into the frame's."""
        from geodata.store.dialects.postgis_reading import decode_column  # noqa: PLC0415 - writers need no frames

        return decode_column(table, name, read, timezone)

    def next_fid(self, connection: Connection, table: str, count: int) -> int:
        """Take numbers of the layer's own sequence until they are a run: another program takes some of them too."""
        if count == 0:
            return 0
        query = (
            "SELECT min(n), max(n) FROM (SELECT nextval(pg_get_serial_sequence(?, 'fid')) AS n "
            "FROM generate_series(1, ?::bigint)) AS taken"
        )
        while True:
            first, last = connection.execute(query, (f'"{table}"', count)).fetchone() or (0, 0)
            if last - first + 1 == count:
                return int(first)

    def next_number(self, connection: Connection, table: str) -> int:
        """Count on in `wangge_tables`; a transaction that is rolled back takes its number back."""
        query = "UPDATE wangge_tables SET number = number + 1 WHERE name = ? RETURNING number"
        return _only(connection.execute(query, (table,)).fetchone())

    def bytes_of(self, connection: Connection, where: Address) -> tuple[int, int]:
        """Give the bytes of the schema's tables with their indexes; the log is the server's."""
        query = (
            "SELECT coalesce(sum(pg_total_relation_size(oid)), 0)::bigint FROM pg_class "
            "WHERE relnamespace = current_schema()::regnamespace AND relkind = 'r'"
        )
        return _only(connection.execute(query).fetchone()), 0

    def count_on(self, connection: Connection, table: str, number: int) -> None:
        """Set the layer's sequence, or our own counter."""
        connection.execute("UPDATE wangge_tables SET number = ? WHERE name = ? AND changed_at IS NULL", (number, table))
        if "fid" in self.columns_of(connection, table):
            values = (f'"{table}"', max(number, 1), int(number > 0))
            connection.execute("SELECT setval(pg_get_serial_sequence(?, 'fid'), ?, ?)", values)

    def last_number(self, connection: Connection, table: str) -> int:
        """Give the greatest id that a table of ours ever kept, or the greatest fid that a layer ever gave."""
        if "fid" in self.columns_of(connection, table):
            query = "SELECT coalesce(pg_sequence_last_value(pg_get_serial_sequence(?, 'fid')::regclass), 0)"
            return _only(connection.execute(query, (f'"{table}"',)).fetchone())
        return _only(connection.execute("SELECT number FROM wangge_tables WHERE name = ?", (table,)).fetchone())

    def changes(self, connection: Connection) -> dict[str, str]:
        """Give when each layer last changed: its triggers note it, whoever writes."""
        query = "SELECT name, changed_at FROM wangge_tables WHERE changed_at IS NOT NULL"
        return {row[0]: row[1] for row in connection.execute(query)}

    def progress(self, connection: Connection, aside: Sequence[str]) -> tuple[int, str, dict[str, str]]:
        """Ask once: each service does before each answer, and a statement sees one state."""
        newest = 'SELECT id, at FROM wangge_audit WHERE "table" NOT IN (?, ?, ?) ORDER BY id DESC LIMIT 1'
        query = (
            f"SELECT newest.id, newest.at, name, changed_at FROM wangge_tables LEFT JOIN ({newest}) AS newest ON true "  # noqa: S608
            "WHERE changed_at IS NOT NULL"
        )
        rows = connection.execute(query, aside).fetchall()
        version, moment = rows[0][:2] if rows else (None, None)
        return int(version or 0), str(moment or ""), {row[2]: row[3] for row in rows}

    def empty(self, connection: sa.Connection) -> None:
        """Delete the rows; a TRUNCATE would show readers of an older state an empty town."""
        from geodata.store.schema import METADATA  # noqa: PLC0415 - slow import

        for table in METADATA.tables:
            connection.exec_driver_sql(f'DELETE FROM "{table}"')  # noqa: S608 - our own words

    def create_schema(self, connection: sa.Connection) -> None:
        """Make every table, index and trigger of an empty store."""
        from geodata.store.dialects.postgis_schema import create_tables  # noqa: PLC0415 - slow import

        create_tables(connection)

    def announce(self, connection: sa.Connection, name: str, title: str, shape: Shape | None) -> None:
        """Index the layer's shapes, make its trigger, name it."""
        from geodata.store.dialects.postgis_schema import announce  # noqa: PLC0415 - slow import

        announce(connection, name, title, shape)

    def note_written(self, connection: sa.Connection, table: Table, written: Objects | None) -> None:
        """Leave it to the layer's trigger."""

    def note_deleted(self, connection: sa.Connection, table: Table) -> None:
        """Leave it to the layer's trigger."""

    def insert_many(self, connection: sa.Connection, table: sa.Table, columns: Mapping[str, list[Any]]) -> None:
        """Insert rows of stored values by COPY."""
        copy_rows(
            connection.connection.driver_connection, table.name, list(columns), zip(*columns.values(), strict=True)
        )

    def exactly(self, column: str, kind: str) -> str:
        """Give the column: only its kind can stand there."""
        return f'"{column}"'

    def misfits(self, quoted: str, kind: Kind) -> str:
        """Say that the columns' types keep all else out."""
        return "false"

    def damage(self, connection: Connection) -> list[str]:
        """Give nothing: the server checks its own pages."""
        return []

    def check_store(self, connection: Connection) -> Iterator[str]:
        """Check the counters and the notes of changes."""
        from geodata.store.dialects.postgis_check import check_store  # noqa: PLC0415 - only `wangge check` needs it

        return check_store(connection)

    def check_layer(self, connection: Connection, table: Table, columns: Sequence[str]) -> Iterator[str]:
        """Check a layer's columns, indexes and trigger, and that it is registered with its shape."""
        from geodata.store.dialects.postgis_check import check_layer  # noqa: PLC0415 - only `wangge check` needs it

        return check_layer(connection, table, columns)

    def check_geometries(self, connection: Connection, table: Table) -> Iterator[str]:
        """Check that no shape is empty or holds what is no number."""
        from geodata.store.dialects.postgis_check import check_geometries  # noqa: PLC0415 - only `wangge check` needs it

        return check_geometries(connection, table)


POSTGIS = PostGIS()


def copy_rows(connection: Any, table: str, columns: Sequence[str], rows: Any) -> None:
    """Put rows of stored values into a table by COPY, in the transaction that is open."""
    names = sql.SQL(", ").join(map(sql.Identifier, columns))
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(table), names)
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row(row)


def parameters_of(where: Address) -> dict[str, Any]:
    """Give what libpq is told to connect: the address, and how long it waits."""
    named = {"application_name": f"wangge {where.schema}", "connect_timeout": str(_CONNECT_S), **_ALIVE}
    return {**named, **where.parameters}


def _has_said(connection: Connection) -> bool:
    with DefaultSelector() as waiting:
        waiting.register(connection.fileno(), EVENT_READ)
        return bool(waiting.select(0))


def _only(row: tuple[Any, ...] | None) -> int:
    if row is None:
        raise StoreProblem("数据库里的计数表 wangge_tables 不完整。请用最近的备份恢复。")
    return int(row[0])
