"""Walks along streets as tables: the stretches to be walked and the places, in order, and what is left."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from pyproj import CRS

from coverage.routes.clock import DAY, MINUTE, Clock
from coverage.routes.day import Day, Person
from coverage.routes.result import ROUTES, VISITS, DayPlan
from coverage.routes.street_check import Stay, Walked, walk_faults
from coverage.routes.street_route import PACE, Look, Steps, Times
from coverage.routes.unwalked import Unwalked
from coverage.scoring import STREET_M
from coverage.streets.gaps import NAMELESS
from coverage.streets.network import Ints, Shapes
from coverage.streets.walks import StreetWalks
from geodata.model import Town
from grids.workload import SPEED_M_PER_MIN

SAME_M = 1.0
"""Stretches of one street so near to each other are one."""
STREET_VISITS = (*VISITS, "new_m")
STREET_ROUTES = (*ROUTES, "new_m", "repeat_m")


ANY_TIME: Mapping[str, object] = MappingProxyType({"opens": 0, "closes": 2 * DAY, "must": False, "with": None})
"""A street is open all day, promised to nobody, and walked alone."""


@dataclass(frozen=True)
class Walker:
    """Who walks: the net, the steps of the walk and its times; `rows` are the candidates that were looked at."""

    person: Person
    net: Unwalked
    steps: Steps
    times: Times
    clock: Clock
    rows: Ints


@dataclass(frozen=True)
class Stretch:
    """Steps of a walk, from one to before another, along one street that is to be walked."""

    first: int
    behind: int
    name: str
    metres: float


def plan_of(
    town: Town,
    day: Day,
    walks: StreetWalks,
    walkers: Sequence[Walker],
    left: pd.DataFrame,
    notes: Sequence[str],
) -> DayPlan:
    """Gather the walks of a day."""
    routes, visits, streets = [], [], []
    for walker in walkers:
        rows = _rows(day, walks, walker)
        visits += rows
        routes.append(_route(day, walker, rows))
        streets += _drawn(walks, walker)
    crs = walks.network.crs
    return DayPlan(
        town,
        day.day,
        _placed(routes, STREET_ROUTES, crs),
        _placed(visits, STREET_VISITS, crs),
        left.sort_values("prize", ascending=False, kind="stable", ignore_index=True),
        tuple(notes),
        straight=False,
        cut_short=0,
        streets=_placed(streets, ("officer", "street", "new", "length_m"), crs),
    )


def stretches(walks: StreetWalks, walker: Walker) -> list[Stretch]:
    """Give the stretches of a walk: steps in a row along one street, nobody looked in at between them."""
    steps, names = walker.steps, street_names(walks, walker.net)
    breaks = {look.aside.step for look in walker.times.looks}
    found: list[Stretch] = []
    for at in np.flatnonzero(steps.new).tolist():
        name, metres = names[steps.links[at]], float(walker.net.links.metres[steps.links[at]])
        last = found[-1] if found else None
        gap = float(steps.at[at] - steps.at[last.behind]) if last else np.inf
        if last and last.name == name and not breaks.intersection(range(last.behind, at + 1)) and gap < SAME_M:
            found[-1] = Stretch(last.first, at + 1, name, last.metres + metres)
        else:
            found.append(Stretch(at, at + 1, name, metres))
    return found


def street_names(walks: StreetWalks, net: Unwalked) -> Shapes:
    """Give the name of the street of each link."""
    names = walks.roads["name"].fillna(NAMELESS).to_numpy(dtype=object)
    return np.asarray(names[net.network.road[net.feet.edge]], dtype=object)


def _rows(day: Day, walks: StreetWalks, walker: Walker) -> list[dict[str, object]]:
    """Give the stops of a walk in order: stretches and places."""
    events: list[tuple[int, int, Stretch | Look]] = [
        *((look.aside.step, 0, look) for look in walker.times.looks),
        *((each.first, 1, each) for each in stretches(walks, walker)),
    ]
    events.sort(key=lambda event: event[:2])
    rows: list[dict[str, object]] = []
    gone, before = 0, 0.0  # steps walked, and metres of the way back from the last door
    for number, (step, _, event) in enumerate(events, start=1):
        way = abs(float(walker.steps.at[step] - walker.steps.at[gone])) + before
        line = _line(walker, gone, step)
        if isinstance(event, Stretch):
            row = _street(walks, walker, event)
            gone, before = event.behind, 0.0
        else:
            way += event.aside.metres
            row = _place(day, walker, event)
            gone, before = step, event.aside.metres
        minutes = round(way / SPEED_M_PER_MIN["walk"], 1)
        base = {"officer": walker.person.id, "number": number, "travel_minutes": minutes, "length_m": round(way, 1)}
        rows.append({**ANY_TIME} | base | {"geometry": line} | row)
    return rows


def _street(walks: StreetWalks, walker: Walker, stretch: Stretch) -> dict[str, object]:
    links = walker.steps.links[stretch.first : stretch.behind]
    last = walker.net.last[links]
    x, y = walker.net.feet.xy[walker.steps.nodes[stretch.first]]
    shown = walker.clock.shown
    begin = shown(int(walker.times.passed[stretch.first]))
    return {
        "place_id": None,
        "name": f"{stretch.name}：走 {stretch.metres:,.0f} 米",
        "arrive": begin,
        "begin": begin,
        "leave": (leave := shown(int(walker.times.passed[stretch.behind - 1] + _seconds(walker, stretch.behind)))),
        "stay": leave - begin,
        "prize": round(stretch.metres / STREET_M, 4),
        "why": _why(walks, last),
        "lon": x,
        "lat": y,
        "new_m": round(stretch.metres, 1),
    }


def _seconds(walker: Walker, node: int) -> int:
    """Give how long the step takes that ends at a crossing: without what is spent there."""
    at = walker.steps.at
    return int(np.ceil(at[node] / PACE) - np.ceil(at[node - 1] / PACE))


def _why(walks: StreetWalks, last: np.ndarray[tuple[int], np.dtype[np.datetime64]]) -> str:
    if np.isnat(last).all():
        return "有轨迹以来没有人走过。"
    days = int((np.datetime64(walks.as_of, "D") - last[~np.isnat(last)].max()).astype(int))
    some = "，其中有的路段从未走过" if np.isnat(last).any() else ""
    return f"上次有人走过在 {days} 天前{some}。"


def _place(day: Day, walker: Walker, look: Look) -> dict[str, object]:
    place = day.candidates.iloc[walker.rows[look.aside.place]]
    shown = walker.clock.shown
    begin = shown(look.begin)
    spot = gpd.GeoSeries(gpd.points_from_xy([place["lon"]], [place["lat"]]), crs=4326).to_crs(walker.net.network.crs)
    return {
        **{name: place[name] for name in ("place_id", "name", "prize", "why", "stay", "opens", "closes", "must")},
        "arrive": shown(look.arrive),
        "begin": begin,
        "leave": begin + look.end - look.begin,
        "lon": spot.x.iloc[0],
        "lat": spot.y.iloc[0],
        "new_m": np.nan,
    }


def _line(walker: Walker, first: int, behind: int) -> shapely.LineString | None:
    """Draw the steps of a walk from one to before another."""
    parts = []
    for at in range(first, behind):
        xy = walker.net.xy(int(walker.steps.links[at]))
        forth = walker.net.links.pairs[walker.steps.links[at], 0] == walker.steps.nodes[at]
        parts.append(xy if forth else xy[::-1])
    trod = np.concatenate(parts) if parts else np.zeros((0, 2))
    moved = np.concatenate([[True], (np.diff(trod, axis=0) != 0).any(axis=1)])[: len(trod)]
    return shapely.LineString(trod[moved]) if moved.sum() > 1 else None


def _route(day: Day, walker: Walker, rows: Sequence[Mapping[str, object]]) -> dict[str, object]:
    steps, times, shown = walker.steps, walker.times, walker.clock.shown
    depart, home = shown(walker.clock.earliest(walker.person.spans[0][0])), shown(int(times.passed[-1]))
    aside = 2 * sum(look.aside.metres for look in times.looks)
    stay = sum(look.end - look.begin for look in times.looks)
    wait = sum(look.begin - look.arrive for look in times.looks)
    new = float(walker.net.links.metres[steps.links[steps.new]].sum())
    lunch = _lunch(walker) if walker.clock.lunch and depart < walker.clock.noon <= home else None
    line = _line(walker, 0, len(steps.links))
    x, y = walker.net.feet.xy[walker.net.base]
    return {
        "officer": walker.person.id,
        "name": walker.person.name,
        "mode": "walk",
        "begin": walker.person.spans[0][0],
        "end": walker.person.spans[-1][1],
        "depart": depart,
        "home": home,
        "lunch_from": lunch[0] if lunch else np.nan,
        "lunch_to": lunch[1] if lunch else np.nan,
        "stops": len(rows),
        "travel_minutes": round(float(steps.at[-1] + aside) / SPEED_M_PER_MIN["walk"], 1),
        "stay_minutes": round(stay / MINUTE, 1),
        "wait_minutes": round(wait / MINUTE, 1),
        "length_m": round(float(steps.at[-1]) + aside, 1),
        "prize": round(sum(float(str(row["prize"])) for row in rows), 4),
        "feasible": line is not None and not walk_faults(_walked(day, walker, line, depart, home, lunch)),
        "lon": x,
        "lat": y,
        "new_m": round(new, 1),
        "repeat_m": round(float(steps.at[-1]) + aside - new, 1),
        "geometry": line,
    }


def _walked(
    day: Day, walker: Walker, line: shapely.LineString, depart: int, home: int, lunch: tuple[int, int] | None
) -> Walked:
    """Give a walk as the checker is told of it."""
    steps, person = walker.steps, walker.person
    needed = [shapely.LineString(xy) for xy in map(walker.net.xy, steps.links[steps.new].tolist()) if len(xy) > 1]
    aside = 2 * sum(look.aside.metres for look in walker.times.looks)
    shift = (person.spans[0][0], person.spans[-1][1])
    stays = [_stay(day, walker, look) for look in walker.times.looks]
    return Walked(line, float(steps.at[-1]), needed, shift, depart, home, lunch, PACE, aside, stays)


def _stay(day: Day, walker: Walker, look: Look) -> Stay:
    place = day.candidates.iloc[walker.rows[look.aside.place]]
    begin = walker.clock.shown(look.begin)
    leave = begin + look.end - look.begin
    hours = int(place["opens"]), int(place["closes"])
    return Stay(str(place["name"]), walker.clock.shown(look.arrive), begin, leave, int(place["stay"]), *hours)


def _lunch(walker: Walker) -> tuple[int, int]:
    clock = walker.clock
    in_hand = [look for look in walker.times.looks if look.begin < clock.noon < look.end]
    begin = in_hand[0].end if in_hand else clock.noon
    return begin, begin + clock.lunch


def _drawn(walks: StreetWalks, walker: Walker) -> list[dict[str, object]]:
    """Draw a walk in its order as stretches that are new and ways between them."""
    names, steps = street_names(walks, walker.net), walker.steps
    rows, first = list[dict[str, object]](), 0
    for behind in range(1, len(steps.links) + 1):
        if behind < len(steps.links) and steps.new[behind] == steps.new[first]:
            continue
        new = bool(steps.new[first])
        rows.append(
            {
                "officer": walker.person.id,
                "street": names[steps.links[first]] if new else "",
                "new": new,
                "length_m": round(float(steps.at[behind] - steps.at[first]), 1),
                "geometry": _line(walker, first, behind),
            }
        )
        first = behind
    return rows


def _placed(rows: Sequence[Mapping[str, object]], columns: Sequence[str], crs: CRS) -> gpd.GeoDataFrame:
    """Give rows of the plane in degrees."""
    frame = pd.DataFrame(list(rows), columns=[*columns, "geometry"])
    if "lon" in columns and len(frame):
        points = gpd.GeoSeries(gpd.points_from_xy(frame["lon"], frame["lat"]), crs=crs).to_crs(4326)
        frame = frame.assign(lon=points.x.to_numpy(), lat=points.y.to_numpy())
    for name in {"place_id", "with"}.intersection(columns):
        frame[name] = frame[name].astype(object).where(frame[name].notna(), None)
    shapes = gpd.GeoSeries(frame.pop("geometry"), crs=crs)
    return gpd.GeoDataFrame(frame, geometry=shapes.to_crs(4326))
