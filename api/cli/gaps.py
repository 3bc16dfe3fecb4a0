"""`wangge gaps`: where nobody was, over places, streets and ground, and the walks that would close it."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

import geopandas as gpd
import pandas as pd
import shapely

from api.cli.figures import assess_store, gaps_of, today
from api.cli.output import deliver
from api.cli.rows import Figures
from api.cli.terminal import say
from api.cli.usage import UsageProblem
from coverage.gap_list import KINDS, one_list
from coverage.gap_walks import MINUTES, gap_walks
from geodata.store import Store, open_store

SHOWN: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "places": ("place_id", "name", "grid", "risk", "state", "days_since", "score", "why"),
        "streets": ("street", "class", "grid", "length_m", "last_walked", "days_since", "score", "why"),
        "ground": ("grid", "name", "m2", "last_seen", "days_since", "score", "why"),
        "all": ("rank", "kind", "name", "grid", "state", "days_since", "score", "why"),
    }
)
WALKS_SHOWN = ("walk", "grid", "stops", "places", "streets", "ground", "gaps", "minutes", "metres", "score", "first")


def gaps(arguments: argparse.Namespace) -> None:
    """Print what was missed, worst first; with --walks the walks that would close it, the most worth first."""
    if arguments.minutes is not None and not arguments.walks:
        raise UsageProblem("--minutes 是一趟最多走多少分钟，要和 --walks 一起用。")
    with open_store(arguments.store) as store:
        kinds = _kinds_that_can_be(store) if arguments.kind == "all" else (arguments.kind,)
        found = {kind: _FIND[kind](store, arguments) for kind in kinds}
        day = str(arguments.as_of or today(store.town))
        facts = {"as_of": day, "town": store.town.name, "kind": arguments.kind}
        name = store.town.name
    shown: tuple[str, ...]
    if arguments.walks:
        frame, _ = gap_walks(one_list(**found), minutes=arguments.minutes or MINUTES)
        title, shown = f"{name} 一趟能补上的缺口 截至 {day}", WALKS_SHOWN
    else:
        frame = one_list(**found) if arguments.kind == "all" else _with_shapes(found[arguments.kind])
        title = f"{name} {'' if arguments.kind == 'all' else KINDS[arguments.kind]}缺口 截至 {day}"
        shown = SHOWN[arguments.kind]
    part = frame.head(arguments.limit) if arguments.limit is not None else frame
    if len(part) < len(frame):
        say(f"共 {len(frame):,} 条，这里是最紧要的 {len(part):,} 条（--limit）。")
    deliver(Figures(title, facts, pd.DataFrame(part.drop(columns="geometry")), shown, part.geometry), arguments)


def _kinds_that_can_be(store: Store) -> tuple[str, ...]:
    """Give the kinds of gaps that the town can have; say which it can't, and why."""
    ledger = store.ledger("roads", "areas", columns={"roads": ("id",), "areas": ("code", "geometry")})
    lacking = {"streets": ledger.frames["roads"].empty, "ground": ledger.areas.geometry.isna().all()}
    if lacking["streets"]:
        say("注意：还没有道路，清单里没有道路缺口（wangge import STORE roads 文件）。")
    if lacking["ground"]:
        say("注意：区域都没有边界，清单里没有地面缺口（wangge import STORE areas 文件）。")
    return tuple(kind for kind in KINDS if not lacking.get(kind, False))


def _places(store: Store, arguments: argparse.Namespace) -> pd.DataFrame:
    return gaps_of(store, assess_store(store, arguments.as_of), arguments.area)


def _streets(store: Store, arguments: argparse.Namespace) -> gpd.GeoDataFrame:
    from api.cli.streets import walks_of  # noqa: PLC0415 - compiled loops: slow import
    from coverage.streets.gaps import street_gaps  # noqa: PLC0415

    return street_gaps(walks_of(store, arguments.as_of, arguments.every), area=arguments.area)


def _ground(store: Store, arguments: argparse.Namespace) -> gpd.GeoDataFrame:
    from api.cli.ground import seen_of  # noqa: PLC0415 - compiled loops: slow import
    from coverage.ground.gaps import ground_gaps  # noqa: PLC0415

    return ground_gaps(seen_of(store, arguments), area=arguments.area)


def _with_shapes(found: pd.DataFrame) -> gpd.GeoDataFrame:
    """Give gaps with their shapes: those of places are points, none where the place has no position."""
    if isinstance(found, gpd.GeoDataFrame):
        return found
    points = shapely.points(found[["lon", "lat"]].to_numpy(dtype=float))
    points[found["lon"].isna().to_numpy()] = None
    return gpd.GeoDataFrame(found, geometry=points, crs=4326)


_FIND: Mapping[str, Callable[[Store, argparse.Namespace], Any]] = MappingProxyType(
    {"places": _places, "streets": _streets, "ground": _ground}
)
