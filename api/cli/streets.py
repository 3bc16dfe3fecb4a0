"""`wangge streets`: which metres of street nobody walked."""

from __future__ import annotations

import argparse
from datetime import date

from api.cli.figures import area_shapes, today
from api.cli.output import deliver
from api.cli.rows import Figures
from api.cli.terminal import say
from coverage.streets.figures import street_figures
from coverage.streets.walks import NEEDED, StreetWalks, street_walks
from geodata.model import LEVELS
from geodata.store import Store, open_store

SHOWN = ("name", "length_m", "walked_m", "missed_m", "no_data_m", "walked_rate", "never_m", "days_since")


def streets(arguments: argparse.Namespace) -> None:
    """Print how much of the streets was walked, by a group."""
    with open_store(arguments.store) as store:
        walks = walks_of(store, arguments.as_of, arguments.every)
    frame = street_figures(walks, arguments.by)
    first = ("area",) if arguments.by in LEVELS else ()
    shapes = area_shapes(frame, walks.areas, arguments.by)
    title = f"{walks.town.name} 道路走到 {walks.period.chinese} 截至 {walks.as_of}"
    facts = {**_facts(walks), "by": arguments.by}
    deliver(Figures(title, facts, frame, (*first, *SHOWN), shapes), arguments)


def walks_of(store: Store, as_of: date | None, every: str) -> StreetWalks:
    """Match the tracks of a store to its streets as of a day (today when none is given); say what limits the answer."""
    walks = street_walks(store.ledger(*NEEDED, columns=NEEDED), as_of or today(store.town), every)
    if walks.first_track is None:
        say(f"注意：截至 {walks.as_of} 没有任何轨迹，全部道路都是“无数据”，不等于没有人走过。")
    elif not walks.tracks:
        say(f"注意：{walks.period.chinese}截至 {walks.as_of} 没有轨迹，全部道路都是“无数据”，不等于没有人走过。")
    return walks


def _facts(walks: StreetWalks) -> dict[str, object]:
    return {
        "as_of": str(walks.as_of),
        "town": walks.town.name,
        "period": walks.period.label,
        "tracks": walks.tracks,
        "first_track": walks.first_track and str(walks.first_track),
    }
