"""A table as an office hands it in: title, columns with their definitions, rows, a summed row, signatures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import pandas as pd

Kind = Literal["text", "count", "number", "score", "whole", "rate", "day"]
"""How a value is written: a text, a count (#,##0), a decimal number, a score (0.00), a number without decimals, a share
(0.0%), a day."""


@dataclass(frozen=True)
class Column:
    """One column.

    Attributes
    ----------
    field
        Column of the rows' frame.
    header, group
        Chinese header, and the header above it that it shares with its neighbours (none: it stands alone).
    kind
        How it is written.
    width
        Characters (a Chinese one counts as two); 0: as wide as what stands in it, within bounds.
    note
        What the figure counts, for the footnote; none: it needs no word.
    total
        In the summed row: "sum" adds the rows, a pair (part, whole) of fields divides the sums of those columns, and
        None leaves the cell empty. What does not add up (places that several departments share, medians) is not
        summed but given in `Sheet.total`.
    """

    field: str
    header: str
    kind: Kind = "text"
    width: int = 0
    note: str = ""
    group: str = ""
    total: Literal["sum"] | tuple[str, str] | None = None


@dataclass(frozen=True)
class Sheet:
    """One table.

    Attributes
    ----------
    name
        What it is called (the tab in Excel).
    title
        The line above it; none: the headers stand in the first row, as a list that other programs read.
    columns
        In their order.
    rows
        A frame with the columns' fields; missing values are left empty.
    facts
        Short lines between title and table: the unit that fills it in, the period, as of which day.
    total
        Field → value of the last row; fields with a `Column.total` are summed by the sheet itself, so a sheet without
        any other says {} . None: there is no such row.
    notes
        Lines below the table, before the definitions of its columns.
    signatures
        Who signs, in their order.
    landscape, paper
        How it is printed.
    """

    name: str
    title: str
    columns: Sequence[Column]
    rows: pd.DataFrame
    facts: Sequence[str] = ()
    total: dict[str, Any] | None = None
    notes: Sequence[str] = ()
    signatures: Sequence[str] = ()
    landscape: bool = True
    paper: Literal["A4", "A3"] = "A4"

    @property
    def footnotes(self) -> list[str]:
        """The lines below: notes, then what each figure counts."""
        defined = [f"{column.header}：{column.note}" for column in self.columns if column.note]
        return [*self.notes, *(["指标口径：" + "；".join(defined) + "。"] if defined else [])]

    def values(self) -> list[list[Any]]:
        """Give the rows as plain values in the order of the columns: None for what is missing, days as dates."""
        columns = [_plain(self.rows[column.field]) for column in self.columns]
        return [list(row) for row in zip(*columns, strict=True)]

    def summed(self) -> list[Any]:
        """Give the values of the last row: sums and shares of sums as `Column.total` says, else what `total` gives."""
        return [self._summed(column) for column in self.columns]

    def _summed(self, column: Column) -> Any:
        if column.total is None:
            return (self.total or {}).get(column.field)
        if column.total == "sum":
            return _number(self.rows[column.field].sum())
        part, whole = (float(self.rows[name].sum()) for name in column.total)
        return part / whole if whole else None


def _number(value: Any) -> int | float:
    return int(value) if float(value).is_integer() else float(value)


def _plain(column: pd.Series) -> list[Any]:
    missing = column.isna().to_numpy(bool)
    if pd.api.types.is_datetime64_any_dtype(column):
        values: list[Any] = [None if gone else moment.date() for moment, gone in zip(column, missing, strict=True)]
        return values
    return [None if gone else value for value, gone in zip(column.tolist(), missing, strict=True)]
