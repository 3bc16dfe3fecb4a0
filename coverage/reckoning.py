"""What each duty of a place rests on: the visits of its period, counted or not and why, and what changed for it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from pyproj import Geod

from coverage.assess import Assessment
from coverage.counting import Count
from coverage.explain import BY_CHINESE, place_duties
from coverage.figures import records
from coverage.moves import Floats, stood
from coverage.periods import Period, local_times
from coverage.rules import Rule
from coverage.verify import BEST_ACCURACY_M, verify
from coverage.visits import BY, Flags, Visits, by_whom, match_visits
from geodata.ledger import Ledger

EARTH = Geod(ellps="WGS84")
UNPROVEN = {"typed": "手工录入的位置", "mock": "模拟定位"}


def duties_with_evidence(ledger: Ledger, assessment: Assessment, place_id: str) -> list[dict[str, Any]]:
    """Give the duties of a place as `place_duties` does, as plain Python, each with `visits` and `notes`.

    `visits` are the inspections of the place in the period and the one before, the newest first: id, at (text, local),
    by, officer, period (label), this_period, counted, verified (bool), why (Chinese: why it is counted or not).
    `notes` are Chinese sentences: closed, suspended, exempt, a rule that has just come.

    Parameters
    ----------
    ledger
        The whole ledger, of which the assessment is.

    Raises
    ------
    QuestionProblem
        No such place as of D.
    """
    assessment = assessment.of_place(place_id)
    duties = records(place_duties(assessment, place_id))
    seen = _Seen.of(ledger, assessment, place_id)
    rules = {rule.id: rule for rule in assessment.rules}
    spells = _spells(ledger, assessment, place_id)
    for duty in duties:
        rule = rules[duty["rule"]]
        duty["visits"] = list(_visits(seen, rule, assessment.as_of))
        duty["notes"] = [*_place_notes(assessment, place_id, rule), *_spell_notes(spells, rule, assessment, duty)]
        duty["notes"] += _rule_notes(rule, assessment.as_of)
    return duties


def place_history(ledger: Ledger, assessment: Assessment, place_id: str) -> list[str]:
    """Say when the place moved, and which exemptions name a duty that no rule in force is called by."""
    moves = ledger.moves[(ledger.moves["place_id"] == place_id).to_numpy(bool)].sort_values("day")
    said = [
        f"{day.date()} 迁址，此前在{_where(address, point)}：此前的检查按原址核实，此前的统计按原址归区域。"
        for day, address, point in zip(moves["day"], moves["address"], moves.geometry, strict=True)
    ]
    called = frozenset().union(*(rule.called for rule in assessment.rules))
    for spell in _spells(ledger, assessment, place_id):
        if spell.duty is not None and spell.duty not in called:
            said.append(f"{spell.said}：没有一条执行中的规则叫“{spell.duty}”，不起作用，请核对免查事项。")
    return said


def _where(address: Any, point: shapely.Point | None) -> str:
    parts = [] if pd.isna(address) else [str(address)]
    parts += ["位置不详"] if point is None else [f"{point.x:.5f}, {point.y:.5f}"]
    return "，".join(parts)


# ── visits ──


@dataclass(frozen=True)
class _Seen:
    """The inspections of one place: `rows` of the ledger, their local `at`; `visits` that can count, which are proven.

    `metres` and `allowed` are one a visit: how far from the place it was (NaN = not known), and how far it may be.
    """

    rows: gpd.GeoDataFrame
    at: np.ndarray
    opened: np.datetime64
    visits: Visits
    verified: Flags
    metres: Floats
    allowed: Floats
    place_located: Flags

    @classmethod
    def of(cls, ledger: Ledger, assessment: Assessment, place_id: str) -> _Seen:
        every, places, town = ledger.inspections, assessment.places, assessment.town
        rows = every[(every["place_id"] == place_id).to_numpy(bool)].reset_index(drop=True)
        visits = match_visits(rows, places, town, assessment.as_of)
        there = stood(visits, places, ledger.moves)
        points = np.asarray(rows.geometry.array, dtype=object)[visits.row]
        _, _, metres = EARTH.inv(shapely.get_x(points), shapely.get_y(points), there[:, 0], there[:, 1])
        accuracy = rows["accuracy"].to_numpy(dtype=float)[visits.row]
        return cls(
            rows=rows,
            at=local_times(rows["at"], town),
            opened=places["opened"][places["id"] == place_id].to_numpy(dtype="datetime64[D]")[0],
            visits=visits,
            verified=verify(visits, rows, places, ledger.moves, town, assessment.centre),
            metres=np.asarray(metres, dtype=float),
            allowed=town.tolerance_m + np.where(accuracy > 0, np.minimum(accuracy, BEST_ACCURACY_M), 0.0),
            place_located=~np.isnan(there[:, 0]),
        )


def _visits(seen: _Seen, rule: Rule, as_of: date) -> Iterator[dict[str, Any]]:
    """Give the inspections of the rule's period and of the one before, the newest first."""
    term = rule.term(as_of)
    if term is None:
        return
    count = Count(seen.visits, seen.verified, seen.rows["covers"], 1)
    by_them = by_whom(seen.visits, rule.by)
    covered = count.covering(rule.covering) if rule.covering else np.ones(len(by_them), dtype=bool)
    number = {int(row): at for at, row in enumerate(seen.visits.row)}
    known_until = np.datetime64(as_of, "D")
    for row in np.argsort(-seen.at.astype("int64"), kind="stable"):
        day = seen.at[row].astype("datetime64[D]")
        period = _holding(day, term.period, term.previous)
        if period is None:
            continue
        at = number.get(int(row))
        if at is None:
            why = "截至日以后的检查" if day > known_until else f"开业（{seen.opened}）以前的检查"
        elif not by_them[at]:
            why = f"检查主体不符：{_who(seen, at)}的检查，本项只计{_wanted(rule)}"
        elif not covered[at]:
            why = f"未覆盖本项领域：{_covers(seen.rows['covers'].iat[row])}，本项要求{'或'.join(rule.covering)}"
        elif rule.verified and not seen.verified[at]:
            why = f"未经核实：{_unproven(seen, at)}"
        else:
            why = ""
        yield {
            "id": seen.rows["id"].iat[row],
            "at": str(seen.at[row].astype("datetime64[m]")).replace("T", " "),
            "by": BY[seen.visits.by[at]] if at is not None else _plain(seen.rows["by"].iat[row]),
            "officer": _plain(seen.rows["officer"].iat[row]),
            "period": period.label,
            "this_period": period is term.period,
            "counted": not why,
            "verified": at is not None and bool(seen.verified[at]),
            "why": why or (f"计入{period.chinese}" if period is term.period else f"计入上期{period.chinese}，不在本期"),
        }


