"""Planned against done by officer, day or area, and over a period."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from coverage.figures import rate
from coverage.grouping import AREA_GROUPS, Groups, check_group, group_members
from coverage.routes.afterwards import STATES, Afterwards
from coverage.routes.planned import KEY

DONE_GROUPS = ("officer", "day", "all", *AREA_GROUPS)
"""The words of `--by` for what became of routes."""
ALL_KEY, ALL_NAME = "all", "合计"

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


def done_figures(after: Afterwards, by: str) -> pd.DataFrame:
    """Sum planned against done by group; areas are those of the places.

    Returns
    -------
    area and key, or key, and name, as in `coverage.figures.coverage_figures`; routes (that have a stop or an extra
    visit there), drafts (of these, never sent), stops, visited, by_other, skipped, not_done, extra (int), done_rate
    (float, NaN without stops). But for areas, which ways cross: planned_m; tracks (routes with a track), and of
    these alone tracked_planned_m beside walked_m, tracked_planned_minutes beside track_minutes (float, NaN without
    any).

    Raises
    ------
    QuestionProblem
        Unknown word, or no areas of that level.
    """
    check_group(by, DONE_GROUPS)
    if by in AREA_GROUPS:
        return _by_area(after, by)
    of_route = _groups(after.routes, after, by)
    size, routes = len(of_route.keys), after.routes
    sums = {name: _total(routes[name], of_route.codes, size).astype(np.int64) for name in ("stops", *STATES, "extra")}
    drafts = (routes["state"] != "sent").astype(float)
    head = {"routes": np.bincount(of_route.codes, minlength=size), "drafts": _total(drafts, of_route.codes, size)}
    head["drafts"] = head["drafts"].astype(np.int64)
    done = {"done_rate": rate(sums["visited"] + sums["by_other"], sums["stops"])}
    return pd.DataFrame(of_route.label | head | sums | done | _ways(routes, of_route.codes, size))


def _groups(rows: pd.DataFrame, after: Afterwards, by: str) -> Groups:
    if by == "all":
        return Groups(np.zeros(len(rows), dtype=np.int64), (ALL_KEY,), (ALL_NAME,), None)
    if by == "day":
        rows = rows.assign(day=rows["date"].dt.strftime("%Y-%m-%d"))
    return group_members(rows, after.areas, by)


def _ways(routes: pd.DataFrame, codes: Ints, size: int) -> dict[str, Floats | Ints]:
    tracked = routes["walked_m"].notna().to_numpy(dtype=bool)
    timed = tracked & routes["track_minutes"].notna().to_numpy(dtype=bool)
    return {
        "planned_m": _total(routes["planned_m"], codes, size),
        "tracks": np.bincount(codes[tracked], minlength=size),
        "tracked_planned_m": _of(routes["planned_m"], tracked, codes, size),
        "walked_m": _of(routes["walked_m"], tracked, codes, size),
        "tracked_planned_minutes": _of(routes["planned_minutes"], timed, codes, size),
        "track_minutes": _of(routes["track_minutes"], timed, codes, size),
    }


def _total(values: pd.Series, codes: Ints, size: int) -> Floats:
    return np.asarray(np.bincount(codes, np.nan_to_num(values.to_numpy(dtype=float)), size), dtype=float)


def _of(values: pd.Series, which: npt.NDArray[np.bool_], codes: Ints, size: int) -> Floats:
    """Sum over some rows; NaN where a group has none of them."""
    total = _total(values[which], codes[which], size)
    return np.where(np.bincount(codes[which], minlength=size) > 0, total, np.nan)


def _by_area(after: Afterwards, by: str) -> pd.DataFrame:
    columns = [*KEY, *(level for level in AREA_GROUPS if level in after.stops)]
    rows = pd.concat([after.stops[[*columns, "state"]], after.extra[columns].assign(state="extra")], ignore_index=True)
    groups = group_members(rows, after.areas, by)
    size = len(groups.keys)
    sums = {
        name: np.bincount(groups.codes[(rows["state"] == name).to_numpy(dtype=bool)], minlength=size)
        for name in (*STATES, "extra")
    }
    stops = sum((sums[name] for name in STATES), np.zeros(size, dtype=np.int64))
    each = rows[KEY].assign(group=groups.codes).drop_duplicates()
    each = each.merge(after.routes[[*KEY, "state"]], on=KEY)
    drafts = each["group"].to_numpy(dtype=np.int64)[(each["state"] != "sent").to_numpy(dtype=bool)]
    return pd.DataFrame(
        groups.label
        | {
            "routes": np.bincount(each["group"].to_numpy(dtype=np.int64), minlength=size),
            "drafts": np.bincount(drafts, minlength=size),
            "stops": stops,
            **sums,
            "done_rate": rate(sums["visited"] + sums["by_other"], stops),
        }
    )
