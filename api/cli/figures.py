"""`wangge coverage`, `gaps`, `hazards`: the figures of a town on a day."""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import cache
from typing import Any

import geopandas as gpd
import pandas as pd

from api.cli.output import deliver
from api.cli.rows import Figures
from api.cli.terminal import say
from api.cli.usage import UsageProblem
from api.rates import ALL, RegisterOf, rates_of
from coverage.assess import NEEDED, Assessment, assess
from coverage.course.policy import parse_policy
from coverage.figures import coverage_figures
from coverage.gaps import find_gaps
from coverage.hazards import NEEDED as NEEDED_FOR_HAZARDS
from coverage.hazards import HazardRegister, hazard_figures, hazard_register
from coverage.periods import period_of
from coverage.rulebook import Rulebook
from coverage.rules import Rule
from coverage.scoring import HISTORY_NEEDS, hazard_history
from coverage.span import unheard
from geodata.ledger import Ledger
from geodata.model import LEVELS, Level, Town
from geodata.rule_texts import text_on
from geodata.store import Store, open_store
from grids.hierarchy import answer_level

COVERAGE_SHOWN = (
    *("name", "places", "owed", "done", "pending", "overdue", "never", "exempt"),
    *("coverage_rate", "verified_rate"),
)
HAZARDS_SHOWN = (
    *("name", "found", "rectified", "closed", "open", "overdue", "major", "major_open", "void"),
    *("rectified_rate", "closed_rate"),
)
RATES_SHOWN = (
    *("name", "inspections", "found", "per_inspection", "rectified", "open", "overdue", "in_time", "late", "recurring"),
    *("major", "major_open", "rectified_rate", "in_time_rate", "recurring_rate", "mean_days", "median_days"),
)
COMPARED_SHOWN = (
    "name",
    *(
        f"{figure}{end}"
        for figure in ("found", "rectified_rate", "in_time_rate", "overdue", "recurring", "median_days")
        for end in ("", "_change")
    ),
)


def coverage(arguments: argparse.Namespace) -> None:
    """Print the figures of coverage by a group."""
    with open_store(arguments.store) as store:
        assessment = assess_store(store, arguments.as_of)
    frame = coverage_figures(assessment, arguments.by)
    facts = {**_facts(assessment.town, assessment.as_of, arguments.by), **_periods(assessment)}
    shapes = area_shapes(frame, assessment.areas, arguments.by)
    title = f"{assessment.town.name} 检查覆盖 截至 {assessment.as_of}"
    deliver(Figures(title, facts, frame, shown(frame, arguments.by, COVERAGE_SHOWN), shapes), arguments)


def hazards(arguments: argparse.Namespace) -> None:
    """Print the figures of hazards by a group; of a period their rates, alone or beside the period before."""
    every, since, beside = arguments.period, arguments.since, arguments.compare
    if every and since:
        raise UsageProblem("--period 和 --since 只写一个。")
    if beside and not since and every in (None, ALL):
        raise UsageProblem("--compare 和上期对比，要同时写 --period month、quarter、half-year、year 或 --since DATE。")
    with open_store(arguments.store) as store:
        as_of = arguments.as_of or today(store.town)
        registers = registers_of(store)
        register = registers(as_of)
    if not every and not since:
        _deliver_hazards(register, arguments, hazard_figures(register, arguments.by), HAZARDS_SHOWN, {})
        return
    rates = rates_of(registers, as_of, arguments.by, every=every, since=since, beside=beside)
    if rates.note:
        say(f"注意：{rates.note}")
    _deliver_hazards(register, arguments, rates.rows, COMPARED_SHOWN if beside else RATES_SHOWN, rates.facts)


