"""A town's day as problems."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from coverage.routes.clock import HOUR, MINUTE
from coverage.routes.customs import Customs
from coverage.routes.day import MOST_STOPS, Day, Tasks, tasks_of
from coverage.routes.network import streets_of
from coverage.routes.planner import solve
from coverage.routes.result import DayPlan, day_plan
from coverage.routes.solver import Effort
from tests.coverage.streets.towns import PLANE, TOWN, degrees, lattice, roads_of

SIDE, BLOCKS = 100.0, 6


def spot(x: float, y: float) -> tuple[float, float]:
    """Give metres of the town as degrees."""
    lon, lat = shapely.get_coordinates(degrees([(x, y), (x + 1, y)]))[0]
    return float(lon), float(lat)


def day_of(
    spots: list[tuple[float, float] | None],
    owner: list[str],
    *,
    shifts: tuple[object, ...] = ("09:00-17:00", "09:00-17:00"),
    roads: bool = True,
    mode: str = "walk",
) -> Day:
    """Give a day of two officers, o0 with the west of the town, o1 with the east."""
    lonlat = [spot(*each) if each else (np.nan, np.nan) for each in spots]
    n = len(spots)
    candidates = pd.DataFrame(
        {
            "place_id": [f"p{at}" for at in range(n)],
            "name": [f"厂{at}" for at in range(n)],
            "officer": owner,
            "prize": np.arange(1.0, n + 1),
            "stay": np.full(n, 30 * MINUTE),
            "opens": np.zeros(n, dtype=np.int64),
            "closes": np.full(n, 48 * HOUR),
            "must": np.zeros(n, dtype=bool),
            "why": [f"理由{at}" for at in range(n)],
            "lon": [lon for lon, _ in lonlat],
            "lat": [lat for _, lat in lonlat],
        }
    )
    width = SIDE * BLOCKS
    corners = [spot(0, 0), spot(width / 2, width), spot(width / 2, 0), spot(width, width)]
    shapes = [shapely.box(*corners[0], *corners[1]), shapely.box(*corners[2], *corners[3])]
    areas = gpd.GeoDataFrame({"code": ["A", "B"], "level": ["grid", "grid"]}, geometry=shapes, crs=4326)
    officers = pd.DataFrame(
        {
            "id": ["o0", "o1"],
            "name": ["甲", None],
            "area": ["A", "B"],
            "mode": [mode, mode],
            "shift": pd.Series(shifts, dtype=object),
        }
    )
    lines = roads_of(lattice(SIDE, BLOCKS) if roads else [])
    lines = lines.assign(oneway=False, speed=np.nan)
    streets = {mode: streets_of(lines, PLANE, mode)}
    return Day(date(2024, 7, 1), candidates, officers, areas, streets, Customs())


def plan_of(day: Day) -> tuple[Tasks, DayPlan]:
    """Solve a day."""
    tasks = tasks_of(day)
    solved = ((task, solve(task.problem, Effort((0,), 50))) for task in tasks.tasks)
    return tasks, day_plan(TOWN, day, solved, tasks.left, tasks.notes)


def why(plan: DayPlan) -> dict[str, str]:
    """Give the reason of each place left out."""
    return dict(zip(plan.left_out["place_id"], plan.left_out["reason"], strict=True))


def test_everybody_in_the_own_grid() -> None:
    """An officer visits the own places, from a street in the middle of the own grid, and nobody else's."""
    tasks, plan = plan_of(day_of([(50, 0), (550, 0), (100, 50), (500, 450)], ["o0", "o1", "o0", "o1"]))
    assert plan.visits.groupby("officer")["place_id"].agg(set).to_dict() == {"o0": {"p0", "p2"}, "o1": {"p1", "p3"}}
    assert plan.routes["feasible"].all()
    assert plan.routes["name"].tolist() == ["甲", "o1"]
    middle = gpd.GeoSeries(gpd.points_from_xy(plan.routes["lon"], plan.routes["lat"]), crs=4326).to_crs(PLANE)
    streets = shapely.union_all(np.asarray(roads_of(lattice(SIDE, BLOCKS)).to_crs(PLANE).geometry.array))
    assert shapely.distance(np.asarray(middle.array), streets) == pytest.approx([0, 0], abs=0.05)
    assert (tasks.count, tasks.left, tasks.notes, plan.straight) == (2, (), (), False)


