"""Which places a day's walk may close gaps at: what a visit is worth, how long it takes, when the place is open."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from types import MappingProxyType

import numpy as np
import numpy.typing as npt
import pandas as pd

from coverage.assess import Assessment
from coverage.routes.clock import DAY, MINUTE
from coverage.routes.customs import Customs
from coverage.rules import Rule
from coverage.scoring import HISTORY_MOST, MAJOR_COUNTS
from grids.workload import Habits

KIND_OF_ROLE: Mapping[str, str] = MappingProxyType(
    {"inspector": "inspector", "grid_manager": "inspector", "department": "department", "leader": "leader"}
)
"""As whose inspections (`by`) the visits of a role count; others inspect nothing."""
COLUMNS: Mapping[str, str] = MappingProxyType(
    dict.fromkeys(("place_id", "name", "officer"), "object")
    | {"prize": "float64"}
    | dict.fromkeys(("stay", "opens", "closes"), "int64")
    | {"must": "bool", "why": "object", "lon": "float64", "lat": "float64"}
)
"""What a frame of candidates holds."""
MOST_HAZARDS = 6
"""More hazards don't make a visit longer."""


def candidates(
    assessment: Assessment,
    gaps: pd.DataFrame,
    hazards: pd.DataFrame,
    habits: Habits,
    customs: Customs,
    *,
    kind: str = "inspector",
    promised: Collection[str] = (),
) -> pd.DataFrame:
    """Give the places where a visit closes something.

    What a visit is worth is the sum of the scores of the gaps that it would close, and 1 for each hazard that waits to
    be looked at again there (rectified and not closed, or past its deadline; a major one `MAJOR_COUNTS`, all together
    `HISTORY_MOST` at most).

    Parameters
    ----------
    gaps
        Of `coverage.gaps.find_gaps`.
    hazards
        Of a `HazardRegister`: place_id, rectified, closed, overdue, major, void.
    kind
        Whose visits: those duties count that they can meet.
    promised
        Ids of places that must be visited, gaps or not.

    Returns
    -------
    In the order of the assessment's places: place_id, name, officer (key), prize, stay (seconds), opens, closes
    (seconds of the day), must, why, lon, lat (degrees, NaN without a position), two (bool: two have to be there).
    """
    met = {rule.id for rule in assessment.rules if rule.by is None or kind in rule.by}
    gaps = gaps[gaps["rule"].isin(met)]
    waiting = _waiting(hazards)
    places = assessment.places
    score = places["id"].map(gaps.groupby("place_id")["score"].sum()).fillna(0.0).to_numpy(dtype=float)
    weight = np.minimum(places["id"].map(waiting["weight"]).fillna(0.0).to_numpy(dtype=float), HISTORY_MOST)
    count = places["id"].map(waiting["count"]).fillna(0).to_numpy(dtype=np.int64)
    must = places["id"].isin(list(promised)).to_numpy(dtype=bool)
    chosen = np.flatnonzero((score + weight > 0) | must)
    part = places.iloc[chosen].reset_index(drop=True)
    opens, closes = hours_of(part, customs)
    stay = minutes_of(part, habits) + customs.hazard_minutes * np.minimum(count[chosen], MOST_HAZARDS)
    return pd.DataFrame(
        {
            "place_id": part["id"],
            "name": part["name"],
            "officer": part["officer"],
            "prize": np.round(score + weight, 4)[chosen],
            "stay": np.rint(stay * MINUTE).astype(np.int64),
            "opens": opens,
            "closes": closes,
            "must": must[chosen],
            "why": _whys(part["id"], gaps, count[chosen], must[chosen]),
            "lon": part["lon"],
            "lat": part["lat"],
            "two": for_two(part, gaps, assessment.rules, customs),
        }
    )


def for_two(places: pd.DataFrame, gaps: pd.DataFrame, rules: Sequence[Rule], customs: Customs) -> npt.NDArray[np.bool_]:
    """Say at which places two have to be together: by the words of `[routes.pairs]`, of the place or of what is due."""
    two = set(customs.pairs.two)
    if not two:
        return np.zeros(len(places), dtype=bool)
    named = {rule.id for rule in rules if two & rule.called}
    found = places["id"].isin(gaps.loc[gaps["rule"].isin(named), "place_id"])
    for column in ("id", "industry", "risk"):
        found |= places[column].isin(two)
    if "tags" in places:
        tags = places["tags"].astype(object)
        found |= np.array([isinstance(each, str) and not two.isdisjoint(each.split(";")) for each in tags], dtype=bool)
    return found.to_numpy(dtype=bool)


def _waiting(hazards: pd.DataFrame) -> pd.DataFrame:
    """Give number and weight of the hazards to be looked at again, by place."""
    again = (hazards["rectified"] & ~hazards["closed"] & ~hazards["void"]) | hazards["overdue"]
    found = hazards[again.to_numpy(dtype=bool)]
    weight = np.where(found["major"], float(MAJOR_COUNTS), 1.0)
    grouped = pd.Series(weight).groupby(found["place_id"].to_numpy())
    return pd.DataFrame({"count": grouped.size(), "weight": grouped.sum()})


def minutes_of(places: pd.DataFrame, habits: Habits) -> npt.NDArray[np.float64]:
    """Give how long a visit takes (minutes): by industry, else by risk, else as anywhere; hazards apart."""
    stays = {name: float(minutes) for name, minutes in habits.stays.items()}
    minutes = places["industry"].map(stays).fillna(places["risk"].map(stays)).fillna(habits.stay)
    return np.asarray(minutes, dtype=np.float64)


def hours_of(places: pd.DataFrame, customs: Customs) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Give when places open and close (seconds of the day): by id, else by industry, else always."""
    always = (0, 2 * DAY)
    own = places["id"].map(customs.hours)
    spans = own.where(own.notna(), places["industry"].map(customs.hours))
    pairs = [span if isinstance(span, tuple) else always for span in spans]
    both = np.array(pairs, dtype=np.int64).reshape(-1, 2)
    return both[:, 0], both[:, 1]


def _whys(ids: pd.Series, gaps: pd.DataFrame, hazards: npt.NDArray[np.int64], must: npt.NDArray[np.bool_]) -> list[str]:
    """Say why a visit is worth it: the worst gap, how many more, what waits."""
    grouped = gaps.groupby("place_id", sort=False)["why"]
    worst, counts = ids.map(grouped.first()), ids.map(grouped.size()).fillna(0).astype(int)
    rows = zip(worst.astype(object).where(worst.notna(), ""), counts, hazards.tolist(), must.tolist(), strict=True)
    return [
        ("约定必查。" if promised else "")
        + why
        + (f"另有 {count - 1} 项任务。" if count > 1 else "")
        + (f"{waiting} 处隐患待复查。" if waiting else "")
        for why, count, waiting, promised in rows
    ]
