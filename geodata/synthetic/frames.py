"""The made-up town as frames of the tables, one function a table."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
import shapely

from geodata.model import Level
from geodata.synthetic.chance import Bools, Floats, Ints, Objects, words
from geodata.synthetic.clock import Stops
from geodata.synthetic.columns import days, frame_of, multilines, multipolygons, points
from geodata.synthetic.divisions import Divisions, Parts
from geodata.synthetic.geotags import Geotags
from geodata.synthetic.hazards import CATEGORIES, Found
from geodata.synthetic.land import Land
from geodata.synthetic.people import People
from geodata.synthetic.register import Register, risk_words
from geodata.synthetic.sizes import Size
from geodata.synthetic.streets import ARTERIAL, COLLECTOR, LANE, Lattice
from geodata.synthetic.tracks import Track
from geodata.synthetic.trades import DEPARTMENTS, TRADES
from geodata.synthetic.visits import NOBODY
from geodata.synthetic.wording import MEASURES, describe, results

ROAD_CLASSES = {ARTERIAL: ("主干路", 60.0), COLLECTOR: ("次干路", 40.0), LANE: ("支路", 20.0)}
HAZARD_POINTS, HAZARD_NOISE_M = 0.7, 6.0
"""Share of hazards with a point of their own, and how far it is off the place's, metres."""


def areas_frame(divisions: Divisions, people: People, size: Size) -> pd.DataFrame:
    """Give the areas of all levels, the root first."""
    managed = people.role != "clerk"
    manager = dict(zip(people.area[managed][::-1], people.names[managed][::-1], strict=True))  # the first one stays
    towns, districts, communities, grids = divisions.towns, divisions.districts, divisions.communities, divisions.grids
    rows: list[dict[str, Any]] = []
    shapes: list[Objects] = []
    above: Level | None = None
    over = words(size.code)
    if len(towns.codes) > 1:
        rows.append({"code": size.code, "name": size.name, "level": "city"})
        shapes.append(np.array([shapely.coverage_union_all(grids.shapes)], dtype=object))
        above = Level.CITY
    parts: Sequence[tuple[Level, Parts]] = (
        (Level.TOWN, towns), (Level.DISTRICT, districts), (Level.COMMUNITY, communities), (Level.GRID, grids),
    )  # fmt: skip
    for level, part in parts:
        shapes.append(part.shapes)
        rows += [
            _area(level, part, n, above, over) | {"manager": manager[part.codes[n]]} for n in range(len(part.codes))
        ]
        above, over = level, part.codes
    columns = {name: [row.get(name) for row in rows] for name in rows[-1]}
    return frame_of("areas", columns, multipolygons(np.concatenate(shapes)))


def _area(level: Level, part: Parts, number: int, above: Level | None, over: Objects) -> dict[str, Any]:
    row = {"code": part.codes[number], "name": part.names[number], "level": str(level)}
    if above is None:
        return row
    return row | {"parent": over[part.parent[number]], "parent_level": str(above), "parent_how": "declared"}


def places_frame(register: Register, rng: np.random.Generator) -> pd.DataFrame:
    """Give the register as it is kept: a few places without coordinates, a few never rated."""
    leader = np.array([None if n < 0 else f"领导{n + 1:03d}" for n in register.leader], dtype=object)
    columns = {
        "id": register.ids, "name": register.names, "address": register.addresses,
        "industry": words(*(t.industry for t in TRADES))[register.trade], "risk": risk_words(register.risk, rng),
        "headcount": register.heads, "department": register.departments, "tags": register.tags, "leader": leader,
        "opened": register.opened, "closed": register.closed, "status": register.status,
    }  # fmt: skip
    return frame_of("places", columns, points(np.where(register.located[:, None], register.xy, np.nan)))


def officers_frame(people: People) -> pd.DataFrame:
    """Give everybody who works for the town; outside experts do not."""
    own = people.role != "expert"
    shift = np.array([f"{a // 60:02d}:{a % 60:02d}-{b // 60:02d}:{b % 60:02d}" for a, b in people.hours], dtype=object)
    duties = list(zip(people.duty[own].tolist(), people.role[own].tolist(), strict=True))
    columns = {
        "id": people.ids[own], "name": people.names[own], "role": people.role[own], "area": people.area[own],
        "mode": np.where(people.car, "car", "walk").astype(object)[own], "shift": shift[own],
        "department": np.array([DEPARTMENTS[n] if role == "department" else None for n, role in duties], dtype=object),
    }  # fmt: skip
    return frame_of("officers", columns)


def moments_of(stops: Stops, minute: Floats) -> Floats:
    """Give seconds since 1970 of the town's clock."""
    return np.asarray(np.floor(stops.visits.day.astype("datetime64[s]").astype(np.int64) + minute * 60), dtype=float)


def inspection_ids(count: int) -> Objects:
    """Give ids of visits in order of time."""
    return np.array([f"JC{number:07d}" for number in range(1, count + 1)], dtype=object)


