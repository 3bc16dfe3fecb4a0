"""`wangge visits` and `wangge review`: what the evidence says of inspections, and what people say."""

from __future__ import annotations

import argparse

import geopandas as gpd
import numpy as np
import pandas as pd

from api.cli.figures import area_shapes, shown, today
from api.cli.output import deliver
from api.cli.rows import Figures
from api.cli.terminal import say, tell
from api.reviewing import write_review
from coverage.evidence.figures import grade_figures
from coverage.evidence.grading import NEEDED, Graded, grade_visits
from coverage.evidence.reviews import VERDICTS, looked_at_first, with_reviews
from geodata.store import open_store
from grids.hierarchy import find_area

SHOWN = ("inspection_id", "at", "officer_name", "place_name", "grade", "distance_m", "verdict", "why")
BY_SHOWN = ("name", "visits", "grade_a", "grade_b", "grade_c", "grade_d", "suspect", "supported_rate", "suspect_rate")


def visits(arguments: argparse.Namespace) -> None:
    """Print graded inspections, those to look at first; or the grades by a group."""
    with open_store(arguments.store) as store:
        day = arguments.as_of or today(store.town)
        ledger = store.ledger(*NEEDED, "reviews", columns=NEEDED)
    graded = grade_visits(ledger, day)
    facts: dict[str, object] = {"as_of": str(day), "town": graded.town.name}
    if arguments.by:
        frame = grade_figures(graded, arguments.by)
        shapes = area_shapes(frame, graded.areas, arguments.by)
        title = f"{graded.town.name} 检查核实 截至 {day}"
        facts["by"] = arguments.by
        deliver(Figures(title, facts, frame, shown(frame, arguments.by, BY_SHOWN), shapes), arguments)
        return
    rows = looked_at_first(with_reviews(_chosen(graded, arguments), ledger.reviews, graded.town, day))
    part = rows.head(arguments.limit) if arguments.limit is not None else rows
    if len(part) < len(rows):
        say(f"共 {len(rows):,} 次检查，这里是最该看的 {len(part):,} 次（--limit）。")
    points = gpd.GeoSeries(gpd.points_from_xy(part["lon"], part["lat"]), index=part.index, crs=4326)
    points[part["lon"].isna()] = None
    levels = [name for name in part.columns if name in graded.areas["level"].unique()]
    title = f"{graded.town.name} 检查核实（存疑的请核实，不作为处理依据）截至 {day}"
    told = part.drop(columns=levels).assign(at=part["at"].dt.strftime("%Y-%m-%d %H:%M:%S"))
    deliver(Figures(title, facts, told, SHOWN, points), arguments)


def review(arguments: argparse.Namespace) -> None:
    """Write what a person thinks of an inspection."""
    with open_store(arguments.store, write=True) as store:
        ledger = store.ledger("inspections", "reviews", columns={"inspections": ("id",)})
        words = {"verdict": arguments.verdict, "reason": arguments.reason, "actor": arguments.actor}
        write_review(store, ledger, arguments.inspection, **words, source="review")
    tell(f"已记下：{arguments.inspection} {VERDICTS[arguments.verdict]}（{arguments.actor}：{arguments.reason}）。")


def _chosen(graded: Graded, arguments: argparse.Namespace) -> pd.DataFrame:
    rows = graded.visits
    kept = np.ones(len(rows), dtype=bool)
    if arguments.grade:
        kept &= rows["grade"].isin(list(arguments.grade)).to_numpy(bool)
    if arguments.suspect:
        kept &= rows["suspect"].to_numpy(bool)
    if arguments.officer:
        kept &= ((rows["officer"] == arguments.officer) | (rows["officer_name"] == arguments.officer)).to_numpy(bool)
    if arguments.place:
        kept &= (rows["place_id"] == arguments.place).to_numpy(bool)
    if arguments.area:
        at = find_area(graded.areas, arguments.area)
        kept &= rows[str(graded.areas["level"].iat[at])].to_numpy() == at
    return rows[kept]
