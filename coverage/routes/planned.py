"""What was planned for some days: of each officer's route the revision that was sent last."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from geodata.ledger import Ledger

SENT = "sent"
KEY = ["date", "officer"]
STOP = [*KEY, "place_id"]


@dataclass(frozen=True)
class Planned:
    """The routes of some days as they counted in the end: the last one sent, of a route never sent the last draft.

    Attributes
    ----------
    routes
        One row a date × officer, in that order: date (datetime64[s]), officer, revision, state (sent, draft), depart,
        home (seconds of the day; from the first to the last one sent: one planned anew at noon begins at noon),
        length_m.
    stops
        One row a stop, in the order of the routes and of the walk: date, officer, number, place_id, planned (when the
        check was to begin, seconds of the day, as it was sent last before it was done; NaN: never sent before it was
        done), stay (seconds), must, partner.
    """

    routes: pd.DataFrame
    stops: pd.DataFrame


def planned(kept: Ledger) -> Planned:
    """Give what was planned, from every kept revision (`Store.routes`)."""
    routes = pd.DataFrame(kept.planned_routes.drop(columns="geometry")).sort_values([*KEY, "revision"], kind="stable")
    sent = (routes["state"] == SENT).to_numpy(dtype=bool)
    ever = routes.assign(sent=sent).groupby(KEY, sort=False)["sent"].transform("any").to_numpy(dtype=bool)
    counted = routes[sent | ~ever]
    last = counted.drop_duplicates(KEY, keep="last").reset_index(drop=True)
    begun = routes[sent].drop_duplicates(KEY)[[*KEY, "depart"]]
    first = last[KEY].merge(begun, on=KEY, how="left")["depart"].to_numpy(dtype=float)
    own = last["depart"].to_numpy(dtype=float)
    last = last.assign(depart=np.where(np.isnan(first), own, first), home=last["home"].astype(float))
    return Planned(last[[*KEY, "revision", "state", "depart", "home", "length_m"]], _stops(kept, counted, last))


def sent_only(kept: Ledger) -> Ledger:
    """Give kept routes without the drafts: what the people on the way were told."""
    routes = kept.planned_routes
    sent = routes[(routes["state"] == SENT).to_numpy(dtype=bool)]
    return Ledger(kept.town, {**kept.frames, "planned_routes": sent})


def sent_places(sent: Ledger) -> dict[str, frozenset[str]]:
    """Give the places on each officer's sent routes (`sent_only`), of every revision that was sent."""
    stops = sent.planned_stops[[*KEY, "revision", "place_id"]].merge(sent.planned_routes[[*KEY, "revision"]])
    return {str(officer): frozenset(places) for officer, places in stops.groupby("officer")["place_id"]}


def _stops(kept: Ledger, counted: pd.DataFrame, last: pd.DataFrame) -> pd.DataFrame:
    stops = pd.DataFrame(kept.planned_stops.drop(columns="geometry"))
    stops = stops.merge(counted[[*KEY, "revision"]], on=[*KEY, "revision"])
    stops = stops.sort_values([*KEY, "revision", "number"], kind="stable")
    before = stops[~stops["done"].to_numpy(dtype=bool)].drop_duplicates(STOP, keep="last")
    before = before[[*STOP, "begin"]].rename(columns={"begin": "planned"})
    final = stops.merge(last[[*KEY, "revision"]], on=[*KEY, "revision"])
    final = final.merge(before, on=STOP, how="left", validate="one_to_one")
    final = final.assign(planned=final["planned"].astype(float), must=final["must"].to_numpy(dtype=bool))
    return final[[*KEY, "number", "place_id", "planned", "stay", "must", "partner"]]
