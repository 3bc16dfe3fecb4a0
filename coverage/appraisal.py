"""The quarterly appraisal (考核) of communities or departments: weighted indicators, each with its figures."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal
from urllib.parse import urlencode

import numpy as np
import numpy.typing as npt
import pandas as pd

from coverage.appraisal_policy import HUNDRED, INDICATORS, AppraisalPolicy
from coverage.assess import Assessment
from coverage.evidence.grading import Graded
from coverage.grouping import group_members
from coverage.hazards import HazardRegister
from coverage.officers import UNKNOWN
from coverage.periods import Period, local_days, period_of
from coverage.roster import positions
from geodata.errors import QuestionProblem
from geodata.model import Town

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Unit = Literal["community", "department"]
Count = tuple[pd.Series, pd.Series]
"""Part and whole by key of the unit."""

UNIT_WORDS: Mapping[str, str] = {"community": "村（社区）", "department": "部门"}
DUTY_INDICATORS = ("coverage", "verified", "on_schedule")
QUARTER = re.compile(r"([1-9]\d{3})Q([1-4])", re.ASCII)


@dataclass(frozen=True)
class Appraisal:
    """What an appraisal gave.

    Attributes
    ----------
    town, unit, period, as_of, policy
        What was asked; the period is the quarter that holds D.
    rows
        One row a unit, the best first: rank (Int64; equal scores share one, missing without a score), key (code or
        name), name, score (0–100, two decimals, NaN = nothing to score), left_out (sentence, "" for none), and for each
        indicator of a weight above 0: part_…, whole_… (int), value_… (part / whole, NaN where the whole is 0), points_…
        (they make the score together; NaN where it is left out), opens_… (address of the rows behind it).
    """

    town: Town
    unit: Unit
    period: Period
    as_of: date
    policy: AppraisalPolicy
    rows: pd.DataFrame

    @property
    def indicators(self) -> tuple[str, ...]:
        """Those that are weighed."""
        return tuple(name for name, weight in self.policy.weights.items() if weight > 0)


def quarter_named(text: str) -> Period:
    """Give the quarter of a label such as 2024Q2; QuestionProblem for anything else."""
    found = QUARTER.fullmatch(text.strip().upper())
    if not found:
        raise QuestionProblem(f"“{text}”不是季度，要写成 2024Q2 的样子。")
    return period_of("quarter", date(int(found[1]), int(found[2]) * 3, 1))


def days_of(as_of: date) -> list[date]:
    """Give the days whose assessments an appraisal needs: the ends of the months of the quarter before D, then D."""
    first = period_of("quarter", as_of).first
    ends = [period_of("month", first + timedelta(days=31 * number)).last for number in range(3)]
    return [*(day for day in ends if day < as_of), as_of]


def appraise(
    assessments: Sequence[Assessment],
    register: HazardRegister,
    steps: pd.DataFrame,
    policy: AppraisalPolicy,
    unit: Unit,
    *,
    graded: Graded | None = None,
) -> Appraisal:
    """Score the communities, or the departments, of a town for the quarter that holds D, as of D.

    Duties are those of every period that ended in the quarter, on the last day of a month, and of the periods that hold
    D, each counted for the unit that has the place on D; hazards are those found in the quarter up to D, major ones
    also those that were still open when it began. An indicator of which a unit has nothing to count (whole 0) is left
    out, and the others are scaled up to 100.

    Parameters
    ----------
    assessments
        Of the days of `days_of`, in their order; the last is of D.
    register
        Of D.
    steps
        Of the ledger: hazard_id, at.
    graded
        Visits graded as of D; needed only where 检查无存疑率 has a weight, ValueError without.

    Raises
    ------
    QuestionProblem
        The town has no communities.
    """
    now = assessments[-1]
    if unit == "community" and "community" not in now.places:
        raise QuestionProblem("本镇还没有村（社区）一级的区域，不能按村（社区）考核。请先导入村（社区）边界。")
    keys, names = _units(now, unit)
    period = period_of("quarter", now.as_of)
    counts = _duties(assessments, unit) | _hazards(register, steps, period, policy, unit)
    if policy.weights["undoubted"] > 0:
        if graded is None:
            raise ValueError("graded visits are needed: 检查无存疑率 has a weight")
        counts["undoubted"] = _visits(graded, now, period, unit)
    weighed = [name for name, weight in policy.weights.items() if weight > 0]
    part, whole = (
        np.column_stack([counts[name][side].reindex(keys, fill_value=0).to_numpy(dtype=np.int64) for name in weighed])
        for side in (0, 1)
    )
    weights = np.array([policy.weights[name] for name in weighed])
    counted = whole > 0
    value = np.divide(part, whole, out=np.full(part.shape, np.nan), where=counted)
    scale = _scale(counted, weights)
    points = value * weights * scale[:, None]
    score = np.round(np.where(counted.any(axis=1), np.nansum(points, axis=1), np.nan), 2)
    columns: dict[str, object] = {"key": keys, "name": names, "score": score, "left_out": _left_out(counted, weighed)}
    for at, name in enumerate(weighed):
        columns |= {f"part_{name}": part[:, at], f"whole_{name}": whole[:, at], f"value_{name}": value[:, at]}
        columns |= {
            f"points_{name}": points[:, at],
            f"opens_{name}": [_opens(name, unit, key, period, now) for key in keys],
        }
    rows = pd.DataFrame(columns)
    rows.insert(0, "rank", rows["score"].rank(method="min", ascending=False).astype("Int64"))
    rows = rows.iloc[np.lexsort((np.arange(len(rows)), np.nan_to_num(-score, nan=np.inf)))].reset_index(drop=True)
    return Appraisal(now.town, unit, period, now.as_of, policy, rows)


def _units(assessment: Assessment, unit: Unit) -> tuple[list[str], list[str]]:
    """Give key and name of each unit; places in no community, or of no department, are nobody's score."""
    groups = group_members(assessment.places, assessment.areas, unit)
    if groups.areas is not None:
        return list(groups.keys[: groups.areas]), list(groups.names[: groups.areas])
    named = [(key, name) for key, name in zip(groups.keys, groups.names, strict=True) if key != UNKNOWN]
    return [key for key, _ in named], [name for _, name in named]