def _holding(day: np.datetime64, *periods: Period | None) -> Period | None:
    """Give the period that holds the day."""
    for period in periods:
        if period and np.datetime64(period.first, "D") <= day <= np.datetime64(period.last, "D"):
            return period
    return None


def _plain(value: Any) -> str | None:
    return None if pd.isna(value) else str(value)


def _who(seen: _Seen, at: int) -> str:
    return BY_CHINESE[BY[seen.visits.by[at]]]


def _wanted(rule: Rule) -> str:
    return "、".join(BY_CHINESE[word] for word in rule.by) if rule.by else "企业自查以外的检查"


def _covers(covers: Any) -> str:
    return "这次检查没有填写覆盖领域" if pd.isna(covers) else f"这次只覆盖{'、'.join(str(covers).split(';'))}"


def _unproven(seen: _Seen, at: int) -> str:
    """Say why a visit is not verified."""
    row = seen.visits.row[at]
    if seen.rows.geometry.iat[row] is None:
        return "没有定位"
    if (mark := _plain(seen.rows["geotag"].iat[row])) in UNPROVEN:
        return UNPROVEN[mark]
    if not seen.place_located[at]:
        return "场所当时的位置不详"
    return f"定位离场所 {seen.metres[at]:,.0f} 米，允许 {seen.allowed[at]:,.0f} 米"


# ── notes ──


@dataclass(frozen=True)
class _Spell:
    """One row of the ledger of exemptions that has begun by D; `duty` None: from all; `said` in words."""

    first: date
    last: date | None
    duty: str | None
    said: str


def _spells(ledger: Ledger, assessment: Assessment, place_id: str) -> list[_Spell]:
    frame = ledger.exemptions
    begun = frame["first"].to_numpy(dtype="datetime64[D]") <= np.datetime64(assessment.as_of, "D")
    mine = frame[(frame["place_id"] == place_id).to_numpy(bool) & begun].sort_values("first")
    return [_spell(row) for row in records(mine)]


def _spell(row: dict[str, Any]) -> _Spell:
    exempt = row["kind"] == "exempt"
    duty = row["duty"] if exempt else None
    word = f"免查“{duty}”" if duty else "免查" if exempt else "停产"
    because = "，".join(text for text in (row["reason"], row["approver"] and f"{row['approver']}批准") if text)
    until = f"至 {row['last']}" if row["last"] else "起"
    said = f"{row['first']} {until}{word}{f'（{because}）' if because else ''}"
    last = date.fromisoformat(row["last"]) if row["last"] else None
    return _Spell(date.fromisoformat(row["first"]), last, duty, said)


def _spell_notes(spells: list[_Spell], rule: Rule, assessment: Assessment, duty: dict[str, Any]) -> Iterator[str]:
    """Say which spells touch the period or the one before, and whether the period is off."""
    term = rule.term(assessment.as_of)
    if term is None:
        return
    start = (term.previous or term.period).first
    for spell in spells:
        for_it = spell.duty is None or spell.duty in rule.called
        if for_it and spell.first <= term.period.last and (spell.last is None or spell.last >= start):
            yield f"{spell.said}：本期{'免查' if duty['state'] == 'exempt' else '不是整期都停，仍须检查'}。"


def _place_notes(assessment: Assessment, place_id: str, rule: Rule) -> Iterator[str]:
    """Say that the place was closed through the period, or opened in it."""
    term = rule.term(assessment.as_of)
    place = assessment.places[(assessment.places["id"] == place_id).to_numpy(bool)].iloc[0]
    if term is None:
        return
    first = pd.Timestamp(term.period.first)
    if place["closed_from"] <= first:
        since = f"{place['closed_from'].date()} 起" if place["closed_from"].year > 1 else "登记为"
        yield f"{since}停业：本期免查。"
    if place["opened"] >= first:
        yield f"{place['opened'].date()} 开业：本期尚不要求，从下一期起算。"


def _rule_notes(rule: Rule, as_of: date) -> Iterator[str]:
    """Say that the rule came lately or ends."""
    term = rule.term(as_of)
    if term and rule.since and rule.every and term.previous is None:
        yield f"本项自 {rule.since} 起执行：以前各期不按它追究，本期未完成不算逾期。"
    if rule.until:
        yield f"本项执行到 {rule.until - timedelta(days=1)} 为止。"