def _deliver_hazards(
    register: HazardRegister,
    arguments: argparse.Namespace,
    frame: pd.DataFrame,
    fields: Sequence[str],
    more: Mapping[str, Any],
) -> None:
    shapes = area_shapes(frame, register.areas, arguments.by)
    since = f"{more['from']} 起发现的" if more.get("from") else ""
    title = f"{register.town.name} {since}隐患 截至 {register.as_of}"
    facts = {**_facts(register.town, register.as_of, arguments.by), **more}
    deliver(Figures(title, facts, frame, shown(frame, arguments.by, fields), shapes), arguments)


def today(town: Town) -> date:
    """Give the day that it is in the town."""
    return datetime.now(town.zone).date()


def assess_store(store: Store, as_of: date | None) -> Assessment:
    """Assess a store as of a day, today when none is given."""
    return assess_ledger(store, as_of)[1]


def assess_ledger(store: Store, as_of: date | None) -> tuple[Ledger, Assessment]:
    """Assess a store as of a day, and give the ledger that was read for it."""
    ledger, day = store.ledger(*NEEDED, columns=NEEDED), as_of or today(store.town)
    if warning := unheard(ledger, day):
        say(f"注意：{warning}" + ("" if as_of else "要看别的日期，请用 --as-of。"))
    return ledger, assess(ledger, read_rules(store, day), day)


def gaps_of(store: Store, assessment: Assessment, area: str | None = None) -> pd.DataFrame:
    """Give what was missed, worst first, in the whole town or an area, scored with the hazards found at the places."""
    return find_gaps(assessment, history=history_of(store, assessment), area=area)


def history_of(store: Store, assessment: Assessment) -> pd.Series:
    """Give the hazards found at each place in the year up to the day of an assessment."""
    hazards = store.ledger("hazards", columns={"hazards": HISTORY_NEEDS}).frames["hazards"]
    return hazard_history(hazards, assessment.town, assessment.as_of)


def register_of(store: Store, as_of: date | None) -> HazardRegister:
    """Give the hazards of a store as of a day, today when none is given."""
    return registers_of(store)(as_of or today(store.town))


def registers_of(store: Store) -> RegisterOf:
    """Give the hazards of a store as of any day, each once; the store is read once, and may be closed then."""
    ledger, texts = store.ledger(*NEEDED_FOR_HAZARDS, columns=NEEDED_FOR_HAZARDS), store.rule_texts()

    @cache
    def register(day: date) -> HazardRegister:
        return hazard_register(ledger, day, parse_policy(text_on(texts, day)).recurrence_days)

    return register


def read_rules(store: Store, day: date) -> tuple[Rule, ...]:
    """Give the rules of a store that are in force on a day."""
    return Rulebook.read(store.rule_texts()).on(day)


def _facts(town: Town, as_of: date, by: str) -> dict[str, Any]:
    if by in (Level.CITY, Level.TOWN) and by != town.level:
        say(f"{town.name}是{town.level.chinese}一级：按 {by} 没有区域时，给出全{town.level.chinese}一行。")
    return {"as_of": str(as_of), "town": town.name, "by": by}


def _periods(assessment: Assessment) -> dict[str, Any]:
    """Give the month that holds the day, and the period on which each rule is judged (no campaign to come)."""
    terms = {rule.id: rule.term(assessment.as_of) for rule in assessment.rules}
    labels = {rule_id: term.period.label for rule_id, term in terms.items() if term}
    return {"period": period_of("month", assessment.as_of).label, "periods": labels}


def shown(frame: pd.DataFrame, by: str, fields: Sequence[str]) -> tuple[str, ...]:
    """Give the fields of the table for people: with the code or id of a group where that is not its name."""
    first = "area" if "area" in frame else "key"
    return (first, *fields) if by in (*LEVELS, "officer", "rule") else tuple(fields)


def area_shapes(frame: pd.DataFrame, areas: gpd.GeoDataFrame, by: str) -> gpd.GeoSeries | None:
    """Give the polygon of each row that is an area; None where rows are no areas."""
    if "area" not in frame:
        return None
    of_level = areas[areas["level"] == str(answer_level(areas, by))]
    return of_level.set_index("code").geometry.reindex(frame["area"]).reset_index(drop=True)
