"""Figures of an assessment by any group, and their rows as plain Python for JSON."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from coverage.assess import Assessment
from coverage.grouping import GROUPS, Groups, check_group
from coverage.places import DONE, EXEMPT, OVERDUE, PENDING, STATES

Ints = npt.NDArray[np.int64]


def coverage_figures(assessment: Assessment, by: str) -> pd.DataFrame:
    """Count places and duties of each group.

    "`done`, `pending`, `overdue`, `never`, `exempt` count duties; `coverage_rate` = done / (done + pending + overdue),
    null when nothing is owed; `verified_rate` is the same with only verified inspections counted." `places` are those
    known as of D, closed ones included; for `rule`, those that owe it.

    Parameters
    ----------
    by
        One of `GROUPS`.

    Returns
    -------
    key, name, places, duties, owed (done + pending + overdue), done, pending, overdue, never, exempt (int),
    coverage_rate, verified_rate (float, NaN = null). For a level of areas there is a column `area` (code) before
    `key`: of the two one is None; `key` is there for `outside` (in no area of the level) and `unlocated`.

    Raises
    ------
    QuestionProblem
        Unknown word, or no areas of that level.
    """
    check_group(by, GROUPS)
    duties = assessment.duties
    if by == "rule":
        groups = _by_rule(assessment)
        of_duty, places = groups.codes, np.bincount(groups.codes, minlength=len(groups.keys))
    else:
        groups = assessment.groups(by)
        of_duty = groups.codes[duties["place"].to_numpy()]
        places = np.bincount(groups.codes, minlength=len(groups.keys))
    columns = groups.label | {"places": places, **_count(duties, of_duty, len(groups.keys))}
    return pd.DataFrame(columns, copy=False)  # all made here


def _by_rule(assessment: Assessment) -> Groups:
    rules = assessment.rules
    codes = assessment.duties["rule"].to_numpy()
    return Groups(codes, tuple(rule.id for rule in rules), tuple(rule.name for rule in rules), None)


def _count(duties: pd.DataFrame, group: Ints, groups: int) -> dict[str, npt.NDArray[Any]]:
    """Count duties by group, state and flags: in one pass, a cell for each combination."""
    flags = 2 * duties["verified"].to_numpy(bool).view(np.int8) + duties["never"].to_numpy(bool).view(np.int8)
    cells = group * (4 * len(STATES)) + (flags * len(STATES) + duties["state"].cat.codes.to_numpy())
    counts = np.bincount(cells, minlength=groups * 4 * len(STATES)).reshape(groups, 2, 2, len(STATES))
    state = counts.sum(axis=(1, 2))
    owed = state[:, DONE] + state[:, PENDING] + state[:, OVERDUE]
    verified, never = counts[:, 1].sum(axis=(1, 2)), counts[:, :, 1].sum(axis=(1, 2))
    return {
        "duties": state.sum(axis=1),
        "owed": owed,
        "done": state[:, DONE],
        "pending": state[:, PENDING],
        "overdue": state[:, OVERDUE],
        "never": never,
        "exempt": state[:, EXEMPT],
        "coverage_rate": rate(state[:, DONE], owed),
        "verified_rate": rate(verified, owed),
    }


def count_where(flags: pd.Series, group: Ints, groups: int) -> Ints:
    """Count the true flags of each group."""
    return np.bincount(group[flags.to_numpy(dtype=bool)], minlength=groups)


def rate(part: Ints, whole: Ints) -> npt.NDArray[np.float64]:
    """Give part / whole, NaN where the whole is 0."""
    rates = np.full(len(whole), np.nan)
    np.divide(part, whole, out=rates, where=whole > 0)
    return rates


def period_label(assessment: Assessment) -> str:
    """Give the periods that the rules are judged on as of D, each once, in the order of the rules."""
    terms = (rule.term(assessment.as_of) for rule in assessment.rules)
    return ",".join(dict.fromkeys(term.period.label for term in terms if term is not None))


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Give the rows as plain Python: None for what is missing, days as YYYY-MM-DD, ints as ints.

    Of `area` and `key` a row has the one that it is labelled by.
    """
    columns = {name: _plain(frame[name]) for name in frame.columns}
    rows = [dict(zip(columns, values, strict=True)) for values in zip(*columns.values(), strict=True)]
    if {"area", "key"} <= set(columns):
        for row in rows:
            del row["area" if row["area"] is None else "key"]
    return rows


def _plain(column: pd.Series) -> list[Any]:
    if isinstance(column.dtype, np.dtype) and column.dtype.kind in "iub":
        return column.tolist()  # none is missing
    missing = column.isna().to_numpy(bool)
    if pd.api.types.is_datetime64_any_dtype(column):
        values = column.dt.tz_localize(None).to_numpy() if column.dt.tz else column.to_numpy()
        plain = np.datetime_as_string(values, "D", casting="unsafe").tolist()  # strftime takes longer
    else:
        plain = column.tolist()
    return [None if gone else value for value, gone in zip(plain, missing, strict=True)] if missing.any() else plain
