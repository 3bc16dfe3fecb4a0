"""`wangge hotspots`: where more hazards are found than chance explains, and where nobody looked."""

from __future__ import annotations

import argparse
from datetime import date

from api.cli.figures import area_shapes, today
from api.cli.output import deliver
from api.cli.rows import Figures
from api.cli.terminal import say
from coverage.hazards import HazardRegister, hazard_register
from coverage.hotspots.spots import NEEDED, HotSpots, Question, hot_spots
from coverage.span import unheard
from geodata.ledger import Ledger
from geodata.model import Level
from geodata.store import Store, open_store
from maps.layers import drawn_levels

SHOWN = (
    *("area", "name", "inspections", "hazards", "per_inspection", "per_inspection_low", "per_inspection_high"),
    *("per_km2", "inspection_class", "area_class", "course"),
)
SERIES_SHOWN = ("area", "month", "inspections", "hazards", "per_inspection", "per_km2_30d", "z", "heat")


def hotspots(arguments: argparse.Namespace) -> None:
    """Print hot and cold spots, the hottest first; or their months."""
    bandwidth = None if arguments.bandwidth is None else float(arguments.bandwidth)
    question = Question(arguments.level, arguments.months, arguments.rate, bandwidth, arguments.least)
    with open_store(arguments.store) as store:
        ledger, register = _known(store, arguments.as_of)
    spots = hot_spots(ledger, register, question)
    say(f"方法：{'；'.join(spots.sentences)}。")
    title = f"{spots.town.name} 隐患热点 截至 {spots.as_of}"
    frame, shown = (spots.series, SERIES_SHOWN) if arguments.series else (spots.frame, SHOWN)
    shapes = area_shapes(frame, spots.areas, arguments.level)
    deliver(Figures(title, spots.facts, frame, shown, shapes), arguments)


def spots_of_levels(store: Store, as_of: date | None) -> dict[Level, HotSpots]:
    """Give the hot spots of each level that a map draws, of the last six months."""
    ledger, register = _known(store, as_of)
    return {level: hot_spots(ledger, register, Question(level)) for level in drawn_levels(register.areas)}


def _known(store: Store, as_of: date | None) -> tuple[Ledger, HazardRegister]:
    """Read what is known as of a day, today when none is given."""
    ledger, day = store.ledger(*NEEDED, columns=NEEDED), as_of or today(store.town)
    if warning := unheard(ledger, day):
        say(f"注意：{warning}")
    return ledger, hazard_register(ledger, day)
