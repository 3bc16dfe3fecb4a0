"""The made-up town as frames of the tables: degrees, canonical words, dtypes of `geodata.tables`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from pyproj import Transformer

from geodata.model import Level
from geodata.synthetic.chance import Bools, Floats, Ints, Objects, words
from geodata.synthetic.clock import Stops
from geodata.synthetic.divisions import Divisions, Parts
from geodata.synthetic.geotags import Geotags
from geodata.synthetic.hazards import CATEGORIES, Found
from geodata.synthetic.land import Land
from geodata.synthetic.people import People
from geodata.synthetic.register import Register, risk_words
from geodata.synthetic.sizes import Size
from geodata.synthetic.streets import ARTERIAL, COLLECTOR, LANE, Lattice
from geodata.synthetic.tracks import Track
from geodata.synthetic.trades import TRADES
from geodata.synthetic.visits import NOBODY
from geodata.synthetic.wording import MEASURES, describe, results
from geodata.tables import TABLES

PLANE, ORIGIN = "EPSG:4547", (465_088.0, 2_521_321.0)
"""CGCS2000 3° zone of 114° E; where the middle of the town lies in it: on the east bank of the Pearl River's mouth."""
DECIMALS = 8
ZONE = "Asia/Shanghai"
ROAD_CLASSES = {ARTERIAL: ("主干路", 60.0), COLLECTOR: ("次干路", 40.0), LANE: ("支路", 20.0)}


def to_degrees(geometry: Any) -> Any:
    """Turn metres about the town's middle into WGS 84 degrees; equal points stay equal."""
    transformer = Transformer.from_crs(PLANE, "EPSG:4326", always_xy=True)

    def turn(xy: Floats) -> Floats:
        lon, lat = transformer.transform(xy[:, 0] + ORIGIN[0], xy[:, 1] + ORIGIN[1])
        return np.round(np.column_stack((lon, lat)), DECIMALS)

    return shapely.transform(geometry, turn)


def points(xy: Floats) -> Objects:
    """Give points in degrees, None where a coordinate is NaN."""
    out = np.full(len(xy), None, dtype=object)
    known = ~np.isnan(xy).any(axis=1)
    out[known] = to_degrees(shapely.points(xy[known]))
    return out


def frame_of(table: str, columns: Mapping[str, Any], geometry: Objects | None = None) -> pd.DataFrame:
    """Put columns into the frame of a table, every column there with the dtype that the tables promise."""
    kinds = {column.name: column.kind for column in TABLES[table].columns}
    size = len(next(iter(columns.values())))
    data = {name: _column(columns.get(name), kind, size) for name, kind in kinds.items()}
    if geometry is None:
        return pd.DataFrame(data)
    return gpd.GeoDataFrame(data, geometry=gpd.GeoSeries(list(geometry), crs="EPSG:4326"), crs="EPSG:4326")


def _column(values: Any, kind: str, size: int) -> pd.Series:
    if values is None:
        values = {"moment": np.full(size, np.nan), "flag": np.zeros(size, bool)}.get(kind, [None] * size)
    if kind == "moment":
        return _moments(np.asarray(values, dtype=float))
    if kind == "date":
        return pd.Series(pd.to_datetime(pd.Series(values))).astype("datetime64[s]")
    if kind in ("integer", "number"):
        return pd.Series(values, dtype="float64")
    if kind == "flag":
        return pd.Series(values, dtype=bool)
    return pd.Series(values, dtype="str")


def _moments(local_seconds: Floats) -> pd.Series:
    """Turn seconds of the town's clock since 1970 into moments of its zone."""
    seconds = np.where(np.isnan(local_seconds), 0, local_seconds).astype("int64").astype("datetime64[s]")
    seconds[np.isnan(local_seconds)] = np.datetime64("NaT", "s")
    return pd.Series(seconds).dt.tz_localize(ZONE)


def _multi(shapes: Objects) -> Objects:
    degrees = to_degrees(shapes)
    return np.array([shapely.multipolygons(shapely.get_parts(shape)) for shape in degrees], dtype=object)


