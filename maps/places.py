"""The layer of single places on the coverage map, each drawn by the worst of its duties."""

from __future__ import annotations

import folium
import numpy as np
import numpy.typing as npt

from coverage.assess import Assessment
from maps.canvas import Sheet
from maps.colours import GAP_STYLES, PlaceStyle
from maps.page import Call
from maps.shapes import points_as_numbers

MOST_PLACES = 40_000
"""Places drawn at most, worst first; the layer's name says when there are more."""

SHOWN_UP_TO = 300
"""With more places the layer is off until asked for."""

STATES = tuple(GAP_STYLES)


def worst_states(assessment: Assessment) -> npt.NDArray[np.int64]:
    """Give for each place the worst state of its duties, as position in `GAP_STYLES` (the last: none owed)."""
    duties = assessment.duties
    rank = duties["state"].astype(object).map({state: at for at, state in enumerate(STATES)} | {"exempt": 4})
    worst = np.full(len(assessment.places), STATES.index("nothing"), dtype=np.int64)
    seen = np.where(duties["never"], STATES.index("never"), rank).astype(np.int64)
    np.minimum.at(worst, duties["place"].to_numpy(), seen)
    return worst


def place_layer(sheet: Sheet, assessment: Assessment) -> list[folium.FeatureGroup]:
    """Add the layer of places; none when no place has a position."""
    places = assessment.places
    located = np.flatnonzero(places["lon"].notna().to_numpy(bool))
    if not len(located):
        return []
    states = worst_states(assessment)
    order = located[np.argsort(states[located], kind="stable")][:MOST_PLACES]
    chosen = places.iloc[order]
    sheet.data(
        "places",
        {
            "points": points_as_numbers(chosen["lon"], chosen["lat"], sheet.frame),
            "states": states[order].tolist(),
            "names": chosen["name"].tolist(),
            "styles": [circle_style(style) for style in GAP_STYLES.values()],
        },
    )
    sheet.data("places-legend", _legend(np.bincount(states[located], minlength=len(STATES)).tolist(), len(located)))
    calls = (Call("points", "places"), Call("legend", "places-legend"))
    return [sheet.group("场所点位", *calls, show=len(located) <= SHOWN_UP_TO)]


def circle_style(style: PlaceStyle) -> dict[str, object]:
    """Give Leaflet's options of a circle, and its word."""
    return {
        "label": style.label,
        "radius": style.radius,
        "color": style.outline,
        "weight": 1.2 if style.filled else 2,
        "fillColor": style.fill,
        "fillOpacity": 1,
    }


def legend_item(style: PlaceStyle, count: int) -> dict[str, object]:
    """Give the legend's row of a state, drawn as on the map."""
    outline = "#6b7278" if style.outline == "#ffffff" else style.outline
    return {"fill": style.fill, "stroke": outline, "radius": style.radius, "label": style.label, "count": count}


def _legend(counts: list[int], located: int) -> dict[str, object]:
    cut = [f"只画最需要关注的 {MOST_PLACES:,} 处，共 {located:,} 处。"] if located > MOST_PLACES else []
    items = [legend_item(style, count) for style, count in zip(GAP_STYLES.values(), counts, strict=True)]
    return {"title": "场所（按最差的一项任务）", "items": items, "notes": cut}
