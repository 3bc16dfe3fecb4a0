"""`wangge map … months` and `change`: measures over time, as a page or on paper."""

from __future__ import annotations

import argparse
from datetime import datetime

from api.cli.figures import today
from api.cli.usage import UsageProblem
from api.moments import moments_asked
from coverage.assess import NEEDED
from coverage.hazards import NEEDED as NEEDED_FOR_HAZARDS
from coverage.periods import check_day
from coverage.rulebook import Rulebook
from geodata.model import Level
from geodata.store import Store
from maps.backdrop import NEEDED as NEEDED_FOR_BACKDROP
from maps.backdrop import Backdrop
from maps.change import change_panels
from maps.measuring import MEASURES, measure_named
from maps.multiples import months_panels
from maps.over_time import change_between, measured_days, months_up_to, usual_months
from maps.panels import Panels, panels_page

OVER_TIME = ("months", "change")
"""Kinds of maps that are drawn here."""
TABLES = {
    name: tuple(dict.fromkeys((*NEEDED.get(name, ()), *NEEDED_FOR_HAZARDS.get(name, ()))))
    for name in {**NEEDED, **NEEDED_FOR_HAZARDS}
}
OWN = {"months": ("months", "in_month"), "change": ("against", "before", "after")}
"""Options that go with one kind only; `measure` goes with both."""


def refuse_strangers(arguments: argparse.Namespace) -> None:
    """Refuse options that say nothing about the map that is asked for."""
    for kind, options in {**OWN, "months、change": ("measure",)}.items():
        for option in options:
            if getattr(arguments, option) and arguments.kind not in kind.split("、"):
                raise UsageProblem(f"--{option.replace('_', '-')} 只和 {kind} 一起用。")
    if arguments.kind in OVER_TIME and arguments.tiles:
        raise UsageProblem(f"{arguments.kind} 没有底图，不能和 --tiles 一起用。")


def over_time_page(store: Store, arguments: argparse.Namespace) -> str:
    """Draw them as a page."""
    measure = measure_named(arguments.measure or MEASURES[0].key)
    return panels_page(_panels(store, arguments), measure)


def over_time_sheet(store: Store, arguments: argparse.Namespace, *, landscape: bool | None) -> bytes:
    """Set them on paper: a PDF or a PNG, by the ending of the file."""
    from maps.sheet import panels_pdf, panels_png  # noqa: PLC0415 - the typesetter: slow import
    from maps.wall.panel_sheet import panel_sheet  # noqa: PLC0415

    measure = measure_named(arguments.measure or MEASURES[0].key)
    panels = _panels(store, arguments)
    sheet = panel_sheet(panels, measure, arguments.paper or "A3", landscape=landscape)
    set_ = panels_pdf if arguments.out.suffix.lower() == ".pdf" else panels_png
    return set_(sheet, datetime.now(store.town.zone))


def _panels(store: Store, arguments: argparse.Namespace) -> Panels:
    as_of, level = arguments.as_of or today(store.town), Level(arguments.level)
    check_day(as_of)
    ledger = store.ledger(*TABLES, columns=TABLES)
    backdrop = Backdrop.from_ledger(store.ledger(*NEEDED_FOR_BACKDROP, columns=NEEDED_FOR_BACKDROP))
    rules_on = Rulebook.read(store.rule_texts()).on
    if arguments.kind == "months":
        moments = months_up_to(as_of, arguments.months or usual_months(ledger, as_of), within=arguments.in_month)
        return months_panels(measured_days(ledger, rules_on, moments, level), backdrop)
    times = moments_asked(as_of, arguments.against, arguments.before, arguments.after)
    return change_panels(change_between(ledger, rules_on, times, level), backdrop)
