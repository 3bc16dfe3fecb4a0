"""`wangge replan`: the rest of an officer's day planned anew, from where they are."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime

import numpy as np
import pandas as pd

from api.board import Board
from api.cli.plan import show
from api.cli.terminal import say
from api.cli.usage import UsageProblem
from api.keeping import rest_planned, write
from api.kept_routes import names_of, second_of
from api.routing import NEEDED, known_of
from coverage.officers import officer_keys
from coverage.routes.kept_plan import plan_of_routes
from coverage.routes.replanning import Replanned
from coverage.routes.result import LEFT_OUT
from coverage.rulebook import Rulebook
from geodata.ledger import Ledger
from geodata.store import open_store


def replan(arguments: argparse.Namespace) -> None:
    """Plan the rest anew, keep it as a draft, tell."""
    with open_store(arguments.store, write=True) as store:
        day, second = arguments.date, second_of(store.town, arguments.date, arguments.at)
        if second is None:
            raise UsageProblem(f"{day} 不是今天，要写明从几点起重排：--at 12:30。")
        ledger, text = store.ledger(*NEEDED, columns=NEEDED), store.rules_text(day)
        known = known_of(ledger, text, Rulebook.read(store.rule_texts()).on(day), day)
        board = Board(day, ledger, store.routes(day, day), text, known.streets, lambda: known)
        officer = str(officer_keys(np.array([arguments.officer], dtype=object), ledger.officers)[0])
        at = datetime.now(UTC)
        found = rest_planned(
            board, officer, second, spot=arguments.spot, seed=arguments.seed, actor=arguments.actor, at=at
        )
        write(store, [found.route], actor=arguments.actor, action="replan", source="replan")
    for each in (*found.notes, *found.route.problems):
        say(f"注意：{each}")
    people = names_of(ledger.officers, [officer])
    left = _left(found, officer, ledger)
    places = names_of(ledger.places, found.route.places)
    plan = plan_of_routes(ledger.town, day, [found.route], people=people, places=places, left_out=left)
    show(plan, arguments.seed, arguments.format)
    say(f"已留作第 {found.route.revision} 版草稿：可以在网页“路线”上看、改，发到手机。")


def _left(found: Replanned, officer: str, ledger: Ledger) -> pd.DataFrame:
    names = names_of(ledger.places, {each.stop.place_id for each in found.left_out})
    order = sorted(found.left_out, key=lambda each: -each.stop.prize)
    stops = [each.stop for each in order]
    columns = {
        "place_id": [stop.place_id for stop in stops],
        "name": [names.get(stop.place_id) for stop in stops],
        "officer": [officer] * len(stops),
        "reason": [each.reason for each in order],
        "why": [each.why for each in order],
        **{name: [getattr(stop, name) for stop in stops] for name in ("prize", "lon", "lat")},
    }
    return pd.DataFrame(columns, columns=list(LEFT_OUT))
