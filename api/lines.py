"""Rows of figures as JSON, one text a row: of newer figures only the rows that differ are written anew."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from coverage.figures import records


@dataclass(frozen=True)
class Lines:
    """Figures and each of their rows as JSON.

    Attributes
    ----------
    names
        The columns of texts, by name: what each row is of.
    numbers
        The other columns, (rows, columns), NaN for what is missing.
    texts
        One a row, as `coverage.figures.records` gives it.
    """

    names: dict[str, list[str | None]]
    numbers: npt.NDArray[np.float64]
    texts: tuple[str, ...]

    @classmethod
    def of(cls, frame: pd.DataFrame, before: Lines | None = None) -> Lines:
        """Give figures with their texts; `before` are those of the same question when less was known."""
        columns = {str(name): column.to_numpy() for name, column in frame.items()}
        names = {name: column.tolist() for name, column in columns.items() if column.dtype == object}
        numbers = np.column_stack([column for name, column in columns.items() if name not in names])
        if before is None or before.names != names:
            return cls(names, numbers, _texts(frame))
        same = (numbers == before.numbers) | (np.isnan(numbers) & np.isnan(before.numbers))
        changed = np.flatnonzero(~same.all(axis=1))
        texts = list(before.texts)
        for row, text in zip(changed.tolist(), _texts(frame.iloc[changed]), strict=True):
            texts[row] = text
        return cls(names, numbers, tuple(texts))


def with_rows(head: dict[str, Any], lines: Lines) -> bytes:
    """Give a document as JSON, with the rows at its end as `rows`."""
    return f'{_json(head)[:-1]},"rows":[{",".join(lines.texts)}]}}'.encode()


def _texts(frame: pd.DataFrame) -> tuple[str, ...]:
    return tuple(_json(record) for record in records(frame))


def _json(value: dict[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
