"""A day's routes on paper: who goes where, in which order."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from coverage.density import Bounds
from coverage.routes.clock import hour
from coverage.routes.result import DayPlan
from maps.backdrop import Backdrop
from maps.colours import PlaceStyle
from maps.routes import COLOURS, MODES, not_drawn
from maps.shapes import bounds_of
from maps.wall.content import Dots, Key, Listing, Numbers, Wall, Way

WIDTH, DISC = 0.55, 2.8
"""Millimetres on A3 of a way and of the number of a stop."""
BLACK = "#1d2125"
START = PlaceStyle("出发、回到的地方", "#ffffff", "#1d2125", 4, True)


def routes_wall(plan: DayPlan, areas: gpd.GeoDataFrame, backdrop: Backdrop) -> Wall:
    """Give what stands on the sheet: each way in a colour with arrows, stops numbered in their order."""
    going = plan.routes[plan.routes["stops"] > 0].reset_index(drop=True)
    colours = {officer: COLOURS[at % len(COLOURS)] for at, officer in enumerate(going["officer"])}
    lines, visits = zip(going["officer"], going.geometry, strict=True), plan.visits
    return Wall(
        "巡查路线图",
        plan.town,
        plan.day,
        "本地检查台账、检查规则和道路，逐人排出" + ("（没有道路，路程按直线估计）" if plan.straight else ""),
        bounds_of_routes(plan, backdrop),
        areas,
        backdrop,
        ways=[Way(np.array([line], dtype=object), colours[whose], WIDTH) for whose, line in lines],
        dots=[Dots(START, 1.9, going[["lon", "lat"]].to_numpy(dtype=float))],
        numbers=Numbers(
            visits[["lon", "lat"]].to_numpy(dtype=float),
            visits["number"].astype(str).tolist(),
            [colours[officer] for officer in visits["officer"]],
            DISC,
        ),
        table=_table(going),
        keys=[Key("路线和方向（每人一色）", COLOURS[0], WIDTH), Key("停留点，数字是先后", COLOURS[0], 0.0, disc=True)],
        notes=[*plan.notes, *not_drawn(plan)],
        day_words="",
    )


def route_wall(plan: DayPlan, officer: str, areas: gpd.GeoDataFrame, backdrop: Backdrop) -> Wall:
    """Give what stands on the map of one officer's route sheet: in black and grey, to be copied."""
    (row,) = plan.routes[plan.routes["officer"] == officer].to_dict("records")
    stops = plan.visits[plan.visits["officer"] == officer]
    spots, texts = stops[["lon", "lat"]].to_numpy(dtype=float), stops["number"].astype(str).tolist()
    return Wall(
        "巡查路线",
        plan.town,
        plan.day,
        "",
        bounds_of([row["geometry"]], shapely.points(spots)),
        areas,
        backdrop,
        ways=[Way(np.array([row["geometry"]], dtype=object), BLACK, 0.75)],
        dots=[Dots(START, 3.4, np.array([[row["lon"], row["lat"]]]))],
        numbers=Numbers(spots, texts, [BLACK] * len(texts), 4.8),
    )


def bounds_of_routes(plan: DayPlan, backdrop: Backdrop) -> Bounds | None:
    """Give the bounds (degrees) of the ways; of the town when nobody goes anywhere."""
    lines = np.asarray(plan.routes.geometry.array, dtype=object)
    return bounds_of(lines, backdrop.outline)


def _table(going: pd.DataFrame) -> Listing:
    rows = [_row(row) for row in going.to_dict("records")]
    return Listing("各人路线", ("人员", "停留点", "公里", "回到"), rows)


def _row(row: dict[Any, Any]) -> list[str]:
    words = f"{row['name']}（{MODES[row['mode']]}）"
    return [words, f"{row['stops']}", f"{row['length_m'] / 1000:.1f}", hour(int(row["home"]))]