def inspections_frame(
    stops: Stops, tags: Geotags, found: Found, *, seconds: Floats, register: Register, people: People
) -> pd.DataFrame:
    """Give all visits in order of time."""
    visits = stops.visits
    officer = np.where(people.role == "expert", people.names, people.ids)[visits.officer]
    officer[visits.officer == NOBODY] = "企业安全管理员"
    columns = {
        "id": inspection_ids(len(seconds)), "place_id": register.ids[visits.place],
        "place_name": register.names[visits.place], "officer": officer, "by": visits.by, "at": seconds,
        "kind": visits.kind, "accuracy": tags.accuracy, "geotag": tags.source, "result": results(len(seconds), found),
    }  # fmt: skip
    return frame_of("inspections", columns, points(tags.xy))


def hazards_frame(
    found: Found, stop_place: Ints, register: Register, people: People, rng: np.random.Generator
) -> pd.DataFrame:
    """Give all hazards in order of finding."""
    n, place, course = len(found.stop), stop_place[found.stop], found.course
    own = rng.random(n) < HAZARD_POINTS
    xy = np.where(own[:, None], register.xy[place] + rng.normal(0, HAZARD_NOISE_M, (n, 2)), np.nan)
    supervisors = people.names[people.positions("leader")]
    columns = {
        "inspection_id": inspection_ids(len(stop_place))[found.stop], "place_id": register.ids[place],
        "found_at": found.found, "level": np.where(found.major, "重大", "一般").astype(object),
        "category": words(*CATEGORIES)[found.category], "description": describe(found.category, found.wording),
        "deadline": days(course.deadline), "rectified_at": course.rectified, "closed_at": course.closed,
        "void": found.void, "responsible": _where(~course.at_once, words("场所安全负责人")[np.zeros(n, int)]),
        "measures": _where(found.major, words(MEASURES)[np.zeros(n, int)]),
        "funds": _where(found.major, words(*(f"{k * 5000}元" for k in range(2, 40)))[rng.integers(0, 38, n)]),
        "plan": _where(found.major, words("现场处置方案")[np.zeros(n, int)]),
        "supervisor": _where(found.major, supervisors[rng.integers(0, len(supervisors), n)]),
    }  # fmt: skip
    order = np.lexsort((found.stop, found.found))
    in_order = {name: np.asarray(values)[order] for name, values in columns.items()}
    ids = np.array([f"YH{number:07d}" for number in range(1, n + 1)], dtype=object)
    return frame_of("hazards", {"id": ids, **in_order}, points(xy[order]))


def _where(chosen: Bools, texts: Objects) -> Objects:
    """Give the texts where chosen, else None."""
    out = np.full(len(chosen), None, dtype=object)
    out[chosen] = texts[chosen]
    return out


def tracks_frame(tracks: list[Track], people: People) -> pd.DataFrame:
    """Give the recorded days; `times` are those of the points, as a GPX reader gives them."""
    clock = [track.day.astype("datetime64[s]").astype(np.int64) + track.seconds for track in tracks]
    columns = {
        "id": [f"GJ{people.ids[t.officer]}-{t.day.astype(str).replace('-', '')}" for t in tracks],
        "officer": [people.ids[t.officer] for t in tracks],
        "start": [seconds[0] for seconds in clock],
        "end": [seconds[-1] for seconds in clock],
        "times": [times_text(seconds) for seconds in clock],
    }
    return frame_of("tracks", columns, multilines([shapely.linestrings(track.xy) for track in tracks]))


def times_text(seconds: Floats) -> str:
    """Write when each point of a track was: `;`-joined seconds since its start."""
    return ";".join(f"{second:.0f}" for second in seconds - seconds[0])


def roads_frame(lattice: Lattice, names: Objects, rng: np.random.Generator) -> pd.DataFrame:
    """Give each street as the runs of its pieces; a run ends at a gap."""
    road = np.flatnonzero(lattice.road)
    order = road[np.lexsort((lattice.ends[road, 0], lattice.line[road]))]
    line, ends = lattice.line[order], lattice.ends[order]
    new = np.flatnonzero(np.r_[True, (line[1:] != line[:-1]) | (ends[1:, 0] != ends[:-1, 1])])
    runs = np.split(np.arange(len(order)), new[1:])
    lines = [shapely.linestrings(lattice.nodes[np.r_[ends[run, 0], ends[run[-1:], 1]]]) for run in runs]
    rank = lattice.rank[order[new]]
    columns = {
        "id": [f"DL{number:05d}" for number in range(1, len(runs) + 1)], "name": names[order[new]],
        "class": [ROAD_CLASSES[r][0] for r in rank], "oneway": (rank == LANE) & (rng.random(len(runs)) < 0.07),
        "speed": [ROAD_CLASSES[r][1] for r in rank],
    }  # fmt: skip
    return frame_of("roads", columns, multilines(lines))


def water_frame(land: Land, size: Size) -> pd.DataFrame:
    """Give open water, streams and ponds."""
    bodies = [("合成湾" if size.estuary else "合成江", land.sea), ("合成河", land.streams)]
    bodies += [(f"合成{n + 1}号水塘", pond) for n, pond in enumerate(shapely.get_parts(land.ponds))]
    columns = {"id": [f"SM{n + 1:02d}" for n in range(len(bodies))], "name": [name for name, _ in bodies]}
    return frame_of("water", columns, multipolygons(np.array([body for _, body in bodies], dtype=object)))
