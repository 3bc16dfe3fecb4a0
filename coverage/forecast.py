"""What will be missed at the end of each period at the pace so far, and how many visits a day would close it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from coverage.assess import Assessment
from coverage.figures import rate
from coverage.gaps import factors_of
from coverage.grouping import GROUPS, Groups, check_group, group_members
from coverage.places import DONE, EXEMPT
from coverage.rules import Rule, Term
from coverage.visits import Ints
from coverage.workdays import unknown_years, working_days

RULE = (
    "进度：本期已计入的有效次数（每个场所最多算规则要求的次数）÷ 本期已过的工作日；"
    "预计：往后每个工作日照此进度，先查缺口分数高的；每天需要：还差的次数 ÷ 剩下的工作日。"
)
"""How it is reckoned, for people."""


@dataclass(frozen=True)
class Forecast:
    """What to expect of a day's assessment.

    Attributes
    ----------
    rows
        One row a group × rule that owes something and whose period is not over: area/key, name (`figures.label`), rule
        (id), rule_name, period (label), ends (datetime64[s]), owed, done (duties), left (visits that are wanting),
        days_gone, days_left (working days up to D, after D), pace (visits a working day), needed (visits a working
        day that would close it; NaN when no day is left), expected_done (duties), coverage_rate, expected_rate.
    missed
        One row a duty that is expected to be missed, worst first: place_id, name, rule, rule_name, period, score.
    notes
        Chinese sentences: how it is reckoned, years without a holiday calendar.
    """

    rows: pd.DataFrame
    missed: pd.DataFrame
    notes: tuple[str, ...]


def forecast(assessment: Assessment, by: str, history: pd.Series | None = None) -> Forecast:
    """Say how each rule's period will end at the pace of each group.

    Parameters
    ----------
    by
        One of `coverage.grouping.GROUPS`; `rule` gives the whole town.
    history
        As for `coverage.gaps.find_gaps`.

    Raises
    ------
    QuestionProblem
        Unknown word, or no areas of that level.
    """
    check_group(by, GROUPS)
    running = _running(assessment)
    duties = assessment.duties[assessment.duties["rule"].isin(list(running))].reset_index(drop=True)
    groups = _groups(assessment, by)
    rules = len(assessment.rules)
    cell = groups.codes[duties["place"].to_numpy()] * rules + duties["rule"].to_numpy()
    cells = len(groups.keys) * rules
    figures = _count(assessment, duties, cell, cells, running)
    worst = factors_of(assessment, duties, history).score
    wanting = _wanting(assessment, duties)
    closed = _closed(duties, worst, wanting, cell, figures)
    figures["expected_done"] = figures["done"] + np.bincount(cell[closed], minlength=cells)
    figures["expected_rate"] = rate(figures["expected_done"], figures["owed"])
    rows = _labelled(assessment, groups, by, figures)
    missed = (wanting > 0) & ~closed
    return Forecast(rows, _missed(assessment, duties[missed], worst[missed]), (RULE, *_notes(running)))


def _running(assessment: Assessment) -> dict[int, tuple[Rule, Term]]:
    """Give the rules whose period is not over, by position."""
    terms = ((which, rule, rule.term(assessment.as_of)) for which, rule in enumerate(assessment.rules))
    return {which: (rule, term) for which, rule, term in terms if term and not term.ended}


def _groups(assessment: Assessment, by: str) -> Groups:
    if by != "rule":
        return group_members(assessment.places, assessment.areas, by)
    town = assessment.town
    return Groups(np.zeros(len(assessment.places), dtype=np.int64), (town.code,), (town.name,), None)


def _wanting(assessment: Assessment, duties: pd.DataFrame) -> Ints:
    """Give the visits that each duty still wants; none where it is exempt."""
    times = np.array([rule.times for rule in assessment.rules], dtype=np.int64)[duties["rule"].to_numpy()]
    wanting = np.maximum(times - duties["counted"].to_numpy(), 0)
    return np.where(duties["state"].cat.codes.to_numpy() == EXEMPT, 0, wanting)


def _count(
    assessment: Assessment, duties: pd.DataFrame, cell: Ints, cells: int, running: dict[int, tuple[Rule, Term]]
) -> dict[str, npt.NDArray[Any]]:
    """Count each cell (group × rule): duties, visits made and wanting, working days, pace."""
    state = duties["state"].cat.codes.to_numpy()
    times = np.array([rule.times for rule in assessment.rules], dtype=np.int64)[duties["rule"].to_numpy()]
    useful = np.where(state == EXEMPT, 0, np.minimum(duties["counted"].to_numpy(), times))
    gone, left = np.zeros(len(assessment.rules), dtype=np.int64), np.zeros(len(assessment.rules), dtype=np.int64)
    for which, (_, term) in running.items():
        gone[which] = working_days(term.period.first, assessment.as_of)
        left[which] = working_days(assessment.as_of + timedelta(days=1), term.period.last)
    days_gone, days_left = (np.tile(days, cells // max(len(days), 1)) for days in (gone, left))
    owed = np.bincount(cell[state != EXEMPT], minlength=cells)
    done = np.bincount(cell[state == DONE], minlength=cells)
    wanting = np.bincount(cell, weights=_wanting(assessment, duties), minlength=cells).astype(np.int64)
    made = np.bincount(cell, weights=useful, minlength=cells).astype(np.int64)
    return {
        "owed": owed,
        "done": done,
        "left": wanting,
        "days_gone": days_gone,
        "days_left": days_left,
        "pace": rate(made, days_gone),
        "needed": np.where(wanting == 0, 0.0, rate(wanting, days_left)),
        "coverage_rate": rate(done, owed),
    }


def _closed(
    duties: pd.DataFrame,
    worst: npt.NDArray[np.float64],
    wanting: Ints,
    cell: Ints,
    figures: dict[str, npt.NDArray[Any]],
) -> npt.NDArray[np.bool_]:
    """Say which duties the visits to come will close: at the pace so far, the worst gaps of each cell first."""
    budget = np.nan_to_num(figures["pace"]) * figures["days_left"]
    order = np.lexsort((duties["place"].to_numpy(), -worst, cell))
    order = order[wanting[order] > 0]
    of_cell = pd.Series(wanting[order]).groupby(cell[order]).cumsum().to_numpy()
    closed = np.zeros(len(duties), dtype=bool)
    closed[order] = of_cell <= budget[cell[order]] + 1e-9  # 0.1 × 10 is one visit
    return closed


def _labelled(assessment: Assessment, groups: Groups, by: str, figures: dict[str, npt.NDArray[Any]]) -> pd.DataFrame:
    """Give the rows with the names of group and rule, those that owe something."""
    rules = assessment.rules
    group = np.repeat(np.arange(len(groups.keys)), len(rules))
    which = np.tile(np.arange(len(rules)), len(groups.keys))
    owing = np.flatnonzero(figures["owed"] > 0)
    names = pd.DataFrame(groups.label).iloc[group[owing]].reset_index(drop=True)
    said = _of_rules(assessment, which[owing].tolist())
    if by == "rule":
        names = pd.DataFrame({"key": said["rule"], "name": said["rule_name"]})
    return pd.concat([names, said, pd.DataFrame({name: of[owing] for name, of in figures.items()})], axis="columns")


def _of_rules(assessment: Assessment, which: Sequence[int]) -> pd.DataFrame:
    rules = [assessment.rules[each] for each in which]
    terms = [rule.term(assessment.as_of) for rule in rules]
    return pd.DataFrame(
        {
            "rule": pd.Series([rule.id for rule in rules], dtype=object),
            "rule_name": pd.Series([rule.name for rule in rules], dtype=object),
            "period": pd.Series([term.period.label if term else None for term in terms], dtype=object),
            "ends": pd.Series([term.period.last if term else None for term in terms], dtype="datetime64[s]"),
        }
    )


def _missed(assessment: Assessment, duties: pd.DataFrame, score: npt.NDArray[np.float64]) -> pd.DataFrame:
    places = assessment.places.iloc[duties["place"].to_numpy()].reset_index(drop=True)
    said = _of_rules(assessment, duties["rule"].tolist())
    frame = pd.DataFrame({"place_id": places["id"], "name": places["name"], **said, "score": score})
    return frame.sort_values(["score", "place_id", "rule"], ascending=[False, True, True], ignore_index=True)


def _notes(running: dict[int, tuple[Rule, Term]]) -> list[str]:
    years = {year for _, term in running.values() for year in unknown_years(term.period.first, term.period.last)}
    return [
        f"{year} 年的放假安排还不知道，工作日按周一至周五算；升级 wangge 以后按放假通知算。" for year in sorted(years)
    ]
