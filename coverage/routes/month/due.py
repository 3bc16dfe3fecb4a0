"""Which visits fall due between two days: what each closes, and between which working days it lies."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import NamedTuple

import numpy as np
import pandas as pd

from coverage.assess import Assessment
from coverage.periods import Days
from coverage.routes.candidates import MOST_HAZARDS, for_two, hours_of, minutes_of
from coverage.routes.clock import MINUTE
from coverage.routes.customs import Customs
from coverage.routes.month.horizon import Horizon
from coverage.rules import Rule
from coverage.scoring import HISTORY_MOST, MAJOR_COUNTS
from grids.workload import Habits

SPACED = 2
"""Not before half a period has passed since the last visit …"""
APART = 4
"""… and a fourth of one between two that are both planned, where working days are left then; a campaign's may follow
any other. Both are assumptions."""
NO_DAY = "no_day"


@dataclass(frozen=True)
class Outlook:
    """What is owed on a day, with what happened up to the first day that is planned.

    Attributes
    ----------
    assessment
        As of the first day, or of one on which a later period begins.
    gaps
        Of `find_gaps`.
    """

    assessment: Assessment
    gaps: pd.DataFrame


def turns(rules: Sequence[Rule], horizon: Horizon) -> list[date]:
    """Give the days on which something new is owed: the first, and those on which a period of a rule begins."""
    days = np.arange(np.datetime64(horizon.first, "D"), np.datetime64(horizon.last, "D") + 1).astype(object).tolist()
    terms = ((day, rule.term(day)) for day in days for rule in rules)
    return sorted({horizon.first} | {day for day, term in terms if term is not None and term.period.first == day})


def visits_due(
    outlooks: Sequence[Outlook],
    hazards: pd.DataFrame,
    habits: Habits,
    customs: Customs,
    horizon: Horizon,
    *,
    kind: str = "inspector",
    promised: Collection[str] = (),
) -> pd.DataFrame:
    """Give the visits that have to be made.

    A duty has to be done when its period ends within the horizon, or when it is overdue; `times` of them each in its
    own part of the period. A hazard that was put right waits for a second look until its deadline, one whose deadline
    passed or passes in the horizon after it. One visit closes all of a place that can be closed on one day: there are
    as few visits as can be (the stabbing of intervals by their ends, which is optimal).

    Parameters
    ----------
    outlooks
        Of the days of `turns`, in their order.
    hazards
        Of a `HazardRegister` as of the first day.
    kind
        Whose visits: those duties count that they can meet.
    promised
        Ids of places that must be visited on some day.

    Returns
    -------
    As `coverage.routes.candidates.candidates` gives them, one row a visit, and first, last (positions among the working
    days: -1 for both where no day is left), due (day: the first of what it closes). Ordered by place, then by day.
    """
    frames = [_of_duties(each, horizon, kind, now=not at) for at, each in enumerate(outlooks)]
    demands = pd.concat([*frames, _of_hazards(hazards, horizon), _promised(promised, horizon)], ignore_index=True)
    places = outlooks[0].assessment.places
    at = places.reset_index(drop=True).reset_index().set_index("id")["index"]
    demands = demands[demands["place_id"].isin(at.index)]
    visits = pd.DataFrame(list(_visits(demands, horizon)), columns=list(_Demand._fields))
    part = places.iloc[at[visits["place_id"]].to_numpy(dtype=np.int64)].reset_index(drop=True)
    opens, closes = hours_of(part, customs)
    stay = minutes_of(part, habits) + customs.hazard_minutes * np.minimum(visits["hazards"], MOST_HAZARDS)
    return pd.DataFrame(
        {
            "place_id": part["id"],
            "name": part["name"],
            "officer": part["officer"],
            "prize": visits["score"].astype(float).round(4),
            "stay": np.rint(np.asarray(stay, dtype=float) * MINUTE).astype(np.int64),
            "opens": opens,
            "closes": closes,
            "must": visits["must"].astype(bool),
            "why": visits["why"],
            "lon": part["lon"],
            "lat": part["lat"],
            "two": for_two(part, outlooks[0].gaps, outlooks[0].assessment.rules, customs),
            "first": visits["first"].astype(np.int64),
            "last": visits["last"].astype(np.int64),
            "due": visits["due"],
        }
    )


def _of_duties(outlook: Outlook, horizon: Horizon, kind: str, *, now: bool) -> pd.DataFrame:
    """Give what is owed of each duty: of periods that hold the first day, or that begin on the day of the outlook."""
    assessment = outlook.assessment
    met = {rule.id: rule for rule in assessment.rules if rule.by is None or kind in rule.by}
    gaps = outlook.gaps[outlook.gaps["rule"].isin(list(met))]
    counted = _counted(assessment, gaps)
    frames = []
    for rule_id, rows in gaps.groupby("rule", sort=False):
        rule = met[str(rule_id)]
        term = rule.term(assessment.as_of)
        if term is None or (not now and term.period.first != assessment.as_of):
            continue
        late = (rows["state"] == "overdue").to_numpy(dtype=bool)
        first = np.datetime64(max(term.period.first, horizon.first), "D")
        last = np.datetime64(min(term.period.last, horizon.last), "D")
        if term.ended:
            last = np.datetime64(horizon.last, "D")
        asked = rows if term.period.last <= horizon.last else rows[late]
        done = counted.loc[asked.index]
        length = np.timedelta64(max(term.period.days // rule.times, 1), "D")
        for turn in range(rule.times):
            part = asked[(done <= turn).to_numpy(dtype=bool)]
            begin, end = _turn(turn - rule.times, done[done <= turn].to_numpy(), rule.times, first, last)
            seen = part["last_inspection"].to_numpy(dtype="datetime64[D]")
            spaced = begin
            if rule.every:
                spaced = np.where(np.isnat(seen), begin, np.maximum(begin, seen + length // SPACED))
            if turn or (rule.every and not now):
                spaced = np.maximum(spaced, begin + length // APART)
            begin = np.where(_room(spaced, end, horizon), spaced, begin)
            frames.append(_demands(part["place_id"], begin, end, end, part["score"], part["why"]))
    return pd.concat(frames, ignore_index=True) if frames else _demands([], [], [], [], [], [])


def _counted(assessment: Assessment, gaps: pd.DataFrame) -> pd.Series:
    """Give how many inspections count already for each gap."""
    duties = assessment.duties
    rules = np.array([rule.id for rule in assessment.rules], dtype=object)
    keys = pd.MultiIndex.from_arrays(
        [assessment.places["id"].to_numpy()[duties["place"].to_numpy()], rules[duties["rule"].to_numpy()]]
    )
    found = pd.Series(duties["counted"].to_numpy(), keys)
    return pd.Series(found.reindex(pd.MultiIndex.from_frame(gaps[["place_id", "rule"]])).to_numpy(), gaps.index)


def _turn(turn: int, done: Days, times: int, first: np.datetime64, last: np.datetime64) -> tuple[Days, Days]:
    """Give first and last day of one of the turns that are left, the days left shared among them."""
    left = times - done.astype(np.int64)
    days = (last - first).astype(np.int64) + 1
    at = left + turn
    begin = first + (days * at // left).astype("timedelta64[D]")
    end = first + (days * (at + 1) // left - 1).astype("timedelta64[D]")
    return begin, np.maximum(begin, end)


def _room(first: Days, last: Days, horizon: Horizon) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Say where a working day lies between two days."""
    dates = horizon.dates
    return np.asarray(np.searchsorted(dates, first) < np.searchsorted(dates, last, side="right"))


