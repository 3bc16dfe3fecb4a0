"""Do the rows that a row names stand, asked in the transaction that writes it: an import may be undone meanwhile."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from geodata.errors import NamedProblem
from geodata.store.dialects import Raw
from geodata.tables import REFERENCES

_WORDS = {"places": "场所", "inspections": "检查", "hazards": "隐患"}
_NAMED: Mapping[str, Sequence[tuple[str, str]]] = MappingProxyType(
    {
        name: [(column, other) for table, column, other in REFERENCES if table == name]
        # a ledger's hazards may name inspections that nobody has brought; a posted one may not
        + [("inspection_id", "inspections")] * (name == "hazards")
        for name in {table for table, _, _ in REFERENCES}
    }
)


def demand_named(connection: Raw, table: str, stored: Mapping[str, Any]) -> None:
    """Raise NamedProblem where a row (column → stored value) names one that is not there: a look into an index each."""
    for column, other in _NAMED.get(table, ()):
        _demand(connection, other, stored.get(column))


def demand_all_named(connection: Raw, table: str, columns: Mapping[str, Iterable[Any]]) -> None:
    """Raise NamedProblem where one of some rows (column → stored values) names one that is not there."""
    for column, other in _NAMED.get(table, ()):
        for row_id in dict.fromkeys(columns.get(column, ())):
            _demand(connection, other, row_id)


def _demand(connection: Raw, other: str, row_id: str | None) -> None:
    if row_id is None:
        return
    if connection.execute(f'SELECT 1 FROM "{other}" WHERE id = ?', (row_id,)).fetchone() is None:  # noqa: S608
        raise NamedProblem(f"没有编号为“{row_id}”的{_WORDS[other]}，没有写入。")