def test_the_way_is_as_long_as_the_figures_say() -> None:
    """The line of a route is the way along the streets, and the lines of its stops lead to them."""
    _, plan = plan_of(day_of([(50, 0), (100, 250), (200, 350)], ["o0"] * 3))
    plane = plan.routes.to_crs(PLANE)
    assert plane.geometry.iloc[0].length == pytest.approx(plane["length_m"].iloc[0], abs=0.5)
    ends = [shapely.get_coordinates(line)[-1].tolist() for line in plan.visits.geometry]
    assert np.array(ends) == pytest.approx(plan.visits[["lon", "lat"]].to_numpy(), abs=1e-9)


def test_together() -> None:
    """With grids open, everybody may visit every place: all of them in one problem."""
    day = day_of([(50, 0), (60, 0), (550, 0), (540, 0)], ["o0", "o0", "o0", "nobody"])
    tasks, plan = plan_of(replace(day, together=True))
    assert tasks.count == 1
    assert plan.routes["stops"].sum() == 4


def test_who_is_in_no_problem() -> None:
    """A place without a position, and one that nobody who goes answers for, are told; the rest is planned."""
    _, plan = plan_of(day_of([(50, 0), None, (60, 0)], ["o0", "o0", "somebody"]))
    assert plan.visits["place_id"].tolist() == ["p0"]
    assert why(plan) == {"p1": "no_position", "p2": "no_officer"}


def test_shifts() -> None:
    """A shift of no length and one that nobody can read are told; a hole in a shift is the lunch."""
    day = day_of([(50, 0), (550, 0)], ["o0", "o1"], shifts=("09:00-09:00", "白班"))
    tasks, plan = plan_of(day)
    assert why(plan) == {"p0": "no_time"}
    assert [note[:8] for note in tasks.notes] == ["o0 的班次“0", "o1 的班次看不"]
    halves = replace(day, officers=day.officers.assign(shift=["8:30-11:30、14:30-17:30", None]))
    clocks = [task.problem.clock for task in tasks_of(halves).tasks]
    assert [(clock.noon, clock.lunch) for clock in clocks] == [(11.5 * HOUR, 3 * HOUR), (12 * HOUR, HOUR)]


def test_without_roads() -> None:
    """Without streets ways are straight, and that is told."""
    tasks, plan = plan_of(day_of([(50, 0)], ["o0"], roads=False))
    assert plan.straight
    assert "没有可走的道路" in tasks.notes[0]
    assert len(plan.visits) == 1


def test_in_a_lake() -> None:
    """A place far from every street is said to be out of reach, and the rest is planned."""
    _, plan = plan_of(day_of([(50, 0), (3_000, 0)], ["o0", "o0"]))
    assert (plan.visits["place_id"].tolist(), why(plan)) == (["p0"], {"p1": "unreachable"})


def test_more_places_than_are_looked_at() -> None:
    """Of 10,000 due places those worth most are looked at, that is told, and every place is accounted for."""
    rng = np.random.default_rng(1)
    n = 10_000
    spots: list[tuple[float, float] | None] = [(float(x), float(y)) for x, y in rng.uniform(0, 600, (n, 2))]
    day = day_of(spots, ["o0"] * n)
    day.candidates.loc[3, "must"] = True
    tasks, plan = plan_of(day)
    assert f"可去的有 {n:,} 处，只在最值得去的 {MOST_STOPS} 处里排" in tasks.notes[0]
    assert "p3" in plan.visits["place_id"].tolist()
    assert len(plan.visits) + len(plan.left_out) == n
    assert plan.routes["feasible"].all()
    assert plan.visits["prize"].median() > day.candidates["prize"].median()


def test_a_start_for_all() -> None:
    """Everybody may start and finish at one place, by car too."""
    day = replace(day_of([(50, 0), (550, 0)], ["o0", "o1"], mode="car"), start=spot(300, 310))
    _, plan = plan_of(day)
    starts = plan.routes[["lon", "lat"]].to_numpy()
    assert starts[0] == pytest.approx(spot(300, 310), abs=1e-4)
    assert starts[0].tolist() == starts[1].tolist()
