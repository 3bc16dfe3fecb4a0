"""A place found by its name, number or address; the places that stand on no map."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import quote

import numpy as np
import pandas as pd
from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from api.pages.common import Page, Word, common, paging, part_of
from api.pages.rendering import render
from api.params import TheDay, TheDesk
from coverage.figures import records

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)
LOOKED_AT = ("id", "name", "address")
SHOWN = (*LOOKED_AT, "industry", "status")


@router.get("/find", response_model=None)
def find(
    request: Request,
    desk: TheDesk,
    day: TheDay,
    q: Word = None,
    unlocated: Annotated[bool, Query()] = False,
    page: Page = 1,
) -> Response:
    """List the places that hold each word asked for; go straight to the one of that number, or the only one."""
    places = day.ledger.places
    if unlocated:
        shapes = places.geometry
        found = pd.DataFrame(places.loc[shapes.isna() | shapes.is_empty, list(SHOWN)])
    else:
        q = (q or "").strip()
        found = _found(places, q.split())
        only = found[found["id"] == q] if q in set(found["id"]) else found
        if len(only) == 1:
            return RedirectResponse(f"/places/{quote(str(only['id'].iat[0]))}?as_of={day.as_of}", 303)
    html = render(
        "find.html",
        **common(request, desk, day),
        q=q or "",
        unlocated=unlocated,
        rows=records(part_of(found, page)),
        paging=paging(request, len(found), page),
    )
    return HTMLResponse(html)


def _found(places: pd.DataFrame, words: list[str]) -> pd.DataFrame:
    """Give the places that hold all words, whatever their case, in number, name or address; none without a word."""
    kept = np.full(len(places), bool(words))
    for word in words:
        held = [places[column].fillna("").str.contains(word, case=False, regex=False) for column in LOOKED_AT]
        kept &= np.logical_or.reduce([each.to_numpy(bool) for each in held])
    return pd.DataFrame(places.loc[kept, list(SHOWN)])
