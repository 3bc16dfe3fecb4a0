"""A small town every text of which is a payload: fifty rows or more a table, each column with each payload."""

from __future__ import annotations

import json
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

import pandas as pd
import shapely

from geodata.ledger import Ledger
from geodata.model import Town
from geodata.store import create_store
from geodata.store.thumbnails import thumbnails_written
from geodata.tables import TABLES, Column, Table
from tests.browser.payloads import PAYLOADS
from tests.coverage.evidence.towns import framed
from tests.geodata.photos.pictures import jpeg, scene

PICTURED = [sha256(payload.encode("utf-8", "surrogatepass")).hexdigest() for payload in PAYLOADS]
"""Photos that have a thumbnail: ids as of those that phones send."""
TOWN = Town("".join(PAYLOADS[:4]), "990001003", synthetic=True)
DAY = pd.Timestamp("2024-06-28")
N = len(PAYLOADS)
WEST, SOUTH, SIDE, COLUMNS = 113.60, 22.80, 0.004, 10
CODED = {
    ("tracks", "times"): "seconds of each fix, packed by wangge",
    ("adoptions", "figures"): "JSON of numbers, written by wangge",
    ("photos", "phash"): "hexadecimal digits",
    ("steps", "action"): "a word of `Action`",
    ("steps", "role"): "a word of `Role`",
    ("steps", "state"): "a word of `State`",
    ("planned_routes", "action"): "a word of `KeptRoute`",
}
"""Text columns that hold no text: why they carry no payload. Nothing else is left out."""


def is_text(column: Column) -> bool:
    """Say whether anything may stand in a column."""
    return column.kind in ("text", "tags") or (column.kind == "choice" and column.open_choice)


def text_columns() -> list[tuple[str, str]]:
    """Give table and column of all texts that the store holds."""
    return [
        (table.name, column.name)
        for table in TABLES.values()
        for column in table.columns
        if is_text(column) and (table.name, column.name) not in CODED
    ]


def key(at: int) -> str:
    """Give the id of a row: a payload, and a number that makes it one of its own."""
    return f"{PAYLOADS[at % N]}~{at}"


def keys(count: int = N) -> list[str]:
    """Give the ids of so many rows."""
    return [key(at) for at in range(count)]


def grid(at: int) -> shapely.Polygon:
    """Give the square of a grid."""
    west, south = WEST + at % COLUMNS * SIDE, SOUTH + at // COLUMNS * SIDE
    return shapely.box(west, south, west + SIDE, south + SIDE)


