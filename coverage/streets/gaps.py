"""Streets that nobody walked in the period: stretches, worst first, each with its reason."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from coverage.periods import previous
from coverage.scoring import STREET_M, Factors, of_size, score_sentences
from coverage.streets.walks import StreetWalks
from grids.hierarchy import find_area, levels_present

NAMELESS = "未命名道路"
SHORTEST_M = 30.0
"""A shorter stretch is left out of the list (never out of the figures): a corner that the noise of fixes cut off."""


def street_gaps(walks: StreetWalks, *, area: str | None = None, limit: int | None = None) -> gpd.GeoDataFrame:
    """List the stretches of street missed in the period, worst first (ties: by area, then street).

    A stretch hangs together, has one name and lies in one area of the lowest level. Pieces of which nobody could know
    (`no data`) are not among them.

    Parameters
    ----------
    area, limit
        As for `coverage.gaps.find_gaps`.

    Returns
    -------
    street, class, grid, community, district (codes, None = not in one), state (`missed`), never (bool: some of it was
    never walked as of the day), last_walked (datetime64[s]: the latest day on which any of it was walked), days_since
    (Int64), period (label), length_m, score, stake … worry (as
    `coverage.scoring.Factors`), why, score_why, lon, lat (degrees, a point on it), geometry (MULTILINESTRING,
    EPSG:4326).
    """
    pieces = walks.pieces
    missed = pieces[(pieces["known"] & ~pieces["walked"]).to_numpy()]
    if area is not None:
        position = find_area(walks.areas, area)
        missed = missed[missed[str(walks.areas["level"].iat[position])].to_numpy() == position]
    stretch = _stretches(walks, missed)
    rows = _rows(walks, missed, stretch)
    rows = rows[(rows["length_m"] >= SHORTEST_M).to_numpy()]
    order = np.lexsort((rows["street"].astype(str), rows["grid"].astype(str), -rows["score"]))
    rows = rows.iloc[order if limit is None else order[:limit]]
    shapes = _shapes(walks, missed, stretch, rows.index.to_numpy())
    rows = rows.reset_index(drop=True)
    points = shapely.point_on_surface(shapes)
    rows = rows.assign(lon=shapely.get_x(points), lat=shapely.get_y(points))
    return gpd.GeoDataFrame(rows, geometry=shapes, crs=4326)


def _stretches(walks: StreetWalks, missed: pd.DataFrame) -> npt.NDArray[np.int64]:
    """Give each missed piece the number of its stretch: neighbours of one street and one area of the lowest level."""
    if missed.empty:
        return np.zeros(0, dtype=np.int64)
    lowest = str(levels_present(walks.areas)[-1])
    named = missed["street"].fillna("").astype(str) + "\n" + missed["class"].fillna("").astype(str)
    kind = pd.factorize(named.to_numpy())[0] * (len(walks.areas) + 3) + missed[lowest].to_numpy() + 2
    piece, edge = missed["piece"].to_numpy(), missed["edge"].to_numpy()
    n = len(missed)
    beside = np.flatnonzero((np.diff(piece) == 1) & (np.diff(edge) == 0) & (np.diff(kind) == 0))
    # pieces at the ends of their edge meet those of the same kind at the node there
    pieces, ends = walks.network.pieces, walks.network.ends
    at = [np.flatnonzero(piece == pieces.first[edge]), np.flatnonzero(piece == pieces.first[edge + 1] - 1)]
    owner = np.concatenate(at)
    node = np.concatenate([ends[edge[which], side] for side, which in enumerate(at)])
    order = np.lexsort((kind[owner], node))
    owner, node = owner[order], node[order]
    meet = np.flatnonzero((np.diff(node) == 0) & (np.diff(kind[owner]) == 0))
    one, two = np.concatenate([beside, owner[meet]]), np.concatenate([beside + 1, owner[meet + 1]])
    joined = csr_array((np.ones(len(one)), (one, two)), shape=(n, n))
    return np.asarray(connected_components(joined, directed=False)[1], dtype=np.int64)


def _rows(walks: StreetWalks, missed: pd.DataFrame, stretch: npt.NDArray[np.int64]) -> pd.DataFrame:
    """Give one row a stretch, in the order of their numbers, without shapes."""
    grouped = missed.groupby(stretch)
    first = grouped.first()
    length = grouped["length"].sum()
    last = grouped["last"].max()
    never = missed["last"].isna().groupby(stretch).any()
    days = (pd.Timestamp(walks.as_of) - last).dt.days.astype("Int64")
    codes = walks.areas["code"].to_numpy(dtype=object)
    firsts = grouped.head(1).set_index(pd.Index(first.index))  # `first` skips missing names
    factors = _factors(walks, length, last)
    rows = pd.DataFrame(
        {
            "street": firsts["street"].fillna(NAMELESS).astype(object),
            "class": firsts["class"].astype(object),
            **{level: _codes(firsts, level, codes) for level in ("grid", "community", "district")},
            "state": "missed",
            "never": never.astype(bool),
            "last_walked": last,
            "days_since": days,
            "period": walks.period.label,
            "length_m": length.round(1),
            "score": factors.score,
            **factors.columns(),
            "why": _why(walks, length, days, never),
        }
    )
    return rows.assign(score_why=score_sentences(rows, "长度（500米为1）"))


def _codes(rows: pd.DataFrame, level: str, codes: npt.NDArray[np.object_]) -> npt.NDArray[np.object_]:
    found = np.full(len(rows), None, dtype=object)
    if level in rows:
        position = rows[level].to_numpy()
        found[position >= 0] = codes[position[position >= 0]]
    return found


def _factors(walks: StreetWalks, length: pd.Series, last: pd.Series) -> Factors:
    """Say what makes each stretch urgent: `coverage.scoring.of_size`.

    Lateness is the days since any of it was walked (never: since the first track of the town) divided by the days of
    the period.
    """
    since = last.fillna(pd.Timestamp(walks.first_track or walks.as_of))
    days = (pd.Timestamp(walks.as_of) - since).dt.days
    before = pd.Timestamp(previous(walks.every, walks.period).first)
    return of_size(length / STREET_M, days / walks.period.days, ~(last >= before))


def _why(walks: StreetWalks, length: pd.Series, days: pd.Series, never: pd.Series) -> list[str]:
    """Say in one sentence each why the stretch is a gap."""
    seen = [
        "有轨迹以来没有人走过" if pd.isna(day) else f"上次有人走过在{day}天前" + "，其中有的路段从未走过" * bool(some)
        for day, some in zip(days, never, strict=True)
    ]
    return [
        f"本期{walks.period.chinese}没有人走过这{metres:,.0f}米；{text}。"
        for metres, text in zip(length, seen, strict=True)
    ]


def _shapes(
    walks: StreetWalks, missed: pd.DataFrame, stretch: npt.NDArray[np.int64], wanted: npt.NDArray[np.int64]
) -> npt.NDArray[np.object_]:
    """Draw the wanted stretches, EPSG:4326."""
    place = np.full(int(stretch.max(initial=-1)) + 1, -1, dtype=np.int64)
    place[wanted] = np.arange(len(wanted))
    kept = place[stretch] >= 0
    mark = place[stretch[kept]]
    lines, first = runs_of(walks, missed[kept], mark)
    number = mark[first]
    shapes = np.full(len(wanted), None, dtype=object)
    order = np.argsort(number, kind="stable")
    if len(wanted):
        shapely.multilinestrings(lines[order], indices=number[order], out=shapes)
    plane = gpd.GeoSeries(shapes, crs=walks.network.crs).line_merge() if len(wanted) else gpd.GeoSeries([], crs=4326)
    merged = np.asarray(plane.to_crs(4326).array, dtype=object)
    single = shapely.get_type_id(merged) == shapely.GeometryType.LINESTRING
    for at in np.flatnonzero(single):
        merged[at] = shapely.multilinestrings([merged[at]])
    return merged


def runs_of(
    walks: StreetWalks, pieces: pd.DataFrame, mark: npt.NDArray[np.int64]
) -> tuple[npt.NDArray[np.object_], npt.NDArray[np.int64]]:
    """Give lines (in the plane) of runs of pieces of one edge with the same mark, and the row of the first of each."""
    piece, edge = pieces["piece"].to_numpy(), pieces["edge"].to_numpy()
    start, end = pieces["start"].to_numpy(), (pieces["start"] + pieces["length"]).to_numpy()
    new = np.ones(len(piece), dtype=bool)
    new[1:] = (np.diff(piece) != 1) | (np.diff(edge) != 0) | (np.diff(mark) != 0)
    first = np.flatnonzero(new)
    last = np.append(first[1:], len(piece)) - 1 if len(first) else first
    lines = walks.network.lines[edge[first]]
    return cut_lines(lines, start[first], end[last]), first


def cut_lines(
    lines: npt.NDArray[np.object_], start: npt.NDArray[np.float64], end: npt.NDArray[np.float64]
) -> npt.NDArray[np.object_]:
    """Give the part of each line between two distances along it."""
    xy, which = shapely.get_coordinates(lines, return_index=True)
    step = np.concatenate([[0.0], np.hypot(*np.diff(xy, axis=0).T)]) if len(xy) else np.zeros(0)
    step[np.concatenate([[True], np.diff(which) != 0])[: len(step)]] = 0.0
    along = np.cumsum(step)
    begin = np.searchsorted(which, np.arange(len(lines)))
    along -= along[begin][which] if len(xy) else along
    inner = (along > start[which]) & (along < end[which])
    ends = [shapely.get_coordinates(shapely.line_interpolate_point(lines, at)) for at in (start, end)]
    number = np.concatenate([np.arange(len(lines)), which[inner], np.arange(len(lines))])
    place = np.concatenate([start - 1, along[inner], end + 1])
    points = np.concatenate([ends[0], xy[inner], ends[1]])
    order = np.lexsort((place, number))
    return np.asarray(shapely.linestrings(points[order], indices=number[order]), dtype=object)
