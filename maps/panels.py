"""Little maps beside each other (小图组): one legend, one set of shapes, one page; areas light up in all of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from jinja2 import Environment

from geodata.model import Level, Town
from maps import assets
from maps.backdrop import Backdrop
from maps.breaks import classed
from maps.colours import CHANGE_COLOURS, MEASURE_COLOURS, NOTHING_FILL, nice_limits
from maps.layers import plain, shapes_of
from maps.measuring import BREAKS, MEASURES, Breaks, Measure, limits_of, number, rounded, shades_of, spans
from maps.page import Data, Fragment, Page
from maps.shapes import SCREEN_STEPS, Frame, polygons_as_numbers, simplify_areas

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
KINDS: tuple[Breaks, ...] = ("quantile", "fixed")
"""Classes over all panels; natural ones of a dozen months would cost minutes and say little."""
STEPS = 1500
"""A little map is simplified to this part of the town's extent: less than a pixel of its 400."""
SCRIPTS = ("plain.js", "legend.js", "panel_tables.js", "panels.js")
WHOLE = "全域"
POINTS = " 个百分点"
NEUTRAL = 3
"""Class of the changes that are hardly any, in the middle of `CHANGE_COLOURS`."""


@dataclass(frozen=True)
class Panel:
    """One little map.

    Attributes
    ----------
    word, note
        What stands above it, and below: what is not known of that time.
    areas, figures, whole
        Areas of the level (EPSG:4326), `MEASURES` of each row by row, and of the whole town (one row).
    as_of
        The day whose map of measures it leads to; None: it leads nowhere.
    change
        Whether the figures are differences of two others.
    """

    word: str
    note: str
    areas: gpd.GeoDataFrame
    figures: pd.DataFrame
    whole: pd.DataFrame
    as_of: date | None = None
    change: bool = False

    @property
    def silent(self) -> bool:
        """Whether nothing at all is known of its time, of whatever measure."""
        return bool(self.whole.isna().all(axis=None))


@dataclass(frozen=True)
class Panels:
    """Little maps and what stands around them.

    Attributes
    ----------
    subject, town, level, when
        What it shows, after the town's name; whose; of which areas; what stands for the time.
    panels
        In the order they are read. One that is a change comes last.
    backdrop
        Whose outline is drawn.
    notes
        What is not shown, and how it is counted.
    """

    subject: str
    town: Town
    level: Level
    when: str
    panels: Sequence[Panel]
    backdrop: Backdrop
    notes: Sequence[str] = ()

    @property
    def frame(self) -> Frame:
        """What each of them shows."""
        return self.backdrop.frame(*(shapes_of(each.areas) for each in self.panels))


@dataclass(frozen=True)
class Classes:
    """The classes of a measure over some panels.

    Attributes
    ----------
    of
        Panel by panel the class of each area, position in `fills`; -1 without data.
    fills, labels
        Colour and words of each class.
    how
        How the classes were made.
    """

    of: Sequence[Ints]
    fills: Sequence[str]
    labels: Sequence[str]
    how: str


def classes_of(panels: Sequence[Panel], measure: Measure, kind: Breaks) -> Classes:
    """Class the figures of panels together, so that a colour means the same on each."""
    values = [values_of(each, measure) for each in panels]
    limits = limits_of(np.concatenate(values), measure, kind)
    fills = [MEASURE_COLOURS[shade] for shade in shades_of(len(limits) + 1, measure)]
    word, how = next((word, how) for key, word, how in BREAKS if key == kind)
    told = f"{word}分档（各图合在一起）：{how}" if kind == "quantile" else f"{word}分档：{how}"
    return Classes([classed(each, limits) for each in values], fills, spans(limits, measure), told)


def changes_of(panels: Sequence[Panel], measure: Measure) -> Classes:
    """Class differences by their size, alike up and down: swapping both times mirrors every class.

    The limits are 1-2-5 numbers, about up to the size that one area in twenty exceeds; below the first is hardly any
    change. What got worse is at the orange end, what got better at the violet one.
    """
    values = [values_of(each, measure) for each in panels]
    sizes = np.abs(np.concatenate(values))
    sizes = sizes[~np.isnan(sizes)]
    limits = nice_limits(1.5 * float(np.quantile(sizes, 0.95)), NEUTRAL) if len(sizes) else []
    found = [np.where(np.isnan(each), -1, NEUTRAL + _way(each) * classed(np.abs(each), limits)) for each in values]
    fills = CHANGE_COLOURS if measure.better == "low" else CHANGE_COLOURS[::-1]
    ups = [_size(low, high, measure) for low, high in pairwise([*limits, None]) if low is not None]
    worse, better = ("变差", "变好") if measure.better == "low" else ("变好", "变差")
    middle = f"升降不到 {amount(limits[0], measure)}" if limits else "没有变化"
    labels = [*(f"降 {each}（{better}）" for each in ups[::-1]), middle, *(f"升 {each}（{worse}）" for each in ups)]
    first = NEUTRAL - len(limits)
    kept = slice(first, NEUTRAL + len(limits) + 1)
    how = "按升降的大小分档，升和降一样分"
    return Classes([np.where(each < 0, -1, each - first) for each in found], fills[kept], labels, how)


def _way(values: Floats) -> Ints:
    return np.sign(np.nan_to_num(values)).astype(np.int64)


def _size(low: float, high: float | None, measure: Measure) -> str:
    if high is None:
        return f"{amount(low, measure)}以上"
    return f"{amount(low, measure, unit=False)}–{amount(high, measure)}"


