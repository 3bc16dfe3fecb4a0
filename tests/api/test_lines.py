"""Rows of figures as JSON, written again only where they differ."""

from __future__ import annotations

import json
from unittest.mock import patch

import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from api import lines
from api.lines import Lines, with_rows
from coverage.figures import records

AREAS = (*(f"99000100200{number}" for number in range(5)), None)
counts = st.tuples(st.integers(0, 10**9), st.integers(0, 5), st.one_of(st.just(np.nan), st.floats(0, 1)))
tables = st.lists(counts, min_size=len(AREAS), max_size=len(AREAS))


def figures(rows: list[tuple[int, int, float]], names: str = "甲乙丙丁戊外") -> pd.DataFrame:
    """Give a table as `coverage_figures` does."""
    words = {"area": AREAS, "key": [*[None] * 5, "outside"], "name": list(names)}
    numbers = {name: [row[at] for row in rows] for at, name in enumerate(("places", "done", "coverage_rate"))}
    columns = {name: pd.Series(values, dtype=object) for name, values in words.items()}
    return pd.DataFrame(columns | {name: np.array(values) for name, values in numbers.items()})


@given(tables, tables)
def test_after_any_change(before: list[tuple[int, int, float]], after: list[tuple[int, int, float]]) -> None:
    """Whatever the figures were before, the document is that of the rows as they are now."""
    made = Lines.of(figures(after), Lines.of(figures(before)))
    told = json.loads(with_rows({"as_of": "2024-06-30", "by": "grid"}, made))
    assert told == {"as_of": "2024-06-30", "by": "grid", "rows": records(figures(after))}


def test_only_what_differs() -> None:
    """A row that is as it was is not written again."""
    rows = [(number, 0, np.nan) for number in range(len(AREAS))]
    before = Lines.of(figures(rows))
    rows[2] = (7, 1, 0.5)
    with patch.object(lines, "records", side_effect=records) as written:
        after = Lines.of(figures(rows), before)
    assert [len(call.args[0]) for call in written.call_args_list] == [1]
    assert [one == other for one, other in zip(before.texts, after.texts, strict=True)].count(False) == 1


def test_other_rows() -> None:
    """Where areas were added or named anew, nothing of before is taken."""
    rows = [(1, 1, 1.0)] * len(AREAS)
    before = Lines.of(figures(rows))
    renamed = Lines.of(figures(rows, "甲乙丙丁己外"), before)
    assert '"name":"己"' in renamed.texts[4]
    fewer = figures(rows).iloc[1:].reset_index(drop=True)
    assert Lines.of(fewer, before).texts == Lines.of(fewer).texts


def test_no_rows() -> None:
    """A table without rows is an empty list."""
    assert json.loads(with_rows({"by": "rule"}, Lines.of(figures([(1, 1, 1.0)] * 6).iloc[:0]))) == {
        "by": "rule",
        "rows": [],
    }
