"""`wangge ground`: which ground nobody came near."""

from __future__ import annotations

import argparse

from api.cli.figures import area_shapes, today
from api.cli.output import deliver
from api.cli.rows import Figures
from api.cli.terminal import say
from coverage.ground.figures import ground_figures
from coverage.ground.seen import NEEDED, WIDTH_M, GroundSeen, ground_seen
from geodata.store import Store, open_store

SHOWN = ("area", "name", "area_m2", "masked_m2", "seen_m2", "missed_m2", "no_data_m2", "seen_rate")


def ground(arguments: argparse.Namespace) -> None:
    """Print how much of the ground was seen, by a level of areas."""
    with open_store(arguments.store) as store:
        seen = seen_of(store, arguments)
    frame = ground_figures(seen, arguments.by)
    shapes = area_shapes(frame, seen.areas, arguments.by)
    title = f"{seen.town.name} 地面看到（两侧各 {seen.width_m:g} 米）{seen.period.chinese} 截至 {seen.as_of}"
    deliver(Figures(title, {**_facts(seen), "by": arguments.by}, frame, SHOWN, shapes), arguments)


def seen_of(store: Store, arguments: argparse.Namespace) -> GroundSeen:
    """Measure the ground of a store as of a day (today when none is given); say what limits the answer."""
    width = float(arguments.width or WIDTH_M)
    day = arguments.as_of or today(store.town)
    seen = ground_seen(store.ledger(*NEEDED, columns=NEEDED), day, arguments.every, width, arguments.mask or None)
    if seen.first_mark is None:
        say(f"注意：截至 {seen.as_of} 没有任何轨迹和检查定位，全部地面都是“无数据”，不等于没有人到过。")
    elif not seen.tracks:
        say(
            f"注意：{seen.period.chinese}截至 {seen.as_of} 没有轨迹，检查定位以外的地面都是“无数据”，不等于没有人到过。"
        )
    return seen


def _facts(seen: GroundSeen) -> dict[str, object]:
    return {
        "as_of": str(seen.as_of),
        "town": seen.town.name,
        "period": seen.period.label,
        "width_m": seen.width_m,
        "masks": list(seen.masks),
        "tracks": seen.tracks,
        "check_ins": seen.check_ins,
    }