def amount(size: float, measure: Measure, *, unit: bool = True) -> str:
    """Write the size of a change: of shares in percentage points."""
    written = f"{round(100 * size if measure.kind == '%' else size, 4):,g}"
    return written + (POINTS if unit and measure.kind == "%" else "")


def values_of(panel: Panel, measure: Measure) -> Floats:
    """Give the figures of a panel's areas, as they are written."""
    return rounded(panel.figures)[measure.key].to_numpy(dtype=float)


def panels_page(page: Panels, measure: Measure, listing: str | None = None) -> str:
    """Draw the panels as one HTML document that asks the network for nothing; measures and classes can be switched.

    Parameters
    ----------
    measure
        Which is shown first.
    listing
        Address of the map of measures, where there is a service: a panel leads to it.
    """
    document = Page(f"{page.town.name} {page.subject}")
    screen = '<meta name="viewport" content="width=device-width, initial-scale=1">'
    document.header.add_child(Fragment(f"{screen}<style>{assets.own('panels.css')}</style>"))
    document.html.add_child(Fragment(_around(page)))
    document.data.add_child(Data("panels-data", _data(page, measure, listing)))
    return document.render()


def _around(page: Panels) -> str:
    template = Environment(autoescape=True).from_string(assets.own("panels.html"))
    made = datetime.now(page.town.zone).date()
    html = template.render(
        title=f"{page.town.name} · {page.subject}",
        when=page.when,
        made=made,
        synthetic=page.town.synthetic,
        notes=page.notes,
        measures=MEASURES,
        kinds=[(kind, word) for kind, word, _ in BREAKS if kind in KINDS],
        changes=any(each.change for each in page.panels),
    )
    own = "\n".join(assets.own(name) for name in SCRIPTS)
    return f"{html}<script>{own}</script>"


def _data(page: Panels, measure: Measure, listing: str | None) -> dict[str, Any]:
    frame = page.frame
    sets, of_panel = _sets(page.panels, frame)
    return {
        "level": page.level.chinese,
        "levelKey": str(page.level),
        "whole": WHOLE,
        "open": measure.key,
        "listing": listing,
        "bounds": frame.bounds and frame.whole(np.array(frame.bounds).reshape(2, 2)).ravel().tolist(),
        "aspect": float(np.cos(np.radians((frame.bounds[1] + frame.bounds[3]) / 2))) if frame.bounds else 1.0,
        "sets": sets,
        "outline": _simple(page.backdrop.outline, frame),
        "nothing": NOTHING_FILL,
        "panels": [
            {
                "word": each.word,
                "note": each.note,
                "set": at,
                "change": each.change,
                "silent": each.silent,
                "as_of": each.as_of and each.as_of.isoformat(),
            }
            for each, at in zip(page.panels, of_panel, strict=True)
        ],
        "measures": {each.key: _measure(page.panels, each) for each in MEASURES},
    }


def _measure(panels: Sequence[Panel], measure: Measure) -> dict[str, Any]:
    """Give what the page needs of a measure: its words, figures and classes."""
    levels, changes = [each for each in panels if not each.change], [each for each in panels if each.change]
    kinds = {kind: _classes(classes_of(levels, measure, kind)) for kind in KINDS}
    return {
        "word": measure.long,
        "how": measure.how,
        "kind": measure.kind,
        "better": measure.better,
        "values": [plain(rounded(each.figures)[measure.key]) for each in panels],
        "whole": [plain(rounded(each.whole)[measure.key])[0] for each in panels],
        "classes": kinds,
        "changes": _classes(changes_of(changes, measure)) if changes else None,
    }


def _classes(classes: Classes) -> dict[str, Any]:
    """Give classes as text, a digit an area and `-` for none: the shortest that JSON has."""
    return {
        "of": ["".join("-" if each < 0 else str(each) for each in panel.tolist()) for panel in classes.of],
        "fills": list(classes.fills),
        "labels": list(classes.labels),
        "how": classes.how,
    }


def _sets(panels: Sequence[Panel], frame: Frame) -> tuple[list[dict[str, Any]], list[int]]:
    """Give each set of shapes once, and which one each panel has: mostly all the same."""
    keys = [(tuple(each.areas["code"]), tuple(shapely.to_wkb(shapes_of(each.areas)))) for each in panels]
    first = {key: at for at, key in reversed(list(enumerate(keys)))}
    order = sorted(first.values())
    sets = [
        {
            "rows": [list(row) for row in zip(panels[at].areas["code"], panels[at].areas["name"], strict=True)],
            "shapes": _simple(shapes_of(panels[at].areas), frame),
        }
        for at in order
    ]
    return sets, [order.index(first[key]) for key in keys]


def _simple(shapes: npt.NDArray[np.object_], frame: Frame) -> list[list[list[list[int]]]]:
    return polygons_as_numbers(simplify_areas(shapes, frame.tolerance * SCREEN_STEPS / STEPS), frame)


def headline(panel: Panel, measure: Measure) -> str:
    """Write the whole town's figure of a panel; of a change with its sign."""
    value = float(panel.whole[measure.key].to_numpy(dtype=float)[0])
    if not panel.change:
        return number(value, measure.kind)
    return signed(value, measure)


def signed(value: float, measure: Measure) -> str:
    """Write a change: `+1.2 个百分点`; a dash where nothing is known."""
    if np.isnan(value):
        return "—"
    size = f"{abs(100 * value if measure.kind == '%' else value):,.1f}"
    sign = "" if size == "0.0" else "+" if value > 0 else "−"
    return sign + size + (POINTS if measure.kind == "%" else "")
