"""The hazard heat map on paper: density as bands with sharp edges, not a picture."""

from __future__ import annotations

import pandas as pd
import shapely

from coverage.density import Grid
from coverage.hazards import HazardRegister, hazard_figures
from geodata.model import Level
from maps.backdrop import Backdrop
from maps.colours import HEAT_COLOURS, nice_limits
from maps.heat import WEIGHTED, not_drawn, positions, span_labels, weights
from maps.layers import drawn_levels, opening_level, shapes_of, without_border
from maps.sheets.coverage import with_figures
from maps.wall.content import Bands, Listed, Listing, Roll, Wall
from maps.wall.contours import bands

PIN, PIN_DIAMETER = "#1a1a1a", 3.4
"""Colour and size (millimetres on A3) of the number of an open major hazard."""


def hazards_wall(register: HazardRegister, backdrop: Backdrop) -> Wall:
    """Give what stands on the sheet: weighted hazards per km², open ones as numbers, open major ones by deadline."""
    areas = register.areas
    valid = register.hazards[~register.hazards["void"]]
    levels = drawn_levels(areas)
    figures = {level: hazard_figures(register, str(level)) for level in levels}
    listed = opening_level(levels)
    bounds = backdrop.frame(shapes_of(areas), shapely.points(valid["lon"], valid["lat"])).bounds
    grid = Grid.over(bounds) if bounds else None
    wall = Wall(
        "隐患热力图",
        register.town,
        register.as_of,
        "本地隐患台账；误录的不计",
        bounds,
        areas,
        backdrop,
        bands=_bands(grid, valid) if grid else None,
        table=_table(listed, figures[listed]) if listed else None,
        roll=_major(valid),
        notes=[
            *(["地名下的数字是未整改的隐患条数。"] if levels else []),
            *not_drawn(valid, grid),
            *(note for level in levels for note in without_border(areas, level)),
        ],
    )
    return with_figures(wall, figures, "open")


def _bands(grid: Grid, valid: pd.DataFrame) -> Bands:
    density = grid.density(grid.count(*positions(valid), weights(valid["level"])))
    limits = nice_limits(float(density.max()), len(HEAT_COLOURS))
    fills = HEAT_COLOURS[len(HEAT_COLOURS) - len(limits) :]
    rule = f"加权隐患 / 平方公里（{WEIGHTED}）。"
    rule += f"不足 {limits[0]:,g} 不着色。高斯平滑，带宽 {grid.bandwidth:,.0f} 米。" if limits else "没有可画的隐患。"
    title = f"隐患密度（{len(valid):,} 条）"
    return Bands(bands(grid, density, limits), fills, span_labels(limits), title, rule)


def _major(valid: pd.DataFrame) -> Roll:
    """Give the open major hazards, those whose deadline is first before the others."""
    major = valid[valid["major_open"]].sort_values(["deadline", "found", "id"])
    due = major["deadline"].dt.strftime("%m-%d").fillna("未定期限")
    rows = zip(major["place_name"].fillna("场所未填"), due, major["lon"], major["lat"], strict=True)
    return Roll("未整改重大隐患（期限）", [Listed(*row) for row in rows], PIN, PIN_DIAMETER, ranked=True)


def _table(level: Level, figures: pd.DataFrame) -> Listing:
    """Give hazards found, open and overdue of each area, the one with the most open first; no area last."""
    names = ("found", "open", "overdue")
    ranked = figures.sort_values(["open", "found"], ascending=False, kind="stable")
    named = pd.concat([ranked[ranked["area"].notna()], figures[figures["area"].isna()]])
    counts = [named[name].map("{:,}".format).tolist() for name in names]
    rows = [list(row) for row in zip(named["name"].tolist(), *counts, strict=True)]
    codes = named["area"].astype(object).where(named["area"].notna(), None).tolist()
    return Listing(f"各{level.chinese}隐患（条）", (level.chinese, "发现", "未整改", "逾期"), rows, codes=codes)
