"""Many towns: which part of a ledger a day's figures need, each town as a few counts, and all of them merged.

A town's figures need no other town's. So each is reduced to one row of counts (a city that was kept as one store: one
row a town of it), and what towns, cities and provinces have are sums of those rows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Literal

import numpy as np
import pandas as pd

from coverage.assess import Assessment
from coverage.figures import rate
from coverage.grouping import OUTSIDE_KEY, UNLOCATED_KEY
from coverage.hotspots.spots import HotSpots
from coverage.rules import Rule
from geodata.errors import QuestionProblem
from geodata.model import Level, Town

Subject = Literal["coverage", "hazards", "hotspots"]
Scale = Literal["town", "city", "province"]

DIGITS: Mapping[Scale, int] = MappingProxyType({"town": 9, "city": 4, "province": 2})
"""Leading digits of a division code that name each: GB/T 2260 has 2 for the province, 2 for the city, 2 for the county;
GB/T 10114 the next 3 for the town."""

BESIDE: Mapping[str, str] = MappingProxyType({OUTSIDE_KEY: "不在任何镇街", UNLOCATED_KEY: "无坐标"})


def levels_that_count(town: Town) -> tuple[str, ...]:
    """Give the levels whose areas decide the rows of a town: deeper ones don't."""
    return tuple(dict.fromkeys((str(Level.CITY), str(Level.TOWN), str(town.level))))


@dataclass(frozen=True)
class Sums:
    """What is counted of a subject, which rates are made of the counts, and by which of them is ranked."""

    counts: tuple[str, ...]
    rates: Mapping[str, tuple[str, str]]
    ranked_by: str


SUBJECTS: Mapping[Subject, Sums] = MappingProxyType(
    {
        "coverage": Sums(
            ("places", "duties", "owed", "done", "verified", "pending", "overdue", "never", "exempt"),
            {"coverage_rate": ("done", "owed"), "verified_rate": ("verified", "owed")},
            "coverage_rate",
        ),
        "hazards": Sums(
            ("found", "rectified", "closed", "open", "overdue", "major", "major_open", "void"),
            {"rectified_rate": ("rectified", "found"), "closed_rate": ("closed", "found")},
            "rectified_rate",
        ),
        "hotspots": Sums(
            ("areas", "tested", "hot", "cold", "no_data", "inspections", "hazards"),
            {"hot_rate": ("hot", "tested"), "per_inspection": ("hazards", "inspections")},
            "hot_rate",
        ),
    }
)


def reach(rules: Sequence[Rule], as_of: date) -> date:
    """Give the first day whose inspections decide what is done, pending or overdue on a day.

    It is the first day of the earliest period on which a rule is judged, or of the period before that one. Inspections
    of before decide only one thing more: whether an overdue duty is `never` (`unseen`).
    """
    terms = [term for rule in rules if (term := rule.term(as_of)) is not None]
    periods = [term.period for term in terms] + [term.previous for term in terms if term.previous is not None]
    return min((period.first for period in periods), default=as_of)


def unseen(assessment: Assessment) -> list[str]:
    """Give the ids of the places that have a duty of which nothing yet says that it was ever done."""
    duties = assessment.duties
    at = np.unique(duties["place"].to_numpy()[duties["never"].to_numpy(bool)])
    found: list[str] = assessment.places["id"].iloc[at].tolist()
    return found


def coverage_row(figures: pd.DataFrame, town: Town) -> pd.DataFrame:
    """Give the rows of a town from its `coverage_figures` by town."""
    # the count behind the rate: exact, for a rate of whole numbers below 2**52 is nearer than half to it
    verified = np.rint(figures["verified_rate"].fillna(0.0) * figures["owed"]).astype("int64")
    return _rows(figures.assign(verified=verified), town, "coverage")


def hazards_row(figures: pd.DataFrame, town: Town) -> pd.DataFrame:
    """Give the rows of a town from its `hazard_figures` by town."""
    return _rows(figures, town, "hazards")


def hotspots_row(spots: HotSpots) -> pd.DataFrame:
    """Give the row of a town from its hot spots: how many areas are hot, cold, could not be tested, were not looked at.

    `inspections` and `hazards` are those of the months that were asked for, of the whole town.
    """
    word = spots.frame["inspection_class"].astype("str")
    hot, cold = word.str.startswith("hot"), word.str.startswith("cold")
    area = spots.frame["area"].notna()
    counts = {
        "areas": int(area.sum()),
        "tested": int((area & ~word.isin(["no_data", "untested"])).sum()),
        "hot": int((area & hot).sum()),
        "cold": int((area & cold).sum()),
        "no_data": int((area & (word == "no_data")).sum()),
        "inspections": int(spots.frame["inspections"].sum()),
        "hazards": int(spots.frame["hazards"].sum()),
    }
    row = pd.DataFrame({"area": [spots.town.code], "name": [spots.town.name], **{k: [v] for k, v in counts.items()}})
    return _rows(row, spots.town, "hotspots")