def _counter(
    members: pd.DataFrame, assessed: Assessment | HazardRegister | Graded, unit: Unit
) -> Callable[[Flags], pd.Series]:
    """Give the function that counts flagged members by unit."""
    groups = group_members(members, assessed.areas, unit)
    return lambda flags: pd.Series(
        np.bincount(groups.codes[flags], minlength=len(groups.keys)), index=list(groups.keys)
    )


def _duties(assessments: Sequence[Assessment], unit: Unit) -> dict[str, Count]:
    """Count the duties of the periods that ended with a month of the quarter, and of those that hold D."""
    now = assessments[-1]
    parts: dict[str, list[Flags]] = {name: [] for name in DUTY_INDICATORS}
    places = []
    for assessment in assessments:
        duties, state = assessment.duties, assessment.duties["state"]
        terms = [rule.term(assessment.as_of) for rule in assessment.rules]
        ended = [term is not None and term.period.last == assessment.as_of for term in terms]
        counts = np.array(ended, dtype=bool)[duties["rule"].to_numpy()] | (assessment is now)
        owed = np.flatnonzero((state != "exempt").to_numpy(bool) & counts)
        # for the unit that has the place on D: areas may have been others then
        of_now = positions(now.places, assessment.places["id"])
        places.append(of_now[duties["place"].to_numpy()[owed]])
        parts["coverage"].append((state == "done").to_numpy(bool)[owed])
        parts["verified"].append(duties["verified"].to_numpy(bool)[owed])
        parts["on_schedule"].append((state != "overdue").to_numpy(bool)[owed])
    count = _counter(now.places.iloc[np.concatenate(places)], now, unit)
    whole = count(np.ones(sum(map(len, places)), dtype=bool))
    return {name: (count(np.concatenate(flags)), whole) for name, flags in parts.items()}


