"""The four-colour risk map on paper."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from coverage.assess import Assessment
from coverage.risk_areas import CLASSES, COUNTS, SHARES, RiskShares, area_risk, places_at_risk, risk_classes
from geodata.model import RISKS, Level
from grids.hierarchy import OUTSIDE, UNLOCATED
from maps.backdrop import Backdrop
from maps.colours import RISK_FILLS, RISK_STYLES
from maps.layers import drawn_levels, figures_of, of_level, opening_level, shapes_of
from maps.risk import STYLES, not_drawn
from maps.wall.content import Dots, Listed, Listing, Roll, Tint, Wall

DIAMETERS = dict(zip(CLASSES, (3.0, 2.1, 1.5, 1.3, 1.3), strict=True))
"""Millimetres on A3, where there is room."""

HATCHES = (1.1, 2.2, 4.4)
"""The four colours are three greys on a print without colours: lines tell them apart, the closer the worse."""


def risk_wall(assessment: Assessment, backdrop: Backdrop, shares: RiskShares = SHARES) -> Wall:
    """Give what stands on the sheet: the finest areas tinted by `area_risk`, places above, a table of communities."""
    areas, places = assessment.areas, places_at_risk(assessment)
    levels = drawn_levels(areas)
    figures = {level: area_risk(places, areas, level, shares) for level in levels}
    points = shapely.points(places["lon"], places["lat"])
    listed = opening_level(levels)
    return Wall(
        "安全风险四色图",
        assessment.town,
        assessment.as_of,
        "本地监管场所台账，风险等级为台账登记",
        backdrop.frame(shapes_of(areas), points).bounds,
        areas,
        backdrop,
        tint=_tint(assessment, levels[-1], figures[levels[-1]], shares) if levels else None,
        dots=_dots(places),
        table=_table(listed, figures[listed]) if listed else None,
        roll=_roll(places, areas, listed),
        notes=not_drawn(assessment, places, figures),
    )


def _tint(assessment: Assessment, level: Level, figures: pd.DataFrame, shares: RiskShares) -> Tint:
    here = of_level(assessment.areas, level)
    classes = figures_of(here, figures)["by_share"].to_numpy(dtype=np.int64)
    labels = [style.label for style in STYLES]
    return Tint(level, classes, RISK_FILLS, labels, f"{level.chinese}风险", shares.sentence, HATCHES)


def _dots(places: pd.DataFrame) -> list[Dots]:
    """Give the places of each level, the worst last."""
    classes, degrees = risk_classes(places["risk"]), places[["lon", "lat"]].to_numpy(dtype=float)
    return [
        Dots(RISK_STYLES[word], DIAMETERS[word], degrees[classes == at])
        for at, word in reversed(list(enumerate(CLASSES)))
    ]


def _table(level: Level, figures: pd.DataFrame) -> Listing:
    """Give the numbers of each area by level of risk, the area with the most of the worst first; no area last."""
    ranked = figures.sort_values(list(COUNTS[:2]), ascending=False, kind="stable")
    named = pd.concat([ranked[ranked["area"].notna()], figures[figures["area"].isna()]])
    columns = [named["name"].tolist(), *(named[name].map("{:,}".format).tolist() for name in COUNTS[:4])]
    rows = [list(row) for row in zip(*columns, strict=True)]
    fills = [RISK_STYLES[word].fill for word in CLASSES[:4]]
    codes = named["area"].astype(object).where(named["area"].notna(), None).tolist()
    return Listing(
        f"各{level.chinese}风险场所（处）", (level.chinese, "红", "橙", "黄", "蓝"), rows, fills, codes=codes
    )


def _roll(places: pd.DataFrame, areas: gpd.GeoDataFrame, level: Level | None) -> Roll:
    """Give the 重大 places, by area, from west to east; those without position last."""
    worst = places[(places["risk"] == RISKS[0]).to_numpy(bool)]
    of_area = worst[str(level)].to_numpy(dtype=np.int64) if level else np.full(len(worst), OUTSIDE)
    order = np.lexsort((worst["lon"], of_area, worst["lon"].isna()))
    named = {OUTSIDE: "", UNLOCATED: "无坐标"}
    names = areas["name"].tolist()
    rows = zip(worst["name"], of_area.tolist(), worst["lon"], worst["lat"], strict=True)
    listed = [Listed(name, names[at] if at >= 0 else named[at], lon, lat) for name, at, lon, lat in rows]
    return Roll("重大风险场所", [listed[at] for at in order], RISK_STYLES[CLASSES[0]].fill)