def areas_frame(divisions: Divisions, people: People, size: Size) -> pd.DataFrame:
    """Give the areas of all levels, the root first."""
    manager = dict(zip(people.area, people.names, strict=True))  # last one wins; only grids to 片区 are looked up
    root = len(divisions.towns.codes) == 1
    levels: list[tuple[Level, Parts, Level | None, Objects]] = [
        (Level.DISTRICT, divisions.districts, Level.TOWN, divisions.towns.codes),
        (Level.COMMUNITY, divisions.communities, Level.DISTRICT, divisions.districts.codes),
        (Level.GRID, divisions.grids, Level.COMMUNITY, divisions.communities.codes),
    ]
    levels.insert(0, (Level.TOWN, divisions.towns, None if root else Level.CITY, words(size.code)))
    rows: dict[str, list[Any]] = {
        name: [] for name in ("code", "name", "level", "parent", "parent_level", "parent_how", "manager")
    }
    shapes = [part.shapes for _, part, _, _ in levels]
    if not root:
        rows = {
            name: [value]
            for name, value in zip(rows, (size.code, size.name, "city", None, None, None, None), strict=True)
        }
        shapes.insert(0, np.array([shapely.coverage_union_all(divisions.grids.shapes)], dtype=object))
    for level, parts, above, codes in levels:
        n = len(parts.codes)
        rows["code"] += list(parts.codes)
        rows["name"] += list(parts.names)
        rows["level"] += [str(level)] * n
        rows["parent"] += list(codes[parts.parent]) if above else [None] * n
        rows["parent_level"] += [str(above) if above else None] * n
        rows["parent_how"] += ["declared" if above else None] * n
        rows["manager"] += [None if level == Level.TOWN else manager[code] for code in parts.codes]
    return frame_of("areas", rows, _multi(np.concatenate(shapes)))


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
    columns = {
        "id": people.ids[own], "name": people.names[own], "role": people.role[own], "area": people.area[own],
        "mode": np.where(people.car, "car", "walk").astype(object)[own], "shift": shift[own],
    }  # fmt: skip
    return frame_of("officers", columns)


def moments_of(stops: Stops, minute: Floats) -> Floats:
    """Give seconds since 1970 of the town's clock."""
    return np.asarray(np.floor(stops.visits.day.astype("datetime64[s]").astype(np.int64) + minute * 60), dtype=float)


def inspections_frame(
    stops: Stops, tags: Geotags, found: Found, seconds: Floats, register: Register, people: People
) -> pd.DataFrame:
    """Give all visits in order of time."""
    n = len(seconds)
    place = stops.visits.place
    officer = np.where(people.role == "expert", people.names, people.ids)[stops.visits.officer]
    officer[stops.visits.officer == NOBODY] = "企业安全管理员"
    columns = {
        "id": inspection_ids(n), "place_id": register.ids[place], "place_name": register.names[place], "officer": officer,
        "by": stops.visits.by, "at": seconds, "kind": stops.visits.kind, "accuracy": tags.accuracy, "geotag": tags.source,
        "result": results(n, found.stop, found.at_once, found.major, found.void),
    }  # fmt: skip
    return frame_of("inspections", columns, points(tags.xy))


def inspection_ids(count: int) -> Objects:
    """Give ids of visits in order of time."""
    return np.array([f"JC{number:07d}" for number in range(1, count + 1)], dtype=object)


def hazards_frame(
    found: Found, stop_place: Ints, visits: int, register: Register, people: People, rng: np.random.Generator
) -> pd.DataFrame:
    """Give all hazards in order of finding; seven of ten have a point of their own, metres from the place's."""
    order = np.lexsort((found.stop, found.found))
    n, place = len(order), stop_place[found.stop]
    own = rng.random(n) < 0.7
    xy = np.where(own[:, None], register.xy[place] + rng.normal(0, 6, (n, 2)), np.nan)
    supervisors = people.names[people.positions("leader")]
    supervisor = np.where(found.major, supervisors[rng.integers(0, len(supervisors), n)], None)
    columns = {
        "inspection_id": inspection_ids(visits)[found.stop], "place_id": register.ids[place], "found_at": found.found,
        "level": np.where(found.major, "重大", "一般").astype(object), "category": words(*CATEGORIES)[found.category],
        "description": describe(found.category, found.wording),
        "deadline": found.deadline.astype("int64").astype("datetime64[s]"), "rectified_at": found.rectified,
        "closed_at": found.closed, "void": found.void,
        "measures": _where(found.major, MEASURES), "responsible": _where(~found.at_once, "场所安全负责人"),
        "funds": _where(found.major, rng.integers(2, 40, n) * 5000), "plan": _where(found.major, "现场处置方案"),
        "supervisor": supervisor,
    }  # fmt: skip
    sorted_columns = {name: np.asarray(values)[order] for name, values in columns.items()}
    ids = np.array([f"YH{number:07d}" for number in range(1, n + 1)], dtype=object)
    return frame_of("hazards", {"id": ids, **sorted_columns}, points(xy[order]))


