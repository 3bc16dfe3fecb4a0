"""Measures over time of a day at hand: kept for those who look at another measure or at the sheet."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from api.day import Day
from api.moments import moments_asked
from coverage.periods import check_day
from geodata.model import Level
from maps.change import change_panels
from maps.measuring import Measure
from maps.multiples import months_panels
from maps.over_time import change_between, measured_days, months_up_to
from maps.panels import Panels, panels_page

LISTING = "/map/measures"


@dataclass(frozen=True)
class MonthsAsked:
    """So many months up to a day, of the areas of a level; within: only what was found and done in each month."""

    months: int
    level: Level
    within: bool


@dataclass(frozen=True)
class ChangeAsked:
    """Two times, as `api.moments.moments_asked` takes them, and a level."""

    level: Level
    against: str | None
    before: str | None
    after: str | None


def panels_of(day: Day, asked: MonthsAsked | ChangeAsked) -> Panels:
    """Give the panels that are asked for; QuestionProblem where they can't be given."""
    check_day(day.as_of)
    return day.panels.get(asked, lambda: _measured(day, asked))


def _measured(day: Day, asked: MonthsAsked | ChangeAsked) -> Panels:
    ledger, rules_on = day.ledger, day.state.rules.on
    if isinstance(asked, MonthsAsked):
        moments = months_up_to(day.as_of, asked.months, within=asked.within)
        return months_panels(measured_days(ledger, rules_on, moments, asked.level), day.backdrop, leads=True)
    times = moments_asked(day.as_of, asked.against, asked.before, asked.after)
    return change_panels(change_between(ledger, rules_on, times, asked.level), day.backdrop, leads=True)


def page(day: Day, asked: MonthsAsked | ChangeAsked, measure: Measure) -> str:
    """Draw them as a page that leads to the map of measures."""
    return panels_page(panels_of(day, asked), measure, LISTING)


def sheet(day: Day, asked: MonthsAsked | ChangeAsked, measure: Measure, paper: str) -> bytes:
    """Set them on paper as a PDF."""
    from maps.sheet import panels_pdf  # noqa: PLC0415 - the typesetter: slow import
    from maps.wall.panel_sheet import panel_sheet  # noqa: PLC0415

    return panels_pdf(panel_sheet(panels_of(day, asked), measure, paper), datetime.now(day.ledger.town.zone))
