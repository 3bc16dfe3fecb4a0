"""`wangge forecast`: how the periods will end, and what some more visits would do."""

from __future__ import annotations

import argparse

import pandas as pd

from api.cli.figures import assess_ledger, history_of, shown
from api.cli.output import deliver
from api.cli.rows import Figures
from api.cli.terminal import say
from api.cli.usage import UsageProblem
from coverage.assess import Assessment
from coverage.figures import coverage_figures, records
from coverage.forecast import forecast as forecast_of
from coverage.whatif import compare, first_gaps, visits_to, with_visits
from geodata.ledger import Ledger
from geodata.store import open_store

FORECAST_SHOWN = (
    *("name", "rule_name", "period", "ends", "owed", "done", "left", "days_left", "pace", "needed"),
    *("coverage_rate", "expected_rate"),
)
WHAT_IF_SHOWN = ("name", "owed", "done", "done_after", "coverage_rate", "coverage_rate_after")


def forecast(arguments: argparse.Namespace) -> None:
    """Print how each rule's period will end; with visits named, the figures before and after them."""
    if arguments.visits and arguments.places:
        raise UsageProblem("--visits 和 --places 只写一个：最紧要的几个缺口，或者指明的场所。")
    with open_store(arguments.store) as store:
        ledger, assessment = assess_ledger(store, arguments.as_of)
        history = history_of(store, assessment)
    if arguments.visits or arguments.places:
        _what_if(ledger, assessment, history, arguments)
        return
    found = forecast_of(assessment, arguments.by, history)
    for note in found.notes:
        say(note)
    say(f"照此进度，期末预计还有 {len(found.missed):,} 项查不到。")
    title = f"{assessment.town.name} 期末预计 截至 {assessment.as_of}"
    fields = FORECAST_SHOWN[1:] if arguments.by == "rule" else FORECAST_SHOWN
    facts = {
        **{"as_of": str(assessment.as_of), "town": assessment.town.name, "by": arguments.by, "notes": found.notes},
        **{"missed_total": len(found.missed), "missed": records(found.missed.head(arguments.limit))},
    }
    deliver(Figures(title, facts, found.rows, shown(found.rows, arguments.by, fields)), arguments)


def _what_if(ledger: Ledger, assessment: Assessment, history: pd.Series, arguments: argparse.Namespace) -> None:
    chosen = arguments.places.split(",") if arguments.places else None
    visits = visits_to(assessment, chosen) if chosen else first_gaps(assessment, arguments.visits, history)
    after = with_visits(ledger, assessment, visits)
    root = str(assessment.town.level)
    rates = [coverage_figures(each, root)["coverage_rate"].iloc[0] for each in (assessment, after)]
    say(f"这 {len(visits):,} 次检查：全{assessment.town.level.chinese}覆盖率 {rates[0]:.1%} → {rates[1]:.1%}。")
    frame = compare(assessment, after, arguments.by)
    title = f"{assessment.town.name} 再查 {len(visits):,} 次 截至 {assessment.as_of}"
    facts = {"as_of": str(assessment.as_of), "town": assessment.town.name, "by": arguments.by}
    facts["visits"] = records(visits)
    deliver(Figures(title, facts, frame, shown(frame, arguments.by, WHAT_IF_SHOWN)), arguments)