def _where(chosen: Bools, text: Any) -> Objects:
    out = np.full(len(chosen), None, dtype=object)
    values = np.broadcast_to(np.asarray(text, dtype=object), len(chosen))
    out[chosen] = [f"{value}元" if isinstance(value, int) else value for value in values[chosen]]
    return out


def tracks_frame(tracks: list[Track], people: People) -> pd.DataFrame:
    """Give the recorded days; `times` are the moments of the points, as the store keeps them."""
    starts = [track.day.astype("datetime64[s]").astype(np.int64) for track in tracks]
    lines = to_degrees(np.array([shapely.linestrings(track.xy) for track in tracks], dtype=object))
    columns = {
        "id": [f"GJ{people.ids[t.officer]}-{t.day.astype(str).replace('-', '')}" for t in tracks],
        "officer": [people.ids[t.officer] for t in tracks],
        "start": [s + t.seconds[0] for s, t in zip(starts, tracks, strict=True)],
        "end": [s + t.seconds[-1] for s, t in zip(starts, tracks, strict=True)],
        "times": [times_text(s + t.seconds) for s, t in zip(starts, tracks, strict=True)],
    }
    return frame_of("tracks", columns, np.array([shapely.multilinestrings([line]) for line in lines], dtype=object))


def times_text(local_seconds: Floats) -> str:
    """Write the moments of a track's points, as the tracks table keeps them: UTC seconds since 1970, `;` between lines."""
    utc = pd.DatetimeIndex(_moments(local_seconds)).tz_convert("UTC").as_unit("s").asi8
    return ",".join(map(str, utc))


def roads_frame(lattice: Lattice, names: Objects, rng: np.random.Generator) -> pd.DataFrame:
    """Give each street as the runs of its pieces; a run ends at a gap."""
    road = np.flatnonzero(lattice.road)
    order = road[np.lexsort((lattice.ends[road, 0], lattice.line[road]))]
    line, ends = lattice.line[order], lattice.ends[order]
    new = np.r_[True, (line[1:] != line[:-1]) | (ends[1:, 0] != ends[:-1, 1])]
    runs = np.split(np.arange(len(order)), np.flatnonzero(new)[1:])
    lines = [shapely.linestrings(lattice.nodes[np.r_[ends[run, 0], ends[run[-1:], 1]]]) for run in runs]
    first = order[np.flatnonzero(new)]
    rank = lattice.rank[first]
    columns = {
        "id": [f"DL{number:05d}" for number in range(1, len(runs) + 1)], "name": names[first],
        "class": [ROAD_CLASSES[r][0] for r in rank], "oneway": (rank == LANE) & (rng.random(len(runs)) < 0.07),
        "speed": [ROAD_CLASSES[r][1] for r in rank],
    }  # fmt: skip
    shapes = np.array(
        [shapely.multilinestrings([one]) for one in to_degrees(np.array(lines, dtype=object))], dtype=object
    )
    return frame_of("roads", columns, shapes)


def water_frame(land: Land, size: Size) -> pd.DataFrame:
    """Give open water, streams and ponds."""
    bodies = [("合成湾" if size.estuary else "合成江", land.sea), ("合成河", land.streams)]
    bodies += [(f"合成{n + 1}号水塘", pond) for n, pond in enumerate(shapely.get_parts(land.ponds))]
    shapes = np.array([body for _, body in bodies], dtype=object)
    columns = {"id": [f"SM{n + 1:02d}" for n in range(len(bodies))], "name": [name for name, _ in bodies]}
    return frame_of("water", columns, _multi(shapes))