def _of_hazards(hazards: pd.DataFrame, horizon: Horizon) -> pd.DataFrame:
    """Give the second looks: by its deadline at what was put right, after it at what was not."""
    begin, end = (np.datetime64(day, "D") for day in (horizon.first, horizon.last))
    deadline = hazards["deadline"].to_numpy(dtype="datetime64[D]")
    right = (hazards["rectified"] & ~hazards["closed"]).to_numpy(dtype=bool)
    coming = ~np.isnat(deadline) & (deadline >= begin) & (deadline < end)
    standing = (~hazards["rectified"]).to_numpy(dtype=bool)
    late = hazards["overdue"].to_numpy(dtype=bool)
    which = (right | late | (standing & coming)) & ~hazards["void"].to_numpy(dtype=bool)
    which &= hazards["place_id"].notna().to_numpy(dtype=bool)
    first = np.where(standing & coming & ~late, deadline + 1, begin)
    last = np.where(right & coming, deadline, end)
    weight = np.where(hazards["major"], float(MAJOR_COUNTS), 1.0)
    rows = pd.DataFrame({"place_id": hazards["place_id"], "first": first, "last": last, "weight": weight})[which]
    grouped = rows.groupby(["place_id", "first", "last"], sort=True)["weight"]
    found = pd.DataFrame({"score": grouped.sum().clip(upper=HISTORY_MOST), "hazards": grouped.size()}).reset_index()
    found[["first", "last"]] = found[["first", "last"]].astype("datetime64[s]")
    firsts, lasts = (found[name].to_numpy(dtype="datetime64[D]") for name in ("first", "last"))
    made = _demands(found["place_id"], firsts, lasts, lasts, found["score"], [""] * len(found))
    return made.assign(hazards=found["hazards"].to_numpy())


