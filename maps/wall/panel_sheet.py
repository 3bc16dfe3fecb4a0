"""Little maps on paper: where each stands on the sheet, what is drawn, and the words as the template reads them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from itertools import count
from typing import Any

import numpy as np

from geodata.errors import QuestionProblem
from maps.colours import UNTESTED_FILL
from maps.layers import shapes_of
from maps.measuring import Breaks, Measure, number
from maps.panels import WHOLE, Classes, Panel, Panels, changes_of, classes_of, headline, signed, values_of
from maps.shapes import Geometries, simplify_areas
from maps.wall import svg
from maps.wall.drawing import OUTLINE
from maps.wall.hatching import hatch_drawn
from maps.wall.labels import Label, placed
from maps.wall.layout import PAPERS, PaperProblem
from maps.wall.plane import Plane
from maps.wall.room import Room
from maps.wall.words import PRINTED, bar_of

EDGE, TITLE, GAP, CAPTION, NOTE = 9.0, 17.0, 6.0, 5.5, 4.0
"""Millimetres on A3: free edge, title, between panels, the words above a map and below it."""
FOOT, FOOT_OF_CHANGE = 30.0, 82.0
"""Millimetres on A3 of legend, tables and notes below the maps."""
NAMED = 80
"""Areas of a level at most for their names to stand on the maps."""
RANKED = 10
"""Rises and falls that are listed."""
BORDER = "#5f676d"
WORSE = (4.4, 2.2, 1.1)
"""Millimetres on A3 between the lines of what got worse, the worst last: as greys they are what got better."""
UNKNOWN = -2.2
"""Of areas without data: falling lines, for their grey is that of a light class."""


@dataclass(frozen=True)
class PanelLayout:
    """Where the panels stand, in millimetres: a sheet, `k` as on `maps.wall.layout.Layout`, and a grid of cells."""

    width: float
    height: float
    k: float
    columns: int
    rows: int
    foot: float

    @classmethod
    def of(cls, page: Panels, size: str, *, landscape: bool | None, foot: float) -> PanelLayout:
        """Lay out so that the maps are as large as they can be; PaperProblem for a size that is none."""
        if size not in PAPERS:
            raise PaperProblem(f"没有“{size}”这种纸，可选：{'、'.join(PAPERS)}。")
        short, long = PAPERS[size]
        k, many = (long / 420) ** 0.8, len(page.panels)
        papers = (
            [(long, short), (short, long)] if landscape is None else [(long, short) if landscape else (short, long)]
        )
        tried = [
            cls(wide, high, k, columns, math.ceil(many / columns), foot * k)
            for wide, high in papers
            for columns in ([many] if page.panels[-1].change else range(1, many + 1))  # a change is read in a row
        ]
        return max(tried, key=lambda each: each.scale(_aspect(page)))

    def scale(self, aspect: float) -> float:
        """Give how high a map can be that is so many times as wide as high."""
        wide, high = self.cell
        return min(wide / aspect, high)

    @property
    def box(self) -> tuple[float, float, float, float]:
        """Left, top, width, height of all panels."""
        edge, top = EDGE * self.k, (EDGE + TITLE) * self.k
        return edge, top, self.width - 2 * edge, self.height - top - self.foot - edge

    @property
    def cell(self) -> tuple[float, float]:
        """Width and height of the map of a panel."""
        _, _, wide, high = self.box
        gap, words = GAP * self.k, (CAPTION + NOTE) * self.k
        return (wide - gap * (self.columns - 1)) / self.columns, (high - gap * self.rows) / self.rows - words

    def corner(self, at: int) -> tuple[float, float]:
        """Give the upper left corner of a panel's map, from the corner of the box."""
        wide, high = self.cell
        row, column = divmod(at, self.columns)
        words = (CAPTION + NOTE) * self.k
        return column * (wide + GAP * self.k), row * (high + words + GAP * self.k) + CAPTION * self.k


