"""The town as of one day: every part of it computed once, when somebody asks for it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from threading import Lock
from typing import TYPE_CHECKING, Any, TypeVar, cast

import geopandas as gpd
import numpy as np
import pandas as pd

from api.following import Followed
from api.kept import Tables
from api.latest import Latest
from api.lines import Lines
from api.metrics import computing
from api.posts import UNCOUNTED, Posts
from coverage.assess import NEEDED, Assessment, assess, reassess
from coverage.course.clocks import Clocks, hazard_clocks
from coverage.course.notices import issued_notices
from coverage.course.policy import parse_policy
from coverage.course.supervision import due_notices
from coverage.evidence.grading import Graded, grade_visits
from coverage.evidence.reviews import looked_at_first, with_reviews
from coverage.figures import coverage_figures
from coverage.gap_list import one_list
from coverage.gap_walks import gap_walks
from coverage.gaps import find_gaps
from coverage.hazards import HazardRegister, hazard_register
from coverage.hazards_again import reregister
from coverage.periods import local_days
from coverage.risk_policy import RiskPolicy, parse_risk
from coverage.risk_score import propose_risks, worst_changes_first
from coverage.rulebook import Rulebook
from coverage.scoring import hazard_history
from coverage.workload import Work, work_of
from geodata.ledger import Ledger
from geodata.model import Level, Town
from geodata.rule_texts import text_on
from geodata.store.reading import Mark
from geodata.tables import TABLES
from grids.hierarchy import levels_present

if TYPE_CHECKING:
    from api.ogc.layers import Layer
    from api.ogc.tiling import Plane
    from api.routing import Known
    from api.wall import Wall
    from coverage.ground.seen import GroundSeen
    from coverage.hotspots.spots import HotSpots, Question
    from coverage.leader_board import Standing, Standings
    from coverage.routes.month.result import MonthPlan
    from coverage.routes.network import Streets
    from coverage.routes.result import DayPlan
    from coverage.streets.walks import StreetWalks
    from maps.backdrop import Backdrop
    from maps.canvas import Tiles
    from maps.leader_board.drawing import Outlines
    from maps.panels import Panels

T = TypeVar("T")
COVERAGE_LINES, OUTLINES = "coverage ", "outlines "
OF_COUNTED = ("clocks", "due", "issued", "gaps", "history")
"""Parts of a day that are made without the tables `UNCOUNTED`."""
PLANS_KEPT = 64
PANELS_KEPT = 8
OTHERS_KEPT = 4


@dataclass(frozen=True)
class State:
    """The store as it stood after one write: how far it had come, its tables and its rules."""

    mark: Mark
    town: Town
    tables: Tables
    rules: Rulebook

    @cached_property
    def ledger(self) -> Ledger:
        """The ledger; each of its frames is put together when it is asked for."""
        return Ledger(self.town, self.tables)


def once(compute: Callable[[Day], T]) -> Callable[[Day], T]:
    """Compute a part of a day at its first use; who asks for it meanwhile waits for that part only."""
    name = compute.__name__

    def part(day: Day) -> T:
        with day.locks.setdefault(name, Lock()):
            if name not in day.parts:
                with computing(name):
                    day.parts[name] = compute(day)
            return cast(T, day.parts[name])

    return part


class Day:
    """The town as of one day. Its parts need one another without a circle, so their locks can't block each other."""

    def __init__(self, state: State, as_of: date, tiles: Tiles | None = None) -> None:
        self.state = state
        self.ledger = state.ledger
        self.rules = state.rules.on(as_of)
        self.as_of = as_of
        self.lines_before: dict[str, Lines] = {}
        self.judged: Followed[Assessment] = Followed("assessment")
        self.registered: Followed[HazardRegister] = Followed("register")
        self.stood: Followed[dict[Level, Standings]] = Followed("standings")
        self.tiles = tiles
        self.parts: dict[str, Any] = {}
        self.locks: dict[str, Lock] = {}
        self.plans: Latest[DayPlan] = Latest(PLANS_KEPT)
        self.months: Latest[MonthPlan] = Latest(PLANS_KEPT)
        self.panels: Latest[Panels] = Latest(PANELS_KEPT)
        self.others: Latest[dict[Level, Standing]] = Latest(OTHERS_KEPT)

    @property
    def assessment(self) -> Assessment:
        """Every duty and its state."""
        return self.judged.get(self._judge)

    def _judge(self, before: tuple[Assessment, Posts] | None) -> Assessment:
        if before is None:
            return assess(self.ledger, self.rules, self.as_of)
        assessment, posts = before
        if not posts.visited:
            return assessment
        tables = self.state.tables.inspections_of(posts.visited, NEEDED["inspections"])
        return reassess(assessment, Ledger(self.state.town, tables), posts.visited)

    def coverage_lines(self, by: str) -> Lines:
        """Give the figures of coverage by a group, and their rows as JSON; QuestionProblem as `coverage_figures`."""
        name = f"{COVERAGE_LINES}{by}"
        return self._kept(name, lambda: Lines.of(coverage_figures(self.assessment, by), self.lines_before.get(name)))

    def after(self, state: State, posts: Posts) -> Day:
        """Give the same day after some posts: only what they touch is judged anew."""
        day = Day(state, self.as_of, self.tiles)
        counted = not posts.tables <= UNCOUNTED
        day.judged = self.judged.after(posts) if counted else self.judged
        day.registered = self.registered.after(posts) if counted else self.registered
        day.stood = self.stood.after(posts) if counted else self.stood
        parts = dict(self.parts)  # at one moment: who reads the day goes on making others
        lines = {name: part for name, part in parts.items() if name.startswith(COVERAGE_LINES)}
        day.lines_before = self.lines_before | lines
        # none of what these are made from was posted
        walked = "tracks" not in posts.tables
        day.parts |= {
            name: part
            for name, part in parts.items()
            if name in ("backdrop", "work")
            or name.startswith(OUTLINES)
            or name.startswith("streets ")
            or (walked and name.startswith("walks "))
            or (not counted and name in OF_COUNTED)
        }
        return day

    def of_place(self, place_id: str) -> Ledger:
        """Give the ledger with the inspections of one place alone, without putting the whole table together."""
        columns = (*TABLES["inspections"].names, "geometry")
        return Ledger(self.state.town, self.state.tables.inspections_of([place_id], columns))

    @property
    def register(self) -> HazardRegister:
        """Every hazard and its state."""
        return self.registered.get(self._register)

    def _register(self, before: tuple[HazardRegister, Posts] | None) -> HazardRegister:
        days = parse_policy(self.rules_text).recurrence_days
        if before is None:
            return hazard_register(self.ledger, self.as_of, days)
        register, posts = before
        places, some = posts.touched(self.state.tables)
        return reregister(register, Ledger(self.state.town, some), self.ledger.inspections, places, days)

    @property
    @once
    def clocks(self) -> Clocks:
        """Every hazard that is not at an end, and its clock."""
        return hazard_clocks(self.ledger, self.register, parse_policy(self.rules_text))

    @property
    @once
    def due(self) -> pd.DataFrame:
        """督办单 to be drawn up."""
        return due_notices(self.clocks)

    @property
    @once
    def issued(self) -> pd.DataFrame:
        """督办单 issued up to the day, newest first."""
        return issued_notices(self.ledger, self.register)

    @property
    @once
    def gaps(self) -> pd.DataFrame:
        """What was missed, worst first."""
        return find_gaps(self.assessment, history=self.history)

    @property
    @once
    def history(self) -> pd.Series:
        """Hazards found at each place in the year up to the day."""
        return hazard_history(self.ledger.hazards, self.ledger.town, self.as_of)

    def walks(self, every: str = "month") -> StreetWalks:
        """Which metres of street were walked in the period of a kind that holds the day."""
        from coverage.streets.walks import street_walks  # noqa: PLC0415 - compiled loops: slow import

        return self._kept(f"walks {every}", lambda: street_walks(self.ledger, self.as_of, every))

    def ground(self, every: str = "month") -> GroundSeen:
        """Which ground was seen in the period of a kind that holds the day."""
        from coverage.ground.seen import ground_seen  # noqa: PLC0415 - compiled loops: slow import

        return self._kept(f"ground {every}", lambda: ground_seen(self.ledger, self.as_of, every))

    def spots(self, question: Question) -> HotSpots:
        """Hot and cold spots of hazards."""
        from coverage.hotspots.spots import hot_spots  # noqa: PLC0415 - slow import

        return self._kept(f"spots {question}", lambda: hot_spots(self.ledger, self.register, question))

    @property
    @once
    def graded(self) -> Graded:
        """Inspections graded on evidence, those to look at first, with what people said of them."""
        graded = grade_visits(self.ledger, self.as_of)
        told = with_reviews(graded.visits, self.ledger.reviews, graded.town, self.as_of)
        return replace(graded, visits=looked_at_first(told))

    @property
    @once
    def risk_policy(self) -> RiskPolicy:
        """How the town scores risk by the rules of the day."""
        return parse_risk(self.rules_text)

    @property
    @once
    def risks(self) -> pd.DataFrame:
        """What risk is proposed for each open place, those to decide about first."""
        return worst_changes_first(propose_risks(self.assessment, self.register, self.risk_policy))

    @property
    @once
    def work(self) -> Work:
        """Minutes a month of each place."""
        return work_of(self.ledger, self.rules_text, self.as_of)

    @property
    @once
    def all_gaps(self) -> gpd.GeoDataFrame:
        """Places, streets and ground missed, in one list; streets only where the town has any."""
        from coverage.ground.gaps import ground_gaps  # noqa: PLC0415 - compiled loops: slow import
        from coverage.streets.gaps import street_gaps  # noqa: PLC0415

        streets = None if self.ledger.roads.empty else street_gaps(self.walks())
        ground = None if self.ledger.areas.geometry.isna().all() else ground_gaps(self.ground())
        return one_list(places=self.gaps, streets=streets, ground=ground)

    def gap_walks(self, minutes: float) -> gpd.GeoDataFrame:
        """Give walks that would close gaps of all kinds, the one worth most first."""
        return self._kept(f"gap walks {minutes}", lambda: gap_walks(self.all_gaps, minutes=minutes)[0])

    def streets(self, mode: str) -> Streets:
        """Streets as routes go along them: `walk` or `car`."""
        from api.routing import streets_in  # noqa: PLC0415 - the planner: slow import

        return self._kept(f"streets {mode}", lambda: streets_in(self.ledger, mode))

    @property
    def rules_text(self) -> str:
        """The rules file of the day."""
        return text_on(self.state.rules.texts, self.as_of)

    def known(self) -> Known:
        """Give what routes of the day are planned from."""
        from api.routing import Known  # noqa: PLC0415 - the planner: slow import

        return Known(self.ledger, self.rules_text, self.assessment, self.gaps, self.register.hazards, self.streets)

    def plan(self, officer: str | None = None, area: str | None = None, seed: int = 0) -> DayPlan:
        """Routes of an officer, or of those who answer for places of an area; QuestionProblem as `plan_few` raises."""
        from api.routing import Ask, plan_few  # noqa: PLC0415 - the planner: slow import

        ask = Ask(self.as_of, officer, area, seed=seed)
        return self.plans.get((officer, area, seed), lambda: plan_few(self.known(), ask))

    def street_plan(self, officer: str | None, area: str | None, unwalked_days: int, *, places: bool) -> DayPlan:
        """Give walks along streets that nobody walked for so many days; QuestionProblem as `plan_streets` raises."""
        from api.routing import Ask  # noqa: PLC0415 - the planner: slow import
        from api.street_routing import planned  # noqa: PLC0415

        def walked() -> DayPlan:
            ask, known = Ask(self.as_of, officer, area), self.known() if places else None
            return planned(self.ledger, self.rules_text, self.walks("month"), ask, unwalked_days, known)

        return self.plans.get((officer, area, unwalked_days, places), walked)

    def map(self, kind: str) -> str:
        """HTML of a map: one of `api.day_maps.MAPS`."""
        from api.day_maps import draw  # noqa: PLC0415 - drawing is loaded only to draw

        return self._kept(f"map {kind}", lambda: draw(self, kind))

    def layer(self, name: str) -> Layer:
        """Rows as a collection of OGC API – Features: one of `api.ogc.layers.TITLES`."""
        from api.ogc.layers import build  # noqa: PLC0415 - asked for by other programs only

        return self._kept(f"layer {name}", lambda: build(self, name))

    def tile_plane(self, name: str) -> Plane:
        """Points of a collection as vector tiles are cut from them."""
        from api.ogc.tiling import Plane  # noqa: PLC0415 - asked for by other programs only

        return self._kept(f"plane {name}", lambda: Plane.of(self.layer(name)))

    @property
    def standings(self) -> dict[Level, Standings]:
        """Figures of a leader's board of every level's areas, on the same day of the months up to this one."""
        return self.stood.get(self._stand)

    def _stand(self, before: tuple[dict[Level, Standings], Posts] | None) -> dict[Level, Standings]:
        from coverage.leader_board import standings, standings_again, untouched  # noqa: PLC0415 - of one page

        if before is not None and untouched(before[0], before[1].first):
            return standings_again(before[0], self.ledger, self.assessment, self.register)
        return standings(self.ledger, self.state.rules.on, self.as_of, levels_present(self.register.areas))

    def beside(self, then: date) -> dict[Level, Standing]:
        """Figures of a leader's board of every level's areas on another day."""
        from coverage.leader_board import standings_on  # noqa: PLC0415 - asked for by one page

        levels = levels_present(self.register.areas)
        return self.others.get(then, lambda: standings_on(self.ledger, self.state.rules.on, then, levels))

    def outlines(self, at: int, draw: Callable[[], Outlines | None]) -> Outlines | None:
        """Outlines of the parts of an area (its row) on a leader's board, which stay whatever is posted."""
        return self._kept(f"{OUTLINES}{at}", draw)

    def wall(self) -> Wall:
        """Slides of the big screen."""
        from api.wall import wall_of  # noqa: PLC0415 - asked for by one page

        return self._kept("wall", lambda: wall_of(self))

    def sheet(self, kind: str, paper: str, *, pages: bool = False) -> bytes:
        """PDF of a map on a paper of that size, or as an atlas of many: one of `api.day_maps.ON_PAPER`."""
        from api.day_sheets import sheet  # noqa: PLC0415 - the typesetter: slow import

        return self._kept(f"sheet {kind} {paper} {pages}", lambda: sheet(self, kind, paper, pages=pages))

    def _kept(self, name: str, compute: Callable[[], T]) -> T:
        """Compute a part that has a question of its own at its first use, as `once` does for the others."""
        with self.locks.setdefault(name, Lock()):
            if name not in self.parts:
                with computing(name.partition(" ")[0]):
                    self.parts[name] = compute()
            return cast(T, self.parts[name])

    @property
    @once
    def inspections(self) -> pd.DataFrame:
        """Inspections up to the day, newest first (ties: by id), as in the ledger."""
        frame = self.ledger.inspections
        by_then = local_days(frame["at"], self.ledger.town) <= np.datetime64(self.as_of, "D")
        return newest_first(frame[by_then], "at")

    @property
    @once
    def hazards(self) -> pd.DataFrame:
        """Rows of the register, newest first (ties: by id)."""
        return newest_first(self.register.hazards, "found")

    @property
    @once
    def backdrop(self) -> Backdrop:
        """What maps are drawn on."""
        from maps.backdrop import Backdrop  # noqa: PLC0415 - drawing is loaded only to draw

        return Backdrop.from_ledger(self.ledger)


def newest_first(frame: pd.DataFrame, moment: str) -> pd.DataFrame:
    """Give the rows by time, the newest first; equal times by id. Sorting text is slow: by its codes."""
    ids = pd.factorize(frame["id"], sort=True)[0]
    return frame.iloc[np.lexsort((ids, -frame[moment].astype("int64").to_numpy()))]
