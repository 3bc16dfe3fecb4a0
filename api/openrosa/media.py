"""The csv files beside a form: whom and what may be chosen. Phones search in `label`; `name` is what they send."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

import pandas as pd

from api.openrosa.form import OFFICERS_CSV, PLACES_CSV
from coverage.checklists import Checklist, checklist_of
from geodata.csv_files import choices_text
from geodata.ledger import Ledger


def places_csv(ledger: Ledger, checklist: Checklist, lists: Sequence[Checklist]) -> bytes:
    """Give the places that a checklist is for, those that have closed left out: id, and name with address."""
    places = ledger.places
    industry = places["industry"].fillna("")
    mine = [word for word in industry.unique() if checklist_of(lists, word) == checklist]
    kept = (places["status"] != "closed") & industry.isin(mine)
    held = places[kept.to_numpy(dtype=bool)].sort_values(["name", "id"], kind="stable")
    address = held["address"].fillna("")
    label = held["name"].fillna(held["id"]).str.cat(("（" + address + "）").where(address != "", ""))
    return _list(held["id"], label)


def officers_csv(ledger: Ledger, *_: object) -> bytes:
    """Give the town's people: id and name."""
    held = ledger.officers.sort_values(["name", "id"], kind="stable")
    return _list(held["id"], held["name"].fillna(held["id"]).str.cat("（" + held["id"] + "）"))


MEDIA: Mapping[str, Callable[[Ledger, Checklist, Sequence[Checklist]], bytes]] = MappingProxyType(
    {PLACES_CSV: places_csv, OFFICERS_CSV: officers_csv}
)
"""File name → what makes it."""


def _list(names: pd.Series, labels: pd.Series) -> bytes:
    rows = zip(names.tolist(), labels.tolist(), strict=True)
    return choices_text([("name", "label"), *rows]).encode()