@dataclass(frozen=True)
class PanelSheet:
    """One measure of some panels on a sheet."""

    page: Panels
    measure: Measure
    kind: Breaks
    layout: PanelLayout
    plane: Plane
    _shapes: dict[int, Geometries] = field(default_factory=dict)

    def drawing(self) -> bytes:
        """Draw all maps as one SVG of the box."""
        _, _, wide, high = self.layout.box
        parts: list[str] = []
        outline = simplify_areas(self.plane.shapes(self.page.backdrop.outline), svg.FINEST)
        for at, (panel, classes, place) in enumerate(self._classed):
            x, y = self.layout.corner(at)
            parts.append(f'<g transform="translate({round(x * svg.STEPS)} {round(y * svg.STEPS)})">')
            parts += self._areas(panel, classes, place)
            parts += [svg.outlined(outline, OUTLINE[0], 0.35 * self.layout.k), "</g>"]
        return svg.document(wide, high, parts)

    def _areas(self, panel: Panel, classes: Classes, place: int) -> list[str]:
        shapes, found = self.shapes(panel), classes.of[place]
        width = (0.06 if len(shapes) > 100 else 0.15) * self.layout.k
        if panel.silent:
            return [svg.outlined(shapes, "#c3c8cc", width)]
        looks = [
            (-1, UNTESTED_FILL, UNKNOWN),
            *zip(count(), classes.fills, self._hatches(panel, classes), strict=False),
        ]
        drawn = [svg.filled(shapes[found == at], fill) for at, fill, _ in looks]
        drawn += [hatch_drawn(shapes[found == at], self.layout.cell, apart, self.layout.k) for at, _, apart in looks]
        return [*drawn, svg.outlined(shapes, BORDER, width)]

    def _hatches(self, panel: Panel, classes: Classes) -> list[float]:
        """Give the distance of each class's lines; only what got worse bears any."""
        if not panel.change:
            return [0.0] * len(classes.fills)
        sizes = len(classes.fills) // 2
        hatches = [*[0.0] * (sizes + 1), *WORSE[len(WORSE) - sizes :]]
        return hatches if self.measure.better == "low" else hatches[::-1]

    def shapes(self, panel: Panel) -> Geometries:
        """Give a panel's areas in millimetres; panels of the same areas share them."""
        key = id(panel.areas)
        if key not in self._shapes:
            self._shapes[key] = simplify_areas(self.plane.shapes(shapes_of(panel.areas)), svg.FINEST)
        return self._shapes[key]

    @cached_property
    def _classed(self) -> list[tuple[Panel, Classes, int]]:
        """Each panel with the classes of its kind, and its place among them."""
        found: dict[int, tuple[Panel, Classes, int]] = {}
        for change in (False, True):
            some = [each for each in self.page.panels if each.change is change]
            if some:
                classes = changes_of(some, self.measure) if change else classes_of(some, self.measure, self.kind)
                found |= {id(each): (each, classes, at) for at, each in enumerate(some)}
        return [found[id(each)] for each in self.page.panels]

    def labels(self, at: int, panel: Panel) -> list[dict[str, Any]]:
        """Give the names on a panel of few areas that has room for them, each with its figure."""
        if len(panel.areas) > NAMED or panel.silent or not any(each.change for each in self.page.panels):
            return []
        write = (
            (lambda each: signed(each, self.measure))
            if panel.change
            else (lambda each: number(each, self.measure.kind))
        )
        figures = map(write, self.values(panel))
        names = [f"{name}\n{figure.split(' ')[0]}" for name, figure in zip(panel.areas["name"], figures, strict=True)]
        size, (wide, high), (x, y) = self.label_size, self.layout.cell, self.layout.corner(at)
        found: Sequence[Label] = placed(names, self.shapes(panel), size, Room((0, 0, wide, high)))
        return [{"text": each.text.split("\n"), "x": x + each.x, "y": y + each.y} for each in found]

    @property
    def label_size(self) -> float:
        """Millimetres of a name."""
        return 2.1 * self.layout.k

    def values(self, panel: Panel) -> list[float]:
        """Give the figures of a panel's areas."""
        values: list[float] = values_of(panel, self.measure).tolist()
        return values

    def data(self, made: datetime) -> dict[str, Any]:
        """Give what the template reads: texts, and where they stand."""
        page, layout, wide = self.page, self.layout, self.layout.cell[0]
        corners = [layout.corner(at) for at in range(len(page.panels))]
        return {
            "width": layout.width,
            "height": layout.height,
            "k": layout.k,
            "box": layout.box,
            "foot": layout.foot,
            "title": f"{page.town.name}{page.subject}：{self.measure.word}",
            "when": page.when,
            "synthetic": page.town.synthetic,
            "panels": [
                {
                    "x": x,
                    "y": y,
                    "width": wide,
                    "height": layout.cell[1],
                    "word": each.word,
                    "figure": f"{WHOLE} {headline(each, self.measure)}",
                    "note": each.note,
                    "silent": each.silent,
                }
                for each, (x, y) in zip(page.panels, corners, strict=True)
            ],
            "labels": [label for at, each in enumerate(page.panels) for label in self.labels(at, each)],
            "label_size": self.label_size,
            "legends": self._legends(),
            "tables": self._tables(),
            "notes": list(page.notes),
            "made": f"{made.year}年{made.month}月{made.day}日",
            "scale": f"{self.plane.denominator:,}".replace(",", " "),
            "bar": bar_of(self.plane),
        }

    def _legends(self) -> list[dict[str, Any]]:
        """Give the legend of the figures, and that of the changes."""
        found: dict[bool, dict[str, Any]] = {}
        for panel, classes, place in self._classed:
            looks = zip(classes.fills, classes.labels, self._hatches(panel, classes), strict=True)
            items = [{"fill": fill, "label": label, "hatch": apart} for fill, label, apart in looks]
            legend = found.setdefault(
                panel.change,
                {
                    "title": "变化" if panel.change else self.measure.long,
                    "items": items,
                    "rule": f"{self.measure.how}。{classes.how}。{PRINTED if panel.change else ''}",
                },
            )
            if not panel.silent and (classes.of[place] < 0).any() and len(legend["items"]) == len(items):
                legend["items"].append({"fill": UNTESTED_FILL, "label": "无数据（不是 0）", "hatch": UNKNOWN})
        return list(found.values())

    def _tables(self) -> list[dict[str, Any]]:
        """Give the largest rises and falls, where there is a change."""
        if not self.page.panels[-1].change:
            return []
        *_, before, after, change = self.page.panels
        then = dict(zip(before.areas["code"], self.values(before), strict=True))
        by, now, names = np.array(self.values(change)), self.values(after), after.areas["name"].tolist()
        words = ("变差", "变好") if self.measure.better == "low" else ("变好", "变差")
        tables = []
        for title, way, word in (("升得最多", 1, words[0]), ("降得最多", -1, words[1])):
            order = [at for at in np.argsort(-way * np.nan_to_num(by), kind="stable").tolist() if way * by[at] > 0]
            rows = [
                [
                    names[at],
                    number(then[after.areas["code"].iat[at]], self.measure.kind),
                    number(now[at], self.measure.kind),
                    signed(float(by[at]), self.measure),
                ]
                for at in order[:RANKED]
            ]
            header = [self.page.level.chinese, before.word, after.word, "变化"]
            tables.append({"title": f"{title}（{word}）", "header": header, "rows": rows})
        return tables


def panel_sheet(
    page: Panels, measure: Measure, size: str = "A3", *, landscape: bool | None = None, kind: Breaks = "quantile"
) -> PanelSheet:
    """Lay the panels out on a sheet of paper.

    Parameters
    ----------
    size, landscape
        As for `maps.sheet.sheet_pdf`.

    Raises
    ------
    PaperProblem, QuestionProblem
        No such paper; no area has a border.
    """
    bounds = page.frame.bounds
    if bounds is None:
        raise QuestionProblem("没有区域边界，画不出来：请先导入或划分区域。")
    foot = FOOT_OF_CHANGE if any(each.change for each in page.panels) else FOOT
    layout = PanelLayout.of(page, size, landscape=landscape, foot=foot)
    wide, high = layout.cell
    return PanelSheet(page, measure, kind, layout, Plane(bounds, wide, high, 1.0 * layout.k))


def _aspect(page: Panels) -> float:
    """Give how many times as wide as high the maps are."""
    bounds = page.frame.bounds
    if bounds is None:
        return 1.0
    west, south, east, north = bounds
    return (east - west) * math.cos(math.radians((south + north) / 2)) / max(north - south, 1e-9)
