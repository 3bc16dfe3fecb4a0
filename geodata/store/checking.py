"""Is the store sound? Every finding is a Chinese sentence that names the table and the rows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from geodata.errors import StoreProblem
from geodata.model import Town
from geodata.store.chain import CHAIN_SINCE, Head, has_chain
from geodata.store.check_chain import astray, check_chain
from geodata.store.check_rows import check_audit, check_drawn, check_keys, check_references, check_root, check_values
from geodata.store.connection import has_table, one_state
from geodata.store.dialects import Raw, dialect_of
from geodata.store.reading import read_schema_version
from geodata.store.reports import REPORTS_SINCE, check_reports
from geodata.store.versions import brought
from geodata.tables import TABLES


def check(connection: Raw, town: Town, heads: Sequence[Head] = (), *, drawn: bool = False) -> list[str]:
    """Give every finding about a store, in one state of the file; none when it is sound.

    With `drawn` also polygons that are none: somebody drew them so, the store itself is whole.
    `heads` that were exported before must lie on the chain of its audit (StoreProblem where there is none yet).
    When the database itself calls the store damaged, only that is said: what else it holds can't be trusted.
    """
    with one_state(connection):
        damage = dialect_of(connection).damage(connection)
        return damage or [*_findings(connection, town, drawn=drawn), *_lost_heads(connection, town, heads)]


def check_audit_alone(connection: Raw, town: Town, heads: Sequence[Head]) -> list[str]:
    """Give what is wrong with the chain of the audit, and which exported heads are not on it; none when it is sound."""
    with one_state(connection):
        _demand_chain(connection)
        return [*check_chain(connection, town), *_lost_heads(connection, town, heads)]


def _lost_heads(connection: Raw, town: Town, heads: Sequence[Head]) -> Iterator[str]:
    if heads:
        _demand_chain(connection)
        yield from astray(connection, heads, town)


def _demand_chain(connection: Raw) -> None:
    if not has_chain(connection):
        raise StoreProblem(
            "这个数据库还是旧版本的，没有审计链。用新版本的网格写入一次（例如导入或打开网页服务）以后就有了。"
        )


def _findings(connection: Raw, town: Town, *, drawn: bool) -> Iterator[str]:
    dialect = dialect_of(connection)
    yield from dialect.check_store(connection)
    whole = []
    version = read_schema_version(connection)
    tables = [table for table in TABLES.values() if brought(table.name, version)]
    for table in tables:
        columns = [name for name in table.names if brought(table.name, version, name)]
        found = list(dialect.check_layer(connection, table, columns))
        yield from found
        if not has_table(connection, table.name) or any("缺少列" in sentence for sentence in found):
            continue
        whole.append(table)
        yield from dialect.check_geometries(connection, table)
        if drawn and table.geometry == "MULTIPOLYGON":
            yield from check_drawn(connection, table)
        yield from check_keys(connection, table)
        yield from check_values(connection, table, columns)
    if version >= REPORTS_SINCE:
        yield from check_reports(connection)
    if version >= CHAIN_SINCE or has_chain(connection):
        yield from check_chain(connection, town)
    if len(whole) == len(tables):
        yield from check_references(connection, tables)
        yield from check_root(connection, town)
        yield from check_audit(connection, tables)