def middle(at: int) -> shapely.Point:
    """Give a point inside the square of a row, another one for each fifty."""
    return shapely.affinity.translate(grid(at % N).centroid, at // N * SIDE / 5, SIDE / 7)


def cells(table: Table, count: int, known: dict[str, Sequence[Any]]) -> list[dict[str, Any]]:
    """Give rows whose texts are payloads, a row with different ones; what is known stands as it is."""
    rows = [dict[str, Any]() for _ in range(count)]
    for offset, column in enumerate(table.columns):
        words = sorted(set(column.choices.values()))
        for at, row in enumerate(rows):
            if column.name in known:
                row[column.name] = known[column.name][at]
            elif (table.name, column.name) in CODED:
                row[column.name] = None
            elif is_text(column):
                row[column.name] = PAYLOADS[(at + offset) % N]
            elif column.kind == "choice":
                row[column.name] = words[at % len(words)]
            else:
                moments = DAY + pd.Timedelta(hours=9, minutes=at)
                row[column.name] = {"date": DAY, "moment": moments.tz_localize(TOWN.timezone), "flag": False}.get(
                    column.kind, 1
                )
    return rows


def town_frames() -> dict[str, pd.DataFrame]:
    """Give all tables of the town."""
    rows: dict[str, list[dict[str, Any]]] = {}

    def fill(name: str, count: int = N, shapes: Sequence[Any] | None = None, **known: Sequence[Any]) -> None:
        rows[name] = cells(TABLES[name], count, {"id": keys(count)} | known)
        for row, shape in zip(rows[name], shapes or [None] * count, strict=True):
            row["geometry"] = shape

    points, ids = [middle(at) for at in range(N)], keys()
    twice, pairs = [middle(at) for at in range(2 * N)], ids * 2
    lines = [shapely.MultiLineString([grid(at).exterior.coords[:3]]) for at in range(N)]
    squares = [shapely.MultiPolygon([grid(at)]) for at in range(N)]
    small = [shapely.MultiPolygon([point.buffer(SIDE / 20)]) for point in twice[N:]]
    communities = [shapely.MultiPolygon([shapely.union_all(squares[at : at + 10])]) for at in range(0, N, 10)]
    before = [DAY.tz_localize(TOWN.timezone) - pd.Timedelta(days=at % N, hours=-9) for at in range(2 * N)]
    past, nothing = [DAY - pd.Timedelta(days=900)] * N, [None] * (2 * N)

    fill(
        "areas",
        N + 5,
        [*squares, *communities],
        code=keys(N + 5),
        level=["grid"] * N + ["community"] * 5,
        since=nothing,
    )
    fill("places", N, points, status=["open"] * N, opened=past, closed=nothing)
    fill("inspections", 2 * N, twice, place_id=pairs, officer=pairs, at=before)
    fill(
        "hazards", 2 * N, twice, place_id=pairs, inspection_id=keys(2 * N), found_at=before,
        level=["重大"] * 20 + ["一般"] * (2 * N - 20), rectified_at=nothing[:N] + before[:N], closed_at=nothing,
    )  # fmt: skip
    fill("tracks", N, lines, officer=ids, start=before[:N], end=[at + pd.Timedelta(hours=1) for at in before[:N]])
    fill("roads", N, lines)
    fill("water", N, small)
    fill("masks", N, small)
    shifts, walk = ["09:00-17:00"] * N + list(PAYLOADS), ["walk"] * (2 * N)
    fill("officers", 2 * N, role=["inspector"] * (2 * N), area=keys(2 * N), shift=shifts, mode=walk)
    fill("photos", 2 * N, twice, id=[*ids, *PICTURED], inspection_id=pairs, place_id=pairs, officer=pairs)
    fill("past_areas", N, squares, code=keys(), level=["grid"] * N, adoption=ids, until=[DAY] * N, since=nothing)
    fill("adoptions", N, figures=[json.dumps({"max_deviation": 0.1})] * N, day=past)
    fill("successions", N, adoption=ids, old=ids, new=ids)
    fill("exemptions", N, place_id=ids, first=past, last=past)
    fill("moves", N, points, place_id=ids, day=past)
    fill("reviews", N, inspection_id=ids)
    facts = [json.dumps({"responsible": word, "supervisor": word}, ensure_ascii=False) for word in PAYLOADS]
    fill(
        "steps", N, points, hazard_id=ids, action=["register"] * N, role=["clerk"] * N, state=["assigned"] * N,
        facts=facts, rectified_at=nothing, closed_at=nothing, at=before[:N],
    )  # fmt: skip
    fill("risk_decisions", N, place_id=ids)
    route = [f"{DAY.date()}/{officer}/1" for officer in ids]
    ends = {f"{end}_{axis}": [at] * N for end in ("from", "to") for axis, at in (("lon", WEST), ("lat", SOUTH))}
    fill("planned_routes", N, lines, id=route, officer=ids, action=["send"] * N, state=["sent"] * N, **ends)
    fill("planned_stops", N, points, id=[f"{each}/1" for each in route], officer=ids, place_id=ids)
    fill("route_skips", N, points, id=[f"{each}/1" for each in route], officer=ids, place_id=ids, state=["skipped"] * N)
    empty = Ledger.whole(TOWN, {}).frames
    return {name: framed(empty[name], some) for name, some in rows.items()}


def make_payload_town(path: Path) -> dict[str, pd.DataFrame]:
    """Write the town to a new store; give its tables."""
    frames = town_frames()
    with create_store(path, TOWN) as store:
        store.write_many(frames, actor=PAYLOADS[0], action="demo", source=PAYLOADS[1])
    small = jpeg(scene(size=(32, 24)), at=None)
    with thumbnails_written(path) as put:
        for photo in PICTURED:
            put(photo, small)
    return frames