def _rows(figures: pd.DataFrame, town: Town, subject: Subject) -> pd.DataFrame:
    """Give code, name, beside (in no town of its city) and counts."""
    keys = figures["key"] if "key" in figures else pd.Series([None] * len(figures))
    beside = figures["area"].isna().to_numpy(bool)
    named = zip(figures["area"], keys, figures["name"], beside, strict=True)
    labels = [
        (f"{town.code}/{key}", f"{town.name}（{BESIDE[key]}）") if out else (_code(area, town), name)
        for area, key, name, out in named
    ]
    texts = {"code": [code for code, _ in labels], "name": [name for _, name in labels]}
    counts = {count: figures[count].to_numpy(dtype="int64") for count in SUBJECTS[subject].counts}
    return pd.DataFrame({**{each: pd.Series(texts[each], dtype="str") for each in texts}, "beside": beside, **counts})


def _code(area: str, town: Town) -> str:
    """Give the nine digits of a town; a code of an office's own gets that of the city before it."""
    if area.isascii() and area.isdigit() and area.startswith(town.code[: DIGITS["city"]]):
        return area[: DIGITS["town"]]
    return f"{town.code}/{area}"


def merge(rows: Sequence[pd.DataFrame], subject: Subject, by: Scale) -> pd.DataFrame:
    """Sum the rows of towns, and rank what they make.

    Parameters
    ----------
    rows
        One frame a town, of `coverage_row`, `hazards_row` or `hotspots_row`.

    Returns
    -------
    rank (Int64; 1 the highest rate; equal ones share the better rank; NA where nothing can be said), rank_within
    (towns in their city, cities in their province), code, name (the code where there are several), towns (how many),
    the counts (int) and rates (float, NaN = null) of the subject; by rank, then code. What lies in no town of its city
    is a row of its own by town, without a rank, and counts for the city and the province.

    Raises
    ------
    QuestionProblem
        Unknown word.
    """
    if by not in DIGITS:
        raise QuestionProblem(f"不能按“{by}”汇总，可选：{'、'.join(DIGITS)}。")
    sums = SUBJECTS[subject]
    each = pd.concat([_none(sums), *rows], ignore_index=True)
    key = each["code"] if by == "town" else each["code"].str[: DIGITS[by]]
    grouped = each.groupby(key.to_numpy(dtype=object), sort=True)
    made = grouped[list(sums.counts)].sum()
    code = made.index.to_numpy(dtype=object)
    names = grouped["name"].agg(lambda found: found.iloc[0] if found.nunique() == 1 else "").tolist()
    made = made.assign(
        code=pd.Series(code, dtype="str", index=made.index),
        name=pd.Series([name or of for name, of in zip(names, code, strict=True)], dtype="str", index=made.index),
        towns=grouped.size().to_numpy() - grouped["beside"].sum().to_numpy(dtype=np.int64),
    )
    for name, (part, whole) in sums.rates.items():
        made[name] = rate(made[part].to_numpy(dtype=np.int64), made[whole].to_numpy(dtype=np.int64))
    return _ranked(made.reset_index(drop=True), sums, by)


def _none(sums: Sums) -> pd.DataFrame:
    texts = {name: pd.Series([], dtype="str") for name in ("code", "name")}
    counts = {count: pd.Series([], dtype="int64") for count in sums.counts}
    return pd.DataFrame({**texts, "beside": pd.Series([], dtype="bool"), **counts})


def _ranked(made: pd.DataFrame, sums: Sums, by: Scale) -> pd.DataFrame:
    asked = made[sums.ranked_by].where(made["towns"] > 0)
    wider = {"town": DIGITS["city"], "city": DIGITS["province"], "province": 0}[by]
    rank = asked.rank(method="min", ascending=False).astype("Int64").rename("rank")
    within = asked.groupby(made["code"].str[:wider]).rank(method="min", ascending=False)
    columns = ["code", "name", "towns", *sums.counts, *sums.rates]
    ranked = pd.concat([rank, within.astype("Int64").rename("rank_within"), made[columns]], axis="columns")
    return ranked.sort_values(["rank", "code"], kind="stable", ignore_index=True)
