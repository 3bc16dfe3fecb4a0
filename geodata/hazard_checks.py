"""Rows of a hazard ledger against themselves and the store: days in order, and who has the say about a hazard."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import pandas as pd

from geodata.errors import Fault
from geodata.model import Town

Bools = npt.NDArray[np.bool_]
SHOWN = 10

STEPPED = ("deadline", "rectified_at", "closed_at", "void", "measures", "responsible", "funds", "plan", "supervisor")
"""Columns that only steps change once a hazard has any."""


def days_out_of_order(
    frame: pd.DataFrame, headers: Mapping[str, str], town: Town, faults: list[Fault], warnings: list[str]
) -> Bools:
    """Reject what was put right or closed on a day before it was found; tell deadlines before that day.

    Days are compared, not moments: ledgers write many of them without a time.
    """
    found = _days(frame["found_at"], town)
    bad = np.zeros(len(frame), dtype=bool)
    for name, word in (("rectified_at", "整改"), ("closed_at", "销号")):
        if name not in frame.columns:
            continue
        early = ~bad & (_days(frame[name], town) < found)
        for row, value, begun in zip(frame["row"][early], frame[name][early], found[early], strict=True):
            told = f"{word}早于发现（{begun}），请核对这两个日期"
            faults.append(Fault(int(row), headers.get(name, name), f"{value:%Y-%m-%d}", told))
        bad |= early
    if "deadline" in frame.columns:
        early = ~bad & (frame["deadline"].to_numpy(dtype="datetime64[D]") < found)
        if early.any():
            rows = "、".join(str(row) for row in frame["row"][early][:SHOWN]) + (" 等" if early.sum() > SHOWN else "")
            warnings.append(f"{int(early.sum())} 行的整改期限早于发现日期，照样导入，一发现就算逾期：第 {rows} 行。")
    return bad


def contradicting(frame: pd.DataFrame, ids: pd.Series, headers: Mapping[str, str], faults: list[Fault]) -> Bools:
    """Reject all rows of one id that do not say the same: nobody can know which of them holds.

    Parameters
    ----------
    ids
        The id of each row; missing where it has none.
    """
    again = (ids.notna() & ids.duplicated(keep=False)).to_numpy(bool)
    if not again.any():
        return again
    facts = pd.DataFrame(frame.loc[again].drop(columns=["row", "id"], errors="ignore"))
    if "geometry" in facts.columns:
        facts["geometry"] = frame.loc[again, "geometry"].to_wkb(hex=True)
    differs = facts.groupby(ids[again].to_numpy(object)).nunique(dropna=False) > 1
    torn = differs[differs.any(axis="columns")]
    bad = ids.isin(torn.index).to_numpy(bool)
    rows = frame["row"][bad].groupby(ids[bad].to_numpy(object))
    named = rows.agg(lambda each: "、".join(map(str, each[:SHOWN])) + " 等" * (len(each) > SHOWN))
    words = {key: "、".join(headers.get(name, name) for name in torn.columns[row]) for key, row in torn.iterrows()}
    for row, key in zip(frame["row"][bad], ids[bad], strict=True):
        told = f"第 {named[key]} 行编号重复而内容不同（{words[key]}），都没有导入；请核对后只留一行，或改用不同的编号"
        faults.append(Fault(int(row), headers.get("id", "id"), str(key), told))
    return bad


def under_way(
    frame: pd.DataFrame, held: pd.DataFrame, steps: pd.DataFrame, headers: Mapping[str, str], faults: list[Fault]
) -> Bools:
    """Reject rows that would change what steps decide of a hazard that has any.

    Parameters
    ----------
    held, steps
        The store's hazards (id and `STEPPED`) and steps (hazard_id).
    """
    bad = np.zeros(len(frame), dtype=bool)
    if steps.empty or "id" not in frame.columns:
        return bad
    mine = np.flatnonzero(frame["id"].isin(steps["hazard_id"].unique()).to_numpy(bool))
    theirs = held.set_index("id").reindex(frame["id"].iloc[mine])
    for name in STEPPED:
        if name not in frame.columns:
            continue
        new, old = frame[name].iloc[mine].reset_index(drop=True), theirs[name].reset_index(drop=True)
        differs = ((new != old) & ~(new.isna() & old.isna())).to_numpy(bool)
        for at in mine[differs & ~bad[mine]]:
            value = frame[name].iloc[at]
            shown = "" if pd.isna(value) else str(value)
            told = "这条隐患已在系统里办理，整改、销号、期限和五落实只能在系统里办；请去掉这一行，或改得与系统一致"
            faults.append(Fault(int(frame["row"].iloc[at]), headers.get(name, name), shown, told))
        bad[mine[differs]] = True
    return bad


def _days(moments: pd.Series, town: Town) -> npt.NDArray[np.datetime64]:
    local = moments.dt.tz_convert(town.timezone).dt.tz_localize(None)
    return np.asarray(local.to_numpy(dtype="datetime64[s]").astype("datetime64[D]"))
