"""The streets map: where somebody went, where nobody was, and where nobody could know."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import folium
import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd

from coverage.streets.figures import street_figures
from coverage.streets.gaps import NAMELESS, runs_of
from coverage.streets.walks import StreetWalks
from geodata.model import Level
from maps.backdrop import Backdrop
from maps.canvas import Heading, Sheet, Tiles
from maps.layers import AreaLook, area_layer, drawn_levels, figures_of, of_level, percent, shapes_of, without_border
from maps.page import Call
from maps.shapes import each_line_as_numbers

LOOKS: Mapping[str, tuple[str, dict[str, Any]]] = MappingProxyType(
    {
        "never": ("从未走到", {"color": "#b2182b", "weight": 3.2}),
        "missed": ("本期未走到", {"color": "#e08214", "weight": 2.8}),
        "walked": ("本期走到", {"color": "#1b6ca8", "weight": 2.2}),
        "unknown": ("无数据", {"color": "#a4abb0", "weight": 1.2, "dashArray": "2 5"}),
    }
)
"""State of a stretch: its word, and Leaflet's options of its line. No data is thin, grey and dotted, never a colour."""

OF_TOWN = MappingProxyType(
    {"walked_m": "走到", "missed_m": "未走到", "no_data_m": "无数据", "never_m": "从未走到（含无数据）"}
)
"""The last one counts also streets without data this period; the legend's "never" does not, and is smaller."""

FIGURES = (
    ("walked_rate", "走到率", "%"),
    ("walked_m", "走到（米）", "n"),
    ("missed_m", "未走到（米）", "n"),
    ("no_data_m", "无数据（米）", "n"),
    ("never_m", "从未走到（米）", "n"),
    ("length_m", "道路（米）", "n"),
)


def streets_map(walks: StreetWalks, backdrop: Backdrop, *, tiles: Tiles | None = None) -> str:
    """Draw every street of the town by whether it was walked in the period.

    Parameters
    ----------
    backdrop, tiles
        As for `coverage_map`.

    Returns
    -------
    A whole HTML document that asks the network for nothing (but the tiles).
    """
    lines, rows = _stretches(walks)
    levels = drawn_levels(walks.areas)
    sheet = Sheet(
        Heading(
            f"道路走到（{walks.period.chinese}）",
            walks.town,
            walks.as_of,
            f"本期 {walks.tracks:,} 条巡查轨迹，对到道路上逐米计算",
            _headline(walks),
            [note for level in levels for note in without_border(walks.areas, level)],
        ),
        backdrop.frame(shapes_of(walks.areas), lines),
        backdrop,
        tiles,
        roads_over=False,
    )
    if levels:
        sheet.choice("区域", [_areas(sheet, walks, level, show=level == levels[-1]) for level in levels])
    sheet.choice("道路", _layers(sheet, walks, lines, rows), radios=False)
    return sheet.render()


def _headline(walks: StreetWalks) -> list[tuple[str, str]]:
    total = street_figures(walks, str(walks.town.level)).iloc[0]
    kilometres = {word: f"{total[column] / 1000:,.1f} 公里" for column, word in OF_TOWN.items()}
    return [("走到率", percent(total["walked_rate"])), *kilometres.items()]


def _states(pieces: pd.DataFrame) -> npt.NDArray[np.int64]:
    """Give the state of each piece as position in `LOOKS`."""
    names = list(LOOKS)
    never = np.where(pieces["last"].isna(), names.index("never"), names.index("missed"))
    known = np.where(pieces["walked"], names.index("walked"), never)
    return np.where(pieces["known"], known, names.index("unknown"))


def _stretches(walks: StreetWalks) -> tuple[npt.NDArray[np.object_], pd.DataFrame]:
    """Give lines (EPSG:4326), each of neighbours on an edge with the same state and day, and what is said of each."""
    pieces = walks.pieces
    states = _states(pieces)
    marks = pd.DataFrame({"state": states, "last": pieces["last"]}).groupby(["state", "last"], dropna=False).ngroup()
    lines, first = runs_of(walks, pieces, np.asarray(marks, dtype=np.int64))
    plane = gpd.GeoSeries(lines, crs=walks.network.crs)
    rows = pieces.iloc[first][["street", "class", "last"]].assign(state=states[first], length=plane.length.to_numpy())
    return np.asarray(plane.to_crs(4326).array, dtype=object), rows


def _layers(
    sheet: Sheet, walks: StreetWalks, lines: npt.NDArray[np.object_], rows: pd.DataFrame
) -> list[folium.FeatureGroup]:
    """Add a layer for each state, and one legend over all."""
    metres = np.bincount(rows["state"], rows["length"], minlength=len(LOOKS))
    items = [
        {"line": look, "label": f"{word} {length / 1000:,.1f} 公里"}
        for (word, look), length in zip(LOOKS.values(), metres, strict=True)
    ]
    notes = ["无数据：这里本期没有任何轨迹来源，不等于没有人走过。"] if metres[-1] else []
    sheet.data("streets-legend", {"title": "道路", "unit": walks.period.chinese, "items": items, "notes": notes})
    groups = []
    for at, (name, (word, look)) in enumerate(LOOKS.items()):
        here = (rows["state"] == at).to_numpy(bool)
        sheet.data(f"streets-{name}", _layer_data(sheet, walks, lines[here], rows[here], word) | {"look": look})
        legend = (Call("legend", "streets-legend"),) if at == 0 else ()
        groups.append(sheet.group(word, *legend, Call("lines", f"streets-{name}")))
    return groups


def _layer_data(
    sheet: Sheet, walks: StreetWalks, lines: npt.NDArray[np.object_], rows: pd.DataFrame, word: str
) -> dict[str, Any]:
    number, names = pd.factorize(rows["street"].fillna(NAMELESS))
    days = (pd.Timestamp(walks.as_of) - rows["last"]).dt.days
    return {
        "word": word,
        "lines": each_line_as_numbers(lines, sheet.frame),
        "names": [str(name) for name in names],
        "street": number.tolist(),
        "metres": np.rint(rows["length"]).astype(int).tolist(),
        "last": rows["last"].dt.strftime("%Y-%m-%d").astype(object).where(rows["last"].notna(), None).tolist(),
        "days": [None if pd.isna(day) else int(day) for day in days],
    }


def _areas(sheet: Sheet, walks: StreetWalks, level: Level, *, show: bool) -> folium.FeatureGroup:
    """Add the areas of a level, uncoloured, with their figures on the card."""
    here = of_level(walks.areas, level)
    rows = figures_of(here, street_figures(walks, str(level)))
    return area_layer(sheet, level, here, rows, columns=FIGURES, look=AreaLook(), show=show)