def _promised(promised: Collection[str], horizon: Horizon) -> pd.DataFrame:
    ids = sorted(promised)
    begin, end = (np.full(len(ids), np.datetime64(day, "D")) for day in (horizon.first, horizon.last))
    return _demands(ids, begin, end, end, [0.0] * len(ids), [""] * len(ids)).assign(must=True)


def _demands(ids: object, first: object, last: object, due: object, score: object, why: object) -> pd.DataFrame:
    days = {name: np.asarray(each, dtype="datetime64[s]") for name, each in (("first", first), ("last", last))}
    return pd.DataFrame(
        {
            "place_id": np.asarray(ids, dtype=object),
            **days,
            "due": np.asarray(due, dtype="datetime64[s]"),
            "score": np.asarray(score, dtype=float),
            "why": np.asarray(why, dtype=object),
            "hazards": 0,
            "must": False,
        }
    )


class _Demand(NamedTuple):
    """What a visit would close: between which working days (positions), and what is said of it."""

    place_id: str
    first: int
    last: int
    due: pd.Timestamp
    score: float
    why: str
    hazards: int
    must: bool


def _visits(demands: pd.DataFrame, horizon: Horizon) -> Iterator[_Demand]:
    """Give the fewest visits that meet all demands of each place, in the order of places and days."""
    dates = horizon.dates
    first = np.searchsorted(dates, demands["first"].to_numpy(dtype="datetime64[D]"))
    last = np.searchsorted(dates, demands["last"].to_numpy(dtype="datetime64[D]"), side="right") - 1
    order = np.lexsort((-demands["score"].to_numpy(), last, demands["place_id"].to_numpy(dtype=str)))
    columns = [demands[name].iloc[order].tolist() for name in ("place_id", "due", "score", "why", "hazards", "must")]
    rows = zip(columns[0], first[order].tolist(), last[order].tolist(), *columns[1:], strict=True)
    for _, mine in groupby(map(_Demand._make, rows), key=lambda row: row.place_id):
        held: list[_Demand] = []
        for row in mine:
            if row.first > row.last:  # no working day between
                yield _visit([row._replace(first=-1, last=-1)])
            elif held and row.first > held[0].last:
                yield _visit(held)
                held = [row]
            else:
                held.append(row)
        if held:
            yield _visit(held)


def _visit(rows: Sequence[_Demand]) -> _Demand:
    """Give the visit that meets some demands, of which the first has the earliest end."""
    waiting, must = sum(row.hazards for row in rows), any(row.must for row in rows)
    whys = [row.why for row in sorted(rows, key=lambda row: -row.score) if row.why]
    why = (
        ("约定必查。" if must else "")
        + "".join(whys[:1])
        + (f"另有 {len(whys) - 1} 项任务。" if len(whys) > 1 else "")
        + (f"{waiting} 处隐患待复查。" if waiting else "")
    )
    first, due = max(row.first for row in rows), min(row.due for row in rows)
    return _Demand(rows[0].place_id, first, rows[0].last, due, sum(row.score for row in rows), why, waiting, must)