def _hazards(
    register: HazardRegister, steps: pd.DataFrame, period: Period, policy: AppraisalPolicy, unit: Unit
) -> dict[str, Count]:
    hazards = register.hazards
    first = np.datetime64(period.first, "D")
    found, done = (hazards[name].to_numpy(dtype="datetime64[D]") for name in ("found", "rectified_on"))
    done = np.fmin(done, hazards["closed_on"].to_numpy(dtype="datetime64[D]"))
    names = ("void", "rectified", "overdue", "in_time", "late", "recurring", "traceable", "major", "major_open")
    flag = {name: hazards[name].to_numpy(bool) for name in names}
    lately = (found >= first) & ~flag["void"]
    stood = (found < first) & ~(done < first)
    chosen = {
        "rectified": (flag["rectified"], lately),
        "in_time": (flag["in_time"], lately & (flag["in_time"] | flag["late"] | flag["overdue"])),
        "major": (flag["rectified"], flag["major"] & (lately | stood)),
        "once": (~flag["recurring"], lately & flag["traceable"]),
        "refreshed": (_refreshed(register, steps, policy.refresh_days), flag["major_open"]),
    }
    count = _counter(hazards, register, unit)
    return {name: (count(part & whole), count(whole)) for name, (part, whole) in chosen.items()}


def _refreshed(register: HazardRegister, steps: pd.DataFrame, days: int) -> Flags:
    """Say which hazards were found, or had a step, in the last `days` up to D."""
    as_of = np.datetime64(register.as_of, "D")
    touched = register.hazards["found"].to_numpy(dtype="datetime64[D]").copy()
    day = local_days(steps["at"], register.town)
    row = np.asarray(pd.Index(register.hazards["id"]).get_indexer(steps["hazard_id"]), dtype=np.int64)
    kept = (row >= 0) & (day <= as_of)
    np.maximum.at(touched, row[kept], day[kept])
    return np.asarray(touched > as_of - np.timedelta64(days, "D"))


def _visits(graded: Graded, now: Assessment, period: Period, unit: Unit) -> Count:
    visits = graded.visits
    row = positions(now.places, visits["place_id"])
    known = np.flatnonzero(row >= 0)
    visits = visits.iloc[known].assign(department=now.places["department"].to_numpy(dtype=object)[row[known]])
    lately = visits["at"].to_numpy(dtype="datetime64[D]") >= np.datetime64(period.first, "D")
    count = _counter(visits, graded, unit)
    return count(lately & ~visits["suspect"].to_numpy(bool)), count(lately)


def _scale(counted: Flags, weights: Floats) -> Floats:
    """Give what the weights of each unit are multiplied by, so that those that count make 100."""
    there = counted @ weights
    return np.divide(HUNDRED, there, out=np.zeros(len(there)), where=there > 0)


def _left_out(counted: Flags, weighed: Sequence[str]) -> list[str]:
    said = []
    for flags in counted.tolist():
        names = [INDICATORS[name].name for name, there in zip(weighed, flags, strict=True) if not there]
        rest = "其余各项按比例折算为 100 分" if len(names) < len(weighed) else "没有可考核的内容"
        said.append(f"没有应计的{'、'.join(names)}，{rest}。" if names else "")
    return said


def _opens(name: str, unit: Unit, key: str, period: Period, now: Assessment) -> str:
    """Give the address of what counts against the unit; of duties that of D, earlier months have their own day."""
    mine = {"area": f"community:{key}"} if unit == "community" else {"department": key}
    at = {"as_of": now.as_of.isoformat()}
    lately = {"from": period.first.isoformat(), "to": now.as_of.isoformat()}
    if name == "verified":
        return f"/api/v1/places?{urlencode({**mine, 'state': 'done', **at})}"
    if name in DUTY_INDICATORS:
        state = {"state": "overdue"} if name == "on_schedule" else {}
        return f"/?{urlencode({**mine, **state, **at})}#list"
    if name == "undoubted":
        return f"/visits?{urlencode({**mine, 'grade': 'D', **at})}"
    asked = {
        "rectified": {"state": "open", **lately},
        "in_time": {"state": "late", **lately},
        "major": {"level": "重大", "state": "major_open"},
        "once": {"state": "recurring", **lately},
        "refreshed": {"level": "重大", "state": "major_open"},
    }
    return f"/hazards?{urlencode({**mine, **asked[name], **at})}"
