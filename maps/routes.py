"""The routes map: who goes where on a day, in which order, when; a layer an officer."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import folium
import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from coverage.routes.clock import hour
from coverage.routes.result import DayPlan
from maps.backdrop import Backdrop
from maps.canvas import Heading, Sheet, Tiles
from maps.colours import PlaceStyle
from maps.page import Call
from maps.places import circle_style, legend_item
from maps.shapes import Frame, bounds_of, each_line_as_numbers, points_as_numbers

COLOURS = ("#1b6ca8", "#b2182b", "#2e7d32", "#7b3f9d", "#c75b00", "#00767a", "#8a6d00", "#c2185b")
"""One an officer, over and over: neighbours in the list differ."""
MOST_LEFT_OUT = 5_000
MODES: Mapping[str, str] = MappingProxyType({"walk": "步行", "car": "开车"})
REASONS: Mapping[str, PlaceStyle] = MappingProxyType(
    {
        "no_time": PlaceStyle("时间不够", "#f0a732", "#ffffff", 4, True),
        "lower_prize": PlaceStyle("先查更紧要的", "#9aa4ab", "#ffffff", 3, True),
        "closed": PlaceStyle("不开门", "#7b3f9d", "#ffffff", 4, True),
        "unreachable": PlaceStyle("走不到", "#b2182b", "#ffffff", 5, True),
        "no_officer": PlaceStyle("没有人负责", "#111111", "#ffffff", 5, True),
        "no_mate": PlaceStyle("没有人同去", "#c2185b", "#ffffff", 5, True),
    }
)
"""How places that were left out are drawn; those without a position are not."""


def routes_map(plan: DayPlan, backdrop: Backdrop, *, tiles: Tiles | None = None) -> str:
    """Draw the routes of a day, their stops numbered, and what was left out.

    Parameters
    ----------
    backdrop, tiles
        As for `coverage_map`.

    Returns
    -------
    A whole HTML document that asks the network for nothing (but the tiles).
    """
    lines = np.asarray(plan.routes.geometry.array, dtype=object)
    stops = shapely.points(plan.visits[["lon", "lat"]].to_numpy(dtype=float))
    sheet = Sheet(
        Heading(
            "巡查路线" if plan.streets is None else "沿街巡查路线",
            plan.town,
            plan.day,
            ("本地检查台账、检查规则和道路" if plan.streets is None else "本地轨迹、道路和检查台账")
            + "，逐人排出"
            + ("（没有道路，路程按直线估计）" if plan.straight else ""),
            _headline(plan),
            [*plan.notes, *not_drawn(plan)],
            when="",
        ),
        Frame(bounds_of(lines, stops, backdrop.outline)),
        backdrop,
        tiles,
        roads_over=False,
    )
    sheet.data("routes", _data(sheet, plan))
    layers = [sheet.group("路线", Call("routes", "routes"))]
    left = plan.left_out[plan.left_out["lon"].notna() & plan.left_out["reason"].isin(list(REASONS))]
    if len(left):
        layers.append(_left_layer(sheet, left))
    sheet.choice("叠加", layers, radios=False)
    return sheet.render()


def _headline(plan: DayPlan) -> list[tuple[str, str]]:
    routes = plan.routes
    if plan.streets is not None:
        return [
            ("安全员", f"{(routes['stops'] > 0).sum():,}"),
            ("走到好久没人走的", f"{routes['new_m'].sum() / 1000:,.1f} 公里"),
            ("来回和重走", f"{routes['repeat_m'].sum() / 1000:,.1f} 公里"),
            ("顺路检查", f"{plan.visits['place_id'].notna().sum():,} 处"),
        ]
    return [
        ("安全员", f"{(routes['stops'] > 0).sum():,}"),
        ("排上", f"{routes['stops'].sum():,} 处"),
        ("路程", f"{routes['length_m'].sum() / 1000:,.1f} 公里"),
        ("没排上", f"{len(plan.left_out):,} 处"),
    ]


def not_drawn(plan: DayPlan) -> list[str]:
    """Say how many places have no position."""
    nowhere = int((plan.left_out["reason"] == "no_position").sum())
    return [f"{nowhere:,} 处没有坐标，没有排，也不在图上。"] if nowhere else []


def _data(sheet: Sheet, plan: DayPlan) -> dict[str, Any]:
    """Give each officer with stops: words, colour, and per stop where it is, its texts and the way to it."""
    visits = dict(list(plan.visits.groupby("officer", sort=False)))
    going = plan.routes[plan.routes["stops"] > 0]
    rows = going.to_dict("records")
    return {
        "title": "各人路线" if plan.streets is None else "各人路线（粗线是要走到的路，虚线是路过）",
        "officers": [
            _officer(sheet, row, gpd.GeoDataFrame(visits[row["officer"]]), COLOURS[at % len(COLOURS)])
            | _streets(sheet, plan, row["officer"])
            for at, row in enumerate(rows)
        ],
    }


def _officer(sheet: Sheet, row: Mapping[Any, Any], visits: gpd.GeoDataFrame, colour: str) -> dict[str, Any]:
    line = each_line_as_numbers(np.array([row["geometry"]], dtype=object), sheet.frame)[0]
    sums = (
        f"{MODES[row['mode']]}，{hour(int(row['depart']))}–{hour(int(row['home']))}，"
        f"路上 {row['travel_minutes']:.0f} 分钟（{row['length_m'] / 1000:.1f} 公里），"
        f"停留 {row['stay_minutes']:.0f} 分钟"
    )
    if not pd.isna(row["lunch_from"]):
        sums += f"，午休 {hour(int(row['lunch_from']))}–{hour(int(row['lunch_to']))}"
    return {
        "name": f"{row['name']}（{row['officer']}）" if row["name"] != row["officer"] else row["name"],
        "sums": sums,
        "colour": colour,
        "start": points_as_numbers([row["lon"]], [row["lat"]], sheet.frame),
        "line": line,
        "points": points_as_numbers(visits["lon"], visits["lat"], sheet.frame),
        "names": visits["name"].tolist(),
        "times": [
            f"{hour(int(arrive))} 到，{hour(int(leave))} 走"
            for arrive, leave in zip(visits["arrive"], visits["leave"], strict=True)
        ],
        "whys": visits["why"].tolist(),
    }


def _streets(sheet: Sheet, plan: DayPlan, officer: str) -> dict[str, Any]:
    """Give the stretches of a walk along streets that it is for; the rest of the way is drawn thin."""
    if plan.streets is None:
        return {}
    mine = plan.streets[(plan.streets["officer"] == officer).to_numpy(bool) & plan.streets["new"].to_numpy(bool)]
    mine = mine[mine.geometry.notna()]
    return {"streets": each_line_as_numbers(np.asarray(mine.geometry.array, dtype=object), sheet.frame)}


def _left_layer(sheet: Sheet, left: pd.DataFrame) -> folium.FeatureGroup:
    """Add what was left out as circles by reason, off until asked for."""
    shown = left.head(MOST_LEFT_OUT)
    words = list(REASONS)
    sheet.data(
        "left",
        {
            "points": points_as_numbers(shown["lon"], shown["lat"], sheet.frame),
            "states": [words.index(reason) for reason in shown["reason"]],
            "names": shown["name"].tolist(),
            "styles": [circle_style(style) for style in REASONS.values()],
            "whys": [[why] for why in shown["why"]],
            "more": [0] * len(shown),
        },
    )
    counts = left["reason"].value_counts()
    items = [legend_item(style, int(counts[name])) for name, style in REASONS.items() if name in counts]
    notes = [f"图上只画分数最高的 {len(shown):,} 处。"] if len(shown) < len(left) else []
    sheet.data("left-legend", {"title": "没有排上的场所", "items": items, "notes": notes})
    return sheet.group("没有排上的", Call("points", "left"), Call("legend", "left-legend"), show=False)
