"""The quarterly list of risk points (一清单): every place that is open, what may happen there and who sees to it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from types import MappingProxyType

import numpy as np
import numpy.typing as npt
import pandas as pd

from coverage.assess import NEEDED as ASSESS_NEEDED
from coverage.assess import Assessment
from coverage.gaps import area_codes
from coverage.hazards import NEEDED as REGISTER_NEEDED
from coverage.hazards import HazardRegister
from coverage.periods import local_times, period_of
from coverage.risk_policy import OTHERS, RiskPolicy
from coverage.roster import positions
from coverage.visits import by_whom, match_visits
from geodata.ledger import Ledger
from geodata.model import RISKS
from geodata.tables import PHOTOS, PLACES

Ints = npt.NDArray[np.int64]
Texts = npt.NDArray[np.object_]

NEEDED: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        **REGISTER_NEEDED,
        **ASSESS_NEEDED,
        "places": (*PLACES.names, "geometry"),
        "inspections": ("id", *ASSESS_NEEDED["inspections"]),
        "moves": ("place_id", "day", "address", "geometry"),
        "photos": (*PHOTOS.names, "geometry"),
    }
)
"""Tables and columns that the assessment, the register and the list read: `store.ledger(*NEEDED, columns=NEEDED)`."""

YEAR_DAYS = 365
KINDS_SAID = 3
"""So many categories of hazards are named, the most frequent first."""
NOTHING_FOUND = "近一年未发现隐患"
UNRATED = "尚未定级，请先定级。"
"""Stands for the measures of a place whose risk nobody has said."""


def risk_points(ledger: Ledger, assessment: Assessment, register: HazardRegister, policy: RiskPolicy) -> pd.DataFrame:
    """List the risk points of a quarter as of D: the places that are open then, the worst risk first.

    Parameters
    ----------
    ledger
        With the tables and columns of `NEEDED`.
    assessment, register
        Of this ledger and the day D, mostly the last one of the quarter.

    Returns
    -------
    By risk (unrated last), community, grid, id: number (from 1), place_id, name, address (where it stood on D),
    grid, grid_name, community, community_name (None = in none), industry, department, risk, what (categories of hazards
    found in the `YEAR_DAYS` up to D), measures, leader, headcount, inspections (of the quarter up to D, the
    enterprise's own left out), open_hazards, photo (id of the newest one up to D, None), lon, lat.
    """
    as_of = assessment.as_of
    open_now = np.flatnonzero(assessment.places["closed_from"].isna().to_numpy())
    places = assessment.places.iloc[open_now].reset_index(drop=True)
    held = ledger.frames["places"]
    row = positions(held, places["id"])
    frame = pd.DataFrame(
        {
            "place_id": places["id"],
            "name": places["name"],
            "address": _addresses(held, ledger.frames["moves"], as_of)[row],
            **_areas(assessment, places),
            **{name: places[name] for name in ("industry", "department", "risk")},
            "what": _what(register, places["id"]),
            "measures": places["risk"].map(dict(policy.measures)).fillna(UNRATED),
            "leader": held["leader"].to_numpy(dtype=object)[row],
            "headcount": places["headcount"].round().astype("Int64"),
            "inspections": _inspections(ledger, places, as_of),
            "open_hazards": _open(register, places["id"]),
            "photo": _photos(ledger, places["id"], as_of),
            "lon": places["lon"],
            "lat": places["lat"],
        }
    )
    frame = frame.iloc[_order(frame)].reset_index(drop=True)
    frame.insert(0, "number", np.arange(1, len(frame) + 1))
    return frame


def _order(frame: pd.DataFrame) -> Ints:
    """Sort by risk, community, grid, id: what is missing comes last. By codes of the texts, as sorting text is slow."""
    risk = frame["risk"].map({name: rank for rank, name in enumerate(RISKS)}).fillna(len(RISKS)).to_numpy()
    keys = []
    for name in ("place_id", "grid", "community"):
        codes, words = pd.factorize(frame[name].to_numpy(dtype=object), sort=True)
        keys.append(np.where(codes < 0, len(words), codes))
    return np.lexsort((*keys, risk))


def _areas(assessment: Assessment, places: pd.DataFrame) -> dict[str, Texts]:
    columns = {}
    names = np.array([*assessment.areas["name"], None], dtype=object)
    for level in ("grid", "community"):
        columns[level] = area_codes(assessment, places, level)
        at = places[level].to_numpy() if level in places else np.full(len(places), -1)
        columns[f"{level}_name"] = names[np.where(at >= 0, at, len(names) - 1)]
    return columns


def _addresses(places: pd.DataFrame, moves: pd.DataFrame, as_of: date) -> Texts:
    """Give the address of each place of the ledger on D: the old one of its first move after it, where it is known."""
    addresses = places["address"].to_numpy(dtype=object, copy=True)
    later = moves[moves["day"].to_numpy(dtype="datetime64[D]") > np.datetime64(as_of, "D")]
    old = later.sort_values("day", kind="stable").drop_duplicates("place_id").dropna(subset="address")
    row = positions(places, old["place_id"])
    addresses[row[row >= 0]] = old["address"].to_numpy(dtype=object)[row >= 0]
    return addresses


def _what(register: HazardRegister, ids: pd.Series) -> Texts:
    """Say which categories of hazards were found most at each place in the year up to D."""
    hazards = register.hazards
    first = np.datetime64(register.as_of - timedelta(days=YEAR_DAYS), "s")
    lately = (hazards["found"].to_numpy(dtype="datetime64[s]") > first) & ~hazards["void"].to_numpy(bool)
    place = np.asarray(pd.Index(ids).get_indexer(hazards["place_id"]), dtype=np.int64)
    kept = lately & (place >= 0)
    kinds, words = pd.factorize(hazards["category"].fillna(OTHERS).to_numpy(dtype=object)[kept], sort=True)
    cells, counts = np.unique(place[kept] * len(words) + kinds, return_counts=True)
    order = np.lexsort((cells, -counts, cells // max(len(words), 1)))
    cells, counts = cells[order], counts[order]
    of_place, starts = np.unique(cells // max(len(words), 1), return_index=True)
    texts = [
        f"{words[cell % len(words)]}（{count}）" for cell, count in zip(cells.tolist(), counts.tolist(), strict=True)
    ]
    what = np.full(len(ids), NOTHING_FOUND, dtype=object)
    for at, start, end in zip(of_place.tolist(), starts.tolist(), [*starts[1:].tolist(), len(texts)], strict=False):
        what[at] = "、".join(texts[start : min(end, start + KINDS_SAID)])
    return what


def _inspections(ledger: Ledger, places: pd.DataFrame, as_of: date) -> Ints:
    visits = match_visits(ledger.frames["inspections"], places, ledger.town, as_of)
    first = np.datetime64(period_of("quarter", as_of).first, "D")
    counted = (visits.day >= first) & by_whom(visits, None)
    return np.bincount(visits.place[counted], minlength=len(places))


def _open(register: HazardRegister, ids: pd.Series) -> Ints:
    place = np.asarray(pd.Index(ids).get_indexer(register.hazards["place_id"]), dtype=np.int64)
    return np.bincount(place[register.hazards["open"].to_numpy(bool) & (place >= 0)], minlength=len(ids))


def _photos(ledger: Ledger, ids: pd.Series, as_of: date) -> Texts:
    """Give the newest photo of each place that was taken up to D; one without a moment may be of any day."""
    photos, inspections = ledger.frames["photos"], ledger.frames["inspections"]
    newest = np.full(len(ids), None, dtype=object)
    if photos.empty:
        return newest
    inspected = inspections["place_id"].set_axis(inspections["id"]).loc[lambda rows: ~rows.index.duplicated()]
    of_place = photos["place_id"].fillna(photos["inspection_id"].map(inspected))
    place = np.asarray(pd.Index(ids).get_indexer(of_place), dtype=np.int64)
    at = local_times(photos["taken_at"], ledger.town)
    kept = np.flatnonzero((place >= 0) & (at.astype("datetime64[D]") <= np.datetime64(as_of, "D")))
    kept = kept[np.lexsort((photos["id"].to_numpy(dtype=str)[kept], at[kept]))]
    newest[place[kept]] = photos["id"].to_numpy(dtype=object)[kept]  # the last assignment stays
    return newest
