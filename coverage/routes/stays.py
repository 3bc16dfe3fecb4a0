"""How long visits really take, by industry or risk, beside the minutes that the rules file plans with."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from coverage.routes.observed_stays import CHECKINS, TRACK, ObservedStays
from grids.workload import Habits

LEAST = 20
"""Of fewer visits nothing is concluded."""
LEAST_CHANGE = 2
"""Minutes; a smaller difference is not worth a change."""
OTHERS = "其他"
KINDS = ("industry", "risk", "other", "hazards")
HAZARDS = ("0", "1", "2+")
STAYS = (
    *("grouped_by", "key", "visits", "source", "median", "q1", "q3", "low", "high", "outliers", "rule_minutes"),
    *("proposed_minutes", "why"),
)
NORMAL_95 = 1.96


@dataclass(frozen=True)
class StayFigures:
    """Real minutes beside those of the rules.

    Attributes
    ----------
    rows
        One row a group of visits, industries first, then the risks and the others of industries with too few visits,
        then all visits by the hazards found on them: grouped_by (one of `KINDS`), key (as `[minutes]` has it), visits
        (of that source), source (track where that has `LEAST`, else checkins), median, q1, q3 (minutes), low, high
        (the median's 95 % interval), outliers (visits farther than 1.5 times the quartiles' distance outside of them:
        they are counted, and hardly move a median), rule_minutes (median of what the rules plan for these visits),
        proposed_minutes (whole, NaN for no proposal), why.
    visits, observed, left_out
        How many visits there were, of how many the length is known, how many were no plausible length.
    """

    rows: pd.DataFrame
    visits: int
    observed: int
    left_out: int

    @property
    def proposals(self) -> dict[str, int]:
        """The proposed minutes, by key."""
        rows = self.rows[self.rows["proposed_minutes"].notna()]
        return {str(key): int(minutes) for key, minutes in zip(rows["key"], rows["proposed_minutes"], strict=True)}


def stay_figures(observed: ObservedStays, habits: Habits) -> StayFigures:
    """Compare real stays with the rules' minutes.

    Minutes are proposed for a group of at least `LEAST` visits when the rules' lie outside of the interval of the
    median (distribution-free, by order statistics: David & Nagaraja 2003, 7.1) and `LEAST_CHANGE` or more away from it.
    """
    stays = observed.stays.assign(planned=_planned(observed.stays, habits))
    key, kind = _groups(stays)
    many = np.array(HAZARDS, dtype=object)[np.minimum(stays["hazards"].to_numpy(dtype=np.int64), 2)]
    found = []
    for kind_of, names in ((kind, key), (np.full(len(stays), KINDS[3], dtype=object), many)):
        found += [_row(*name, part) for name, part in _parts(stays, kind_of, names)]
    rows = sorted(
        found, key=lambda row: (KINDS.index(str(row["grouped_by"])), -int(str(row["visits"])), str(row["key"]))
    )
    return StayFigures(pd.DataFrame(rows, columns=list(STAYS)), observed.visits, len(stays), observed.left_out)


def _parts(
    stays: pd.DataFrame, kind: npt.NDArray[np.object_], key: npt.NDArray[np.object_]
) -> list[tuple[tuple[str, str], pd.DataFrame]]:
    pairs = pd.MultiIndex.from_arrays([kind, key])
    codes, names = pd.factorize(pairs)
    return [((str(name[0]), str(name[1])), stays[codes == at]) for at, name in enumerate(names)]


def _planned(stays: pd.DataFrame, habits: Habits) -> npt.NDArray[np.float64]:
    """Give what the rules plan for each visit: by industry, else by risk, else for all others."""
    minutes = {name: float(value) for name, value in habits.stays.items()}
    by_industry = stays["industry"].map(minutes).astype(float)
    return np.asarray(by_industry.fillna(stays["risk"].map(minutes)).fillna(habits.stay), dtype=float)


def _groups(stays: pd.DataFrame) -> tuple[npt.NDArray[np.object_], npt.NDArray[np.object_]]:
    """Give key and kind of each visit: its industry where that has enough visits of one source, else its risk."""
    counts = stays.groupby(["industry", "source"]).size()
    many = counts[counts >= LEAST].index.get_level_values("industry").unique()
    enough = stays["industry"].isin(many).to_numpy(dtype=bool)
    with_risk = stays["risk"].notna().to_numpy(dtype=bool)
    key = np.select([enough, with_risk], [stays["industry"].astype(object), stays["risk"].astype(object)], OTHERS)
    return key.astype(object), np.select([enough, with_risk], KINDS[:2], KINDS[2]).astype(object)


def _row(kind: str, key: str, part: pd.DataFrame) -> dict[str, object]:
    by_track = part[(part["source"] == TRACK).to_numpy(dtype=bool)]
    source = TRACK if len(by_track) >= LEAST or len(by_track) == len(part) else CHECKINS
    part = part[(part["source"] == source).to_numpy(dtype=bool)]
    minutes = np.sort(part["minutes"].to_numpy(dtype=float))
    q1, median, q3 = np.quantile(minutes, [0.25, 0.5, 0.75])
    low, high = interval_of_median(minutes)
    far = (minutes < q1 - 1.5 * (q3 - q1)) | (minutes > q3 + 1.5 * (q3 - q1))
    rule = float(part["planned"].median())
    proposed, why = _proposal(kind, len(minutes), (low, median, high), rule)
    figures = {"median": median, "q1": q1, "q3": q3, "low": low, "high": high}
    return {
        "grouped_by": kind,
        "key": key,
        "visits": len(minutes),
        "source": source,
        **{name: round(float(value), 1) for name, value in figures.items()},
        "outliers": int(far.sum()),
        "rule_minutes": rule,
        "proposed_minutes": proposed,
        "why": why,
    }


def interval_of_median(ordered: npt.NDArray[np.float64]) -> tuple[float, float]:
    """Give the 95 % interval of the median of ordered values: two of them, ranks by the normal approximation."""
    n = len(ordered)
    half = NORMAL_95 * math.sqrt(n) / 2
    low, high = math.floor(n / 2 - half), math.ceil(n / 2 + half)
    return float(ordered[max(low, 0)]), float(ordered[min(high, n - 1)])


def _proposal(kind: str, visits: int, middle: tuple[float, float, float], rule: float) -> tuple[float, str]:
    low, median, high = middle
    if kind == "hazards":
        return math.nan, "按发现的隐患条数看，只作参考。"
    if visits < LEAST:
        return math.nan, f"不足 {LEAST} 次，先不改。"
    minutes = max(round(median), 1)
    if low <= rule <= high or abs(minutes - rule) < LEAST_CHANGE:
        return math.nan, "和规则相符。"
    word = "长" if median > rule else "短"
    return float(minutes), f"{visits:,} 次，中位数 {median:.0f} 分钟，比规则的 {rule:.0f} 分钟{word}。"
