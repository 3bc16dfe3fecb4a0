"""A day's kept routes and what their times rest on: the board that changes are made on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

import pandas as pd

from api.problems import ConflictProblem, NotFoundProblem
from api.routing import Known
from coverage.routes.candidates import candidates
from coverage.routes.customs import Customs, parse_customs
from coverage.routes.day import clock_of, spans_of
from coverage.routes.kept import ACTION_WORDS, History, KeptRoute, KeptStop
from coverage.routes.kept_rows import Histories
from coverage.routes.network import Streets
from coverage.routes.reckoning import Ground
from coverage.workload import parse_habits
from geodata.errors import QuestionProblem
from geodata.ledger import Ledger

ADDED = "人工加入。"


@dataclass(frozen=True)
class Board:
    """A day's kept routes, and what their times rest on.

    Attributes
    ----------
    ledger
        With officers and places.
    kept
        Of `Store.routes` for the day.
    rules_text
        The rules file of the day.
    streets
        Gives those of a mode.
    known
        Gives what is known of the town; asked only when something is to be planned or added.
    """

    day: date
    ledger: Ledger
    kept: Ledger
    rules_text: str
    streets: Callable[[str], Streets]
    known: Callable[[], Known]

    @cached_property
    def histories(self) -> Histories:
        """Every revision of each officer's route."""
        return Histories(self.kept)

    @cached_property
    def customs(self) -> Customs:
        """How the town's days go."""
        return parse_customs(self.rules_text)

    def history(self, officer: str) -> History:
        """Give the revisions of an officer's route; NotFoundProblem where there is none."""
        if officer not in self.histories:
            raise NotFoundProblem(f"{self.day} 还没有“{officer}”的路线：请先排路线，保存为草稿。")
        return self.histories[officer]

    def check(self, officer: str, seen: int) -> None:
        """Refuse to change a route that somebody changed since; NotFoundProblem, ConflictProblem."""
        now = self.history(officer)[-1]
        if now.revision != seen:
            what = f"第 {now.revision} 版（{now.actor}，{ACTION_WORDS.get(now.action, now.action)}）"
            raise ConflictProblem(f"{officer} 的路线已到{what}，和您看到的不一样，没有写入。请看过最新的再改。")

    def ground(self, route: KeptRoute) -> Ground:
        """Give what a route goes by."""
        officers = self.ledger.officers
        shift = officers["shift"][(officers["id"] == route.officer).to_numpy(bool)].tolist()
        spans = spans_of(shift[0] if shift else None, self.customs)[0]
        return Ground(self.streets(route.mode), clock_of(spans, self.customs))

    def on_route(self) -> dict[str, str]:
        """Give who has each place on the route that stands."""
        return self.histories.holders()

    def candidates(self, promised: tuple[str, ...] = (), kind: str = "inspector") -> pd.DataFrame:
        """Give the places of the town where a visit closes something, and those promised."""
        known = self.known()
        return candidates(
            known.assessment,
            known.gaps,
            known.hazards,
            parse_habits(self.rules_text),
            self.customs,
            kind=kind,
            promised=promised,
        )

    def stop(self, place_id: str) -> KeptStop:
        """Give a place of the town as a stop; QuestionProblem for one that is unknown or has no position."""
        if not (self.known().assessment.places["id"] == place_id).any():
            raise QuestionProblem(f"没有编号为“{place_id}”的场所。")
        rows = self.candidates((place_id,))
        rows = rows[(rows["place_id"] == place_id).to_numpy(bool)]
        if rows["lon"].isna().any():
            raise QuestionProblem(f"“{place_id}”没有坐标，排不了路线：请先补上坐标。")
        (stop,) = stops_of(rows)
        return replace(stop, must=False, why=ADDED + stop.why.removeprefix("约定必查。"))


def stops_of(rows: pd.DataFrame) -> list[KeptStop]:
    """Give candidates as stops."""
    names = ("place_id", "stay", "opens", "closes", "prize", "why", "lon", "lat", "must")
    return [KeptStop(**{name: row[name] for name in names}) for row in rows[list(names)].to_dict("records")]
