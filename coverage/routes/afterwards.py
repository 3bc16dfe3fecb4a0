"""What became of the routes of some days: planned against done, stop by stop and route by route."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd

from coverage.evidence.grading import Graded
from coverage.officers import UNKNOWN, officer_keys, officer_names
from coverage.periods import Days as Moments
from coverage.periods import local_times
from coverage.routes.planned import KEY, STOP, Planned, planned
from coverage.visits import BY, ENTERPRISE
from geodata.ledger import Ledger
from geodata.model import LEVELS, Town

STATES = ("visited", "by_other", "skipped", "not_done")
SKIPPED = "skipped"
VISIT = ("inspection_id", "at", "second", "by", "by_name", "grade")
ROUTES = (
    *("date", "officer", "officer_name", "state", "revision", "stops", *STATES, "extra", "done_rate", "in_order"),
    *("late_minutes", "planned_minutes", "track_minutes", "planned_span", "checkin_span", "planned_m", "walked_m"),
)


@dataclass(frozen=True)
class Afterwards:
    """Planned against done.

    Attributes
    ----------
    routes
        One row a route, by date and officer: date (datetime64[s]), officer (key), officer_name, state (sent, or draft:
        it was never sent, and the last draft is compared), revision, stops; how many of them were visited (by the
        officer, or the one they go with), by_other (by somebody else), skipped, not_done (neither); extra (other places
        that the officer inspected), done_rate = (visited + by_other) / stops (NaN without stops), in_order (None with
        fewer than two visits whose moments are known), late_minutes (median of the visited stops, NaN = unknown),
        planned_minutes (leaving to being back, lunch with it) beside track_minutes (first fix to last), planned_span
        (begin of the first check to that of the last, minutes) beside checkin_span (first check-in of the officer to
        the last), planned_m beside walked_m; NaN: nobody knows, never 0.
    stops
        One row a stop, by route and number: date, officer, officer_name, number, place_id, place_name, planned (seconds
        of the day, NaN = not known), stay (seconds), must, state (one of `STATES`), and of the visit: inspection_id,
        at (datetime64[s], town-local), second (of the day, NaN where the ledger has the day alone), by (key), by_name,
        grade (A–D); late_minutes (negative: early), reason, note (of a skip), and a column for each level of areas.
    extra
        One row a place that an officer inspected without having it on the route: date, officer, officer_name,
        place_id, place_name, the visit as above, levels.
    """

    town: Town
    areas: gpd.GeoDataFrame
    routes: pd.DataFrame
    stops: pd.DataFrame
    extra: pd.DataFrame

    @property
    def drafts(self) -> int:
        """How many routes were never sent."""
        return int((self.routes["state"] != "sent").sum())


def afterwards(
    kept: Ledger, graded: Graded, places: pd.DataFrame, officers: pd.DataFrame, walked: pd.DataFrame
) -> Afterwards:
    """Compare the kept routes of some days with what was done on them.

    A stop was visited when anybody but the enterprise inspected the place on that day: the officer's own visit counts
    first, then the earliest. A skip counts unless it was taken back or the place was visited after all.

    Parameters
    ----------
    kept
        Of `Store.routes`.
    graded
        Up to the last of the days at least.
    places
        id, name and levels, as `coverage.roster.known_places` gives.
    officers
        Of the ledger.
    walked
        Of `coverage.routes.walked`.
    """
    plan = planned(kept)
    visits = _visits(graded, plan)
    levels = [str(level) for level in LEVELS if str(level) in places]
    known = places[["id", "name", *levels]].rename(columns={"id": "place_id", "name": "place_name"})
    stops = stops_done(plan, visits, kept.route_skips)
    stops = _named(stops, officers).merge(known, on="place_id", how="left")
    stops[levels] = stops[levels].fillna(-2).astype(np.int64)
    extra = _named(_extra(plan, visits), officers).merge(known, on="place_id", how="left")
    routes = _named(_routes(plan, stops, extra, visits, walked), officers)
    return Afterwards(graded.town, graded.areas, routes[list(ROUTES)], stops, extra)


def _named(frame: pd.DataFrame, officers: pd.DataFrame) -> pd.DataFrame:
    names = officer_names(frame["officer"].to_numpy(dtype=object), officers)
    return frame.assign(officer_name=pd.Series(names, dtype="str", index=frame.index))


def _visits(graded: Graded, plan: Planned) -> pd.DataFrame:
    """Give the visits of the days that have routes, the first first; `second` is NaN where only the day is known."""
    visits = graded.visits.sort_values("at", kind="stable")
    at = visits["at"].to_numpy(dtype="datetime64[s]")
    days = at.astype("datetime64[D]")
    then = np.isin(days, plan.routes["date"].to_numpy(dtype="datetime64[D]"))
    part, days = visits[then], days[then].astype("datetime64[s]")
    return pd.DataFrame(
        {
            "date": days,
            "place_id": part["place_id"].to_numpy(dtype=object),
            "inspection_id": part["inspection_id"].to_numpy(dtype=object),
            "at": at[then],
            "second": _second(at[then], days),
            "by": part["officer"].to_numpy(dtype=object),
            "by_name": part["officer_name"].to_numpy(dtype=object),
            "grade": part["grade"].to_numpy(dtype=object),
        }
    )


def visits_as_told(inspections: pd.DataFrame, officers: pd.DataFrame, town: Town) -> pd.DataFrame:
    """Give inspections by anybody but the enterprise, the first first, in the form that `stops_done` takes, ungraded.

    Parameters
    ----------
    inspections
        id, place_id, officer, by, at.
    """
    part = inspections[(inspections["by"] != BY[ENTERPRISE]).to_numpy(dtype=bool)]
    at = local_times(part["at"], town)
    order = np.argsort(at, kind="stable")
    part, at = part.iloc[order], at[order]
    named, keys = part["officer"].notna().to_numpy(dtype=bool), np.full(len(part), UNKNOWN, dtype=object)
    keys[named] = officer_keys(part["officer"].to_numpy(dtype=object)[named], officers)
    days = at.astype("datetime64[D]").astype("datetime64[s]")
    return pd.DataFrame(
        {
            "date": days,
            "place_id": part["place_id"].to_numpy(dtype=object),
            "inspection_id": part["id"].to_numpy(dtype=object),
            "at": at,
            "second": _second(at, days),
            "by": keys,
            "by_name": officer_names(keys, officers),
            "grade": None,
        }
    )


def _second(at: Moments, days: Moments) -> npt.NDArray[np.float64]:
    """Give seconds of the day; midnight stands for a ledger that has days only."""
    second = (at - days).astype(np.int64).astype(float)
    return np.where(second > 0, second, np.nan)


def stops_done(plan: Planned, visits: pd.DataFrame, skips: pd.DataFrame) -> pd.DataFrame:
    """Give the planned stops with what became of each: state, the visit, late_minutes, reason and note of a skip."""
    stops = plan.stops.assign(row=np.arange(len(plan.stops)))
    found = stops.merge(visits, on=["date", "place_id"])
    found["own"] = (found["by"] == found["officer"]) | (found["by"] == found["partner"])
    found = found.sort_values(["row", "own", "at"], ascending=[True, False, True], kind="stable")
    first = found.drop_duplicates("row")[["row", "own", *VISIT]]
    stops = stops.merge(first, on="row", how="left").merge(_last_skips(skips), on=STOP, how="left")
    own, gone = stops["own"].eq(True).to_numpy(dtype=bool), stops["reason"].notna().to_numpy(dtype=bool)
    seen = stops["inspection_id"].notna().to_numpy(dtype=bool)
    state = np.select([own, seen, gone], STATES[:3], STATES[3])
    late = (stops["second"] - stops["planned"]) / 60
    for name in ("reason", "note"):
        stops[name] = stops[name].mask(seen)
    return stops.assign(state=state, late_minutes=late).drop(columns=["row", "own", "partner"])


def _last_skips(skips: pd.DataFrame) -> pd.DataFrame:
    """Give what was left out in the end: of each stop the last word, if it is no taking back."""
    last = pd.DataFrame(skips).drop_duplicates(STOP, keep="last")
    last = last[(last["state"] == SKIPPED).to_numpy(dtype=bool)]
    return last.assign(reason=last["reason"].fillna(""))[[*STOP, "reason", "note"]]


def _extra(plan: Planned, visits: pd.DataFrame) -> pd.DataFrame:
    """Give the first visit of each place that an officer with a route inspected without having it on the route."""
    mine = visits.assign(officer=visits["by"]).drop_duplicates(STOP)
    mine = mine.merge(plan.routes[KEY], on=KEY)
    rows = mine.merge(plan.stops[STOP], on=STOP, how="left", indicator=True)
    beside = rows[(rows["_merge"] == "left_only").to_numpy(dtype=bool)]
    return beside.sort_values([*KEY, "at"], kind="stable")[[*STOP, *VISIT]].reset_index(drop=True)


def _routes(
    plan: Planned, stops: pd.DataFrame, extra: pd.DataFrame, visits: pd.DataFrame, walked: pd.DataFrame
) -> pd.DataFrame:
    """Give the row of each route."""
    routes = plan.routes
    index = pd.MultiIndex.from_frame(routes[KEY])
    counts = {name: _count(stops[stops["state"] == name], index) for name in STATES}
    total = sum(counts.values(), np.zeros(len(routes), dtype=np.int64))
    own = stops[(stops["state"] == "visited").to_numpy(dtype=bool) & (stops["by"] == stops["officer"]).to_numpy(bool)]
    checkins = visits.assign(officer=visits["by"]).groupby(KEY)["second"]
    tracks = walked.set_index(KEY).reindex(index)
    return routes.assign(
        stops=total,
        **counts,
        extra=_count(extra, index),
        done_rate=np.divide(
            counts["visited"] + counts["by_other"], total, out=np.full(len(routes), np.nan), where=total > 0
        ),
        in_order=_in_order(own, index),
        late_minutes=own.groupby(KEY)["late_minutes"].median().reindex(index).to_numpy(dtype=float),
        planned_minutes=((routes["home"] - routes["depart"]) / 60).to_numpy(dtype=float),
        track_minutes=tracks["track_minutes"].to_numpy(dtype=float),
        planned_span=_span(stops.groupby(KEY)["planned"], index),
        checkin_span=_span(checkins, index),
        planned_m=routes["length_m"].astype(float),
        walked_m=tracks["walked_m"].to_numpy(dtype=float),
    )


def _count(rows: pd.DataFrame, index: pd.MultiIndex) -> npt.NDArray[np.int64]:
    return np.asarray(rows.groupby(KEY).size().reindex(index, fill_value=0), dtype=np.int64)


def _span(groups: pd.api.typing.SeriesGroupBy, index: pd.MultiIndex) -> npt.NDArray[np.float64]:  # type: ignore[type-arg]
    """Give the minutes from the first to the last of each group; NaN where fewer than two are known."""
    several = groups.count().reindex(index, fill_value=0).to_numpy(dtype=np.int64) > 1
    seconds = (groups.max() - groups.min()).reindex(index).to_numpy(dtype=float)
    return np.where(several, seconds / 60, np.nan)


def _in_order(own: pd.DataFrame, index: pd.MultiIndex) -> npt.NDArray[np.object_]:
    """Say of each route whether its stops were checked in at in the order of the plan."""
    timed = own[own["second"].notna().to_numpy(dtype=bool)].sort_values([*KEY, "number"], kind="stable")
    back = timed.groupby(KEY)["second"].diff() < 0
    turned = timed.assign(back=back).groupby(KEY)["back"].agg(["sum", "size"]).reindex(index)
    known = (turned["size"] >= 2).to_numpy(dtype=bool)
    kept = np.full(len(index), None, dtype=object)
    kept[known] = (turned["sum"].to_numpy(dtype=float)[known] == 0).tolist()
    return kept
