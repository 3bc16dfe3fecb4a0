"""What the fields of a body ask of one another: the description says it as the models check it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import product
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from pydantic import BaseModel, ValidationError

from api.jobs.kinds import Plan
from api.routers.accounts import UserFacts
from api.routers.routes import NewRoutes, Replan, RouteChange
from api.wire import SKIP_REASONS, Fix, NewHazard, NewInspection, NewSkip, NewStep
from geodata.accounts.model import AccountProblem

ABSENT = object()
AT, DAY = "2024-06-30T09:00:00+08:00", "2024-06-30"
LON, LAT = (ABSENT, None, 0, 113.7), (ABSENT, None, 0, 22.8)
SKIP = {"id": "a", "date": DAY, "officer": "a", "place_id": "a", "at": AT}
TEXT = (ABSENT, None, "a")

BODIES: Mapping[type[BaseModel], tuple[dict[str, Any], dict[str, tuple[Any, ...]]]] = {
    NewInspection: ({"place_id": "a", "at": AT}, {"lon": LON, "lat": LAT}),
    NewHazard: (
        {"found_at": AT, "measures": "a", "responsible": "a", "funds": "a"},
        {"lon": LON, "lat": LAT, "place_id": TEXT, "level": (ABSENT, "一般", "重大"),
         "rectified_at": (ABSENT, None, AT), "deadline": (ABSENT, DAY), "plan": (*TEXT, "")},
    ),
    NewStep: ({"action": "fix", "actor": "a", "role": "clerk"}, {"lon": LON, "lat": LAT}),
    Fix: ({"at": AT}, {"lon": LON, "lat": LAT}),
    NewSkip: (
        SKIP,
        {"state": (ABSENT, "skipped", "taken_back"), "reason": (ABSENT, None, *SKIP_REASONS[-2:]),
         "note": (ABSENT, None, "", " \n", "a"), "lon": (ABSENT, 1), "lat": (ABSENT, 1)},
    ),
    NewRoutes: ({"date": DAY, "actor": "a"}, {"officer": TEXT, "area": TEXT}),
    RouteChange: (
        {"revision": 1, "actor": "a"},
        {"do": ("lock", "unlock", "drop", "move", "add", "give", "undo"), "place_id": TEXT, "to_officer": TEXT},
    ),
    Replan: ({"revision": 1, "actor": "a"}, {"lon": LON, "lat": LAT}),
    Plan: (
        {"kind": "plan"},
        {"month": (ABSENT, None, "2024-06"), "date": (ABSENT, None, DAY), "officer": TEXT, "area": TEXT},
    ),
    UserFacts: (
        {"name": "a"},
        {"role": ("inspector", "grid_manager", "clerk", "leader", "department"), "officer": (*TEXT, ""),
         "areas": (ABSENT, [], ["community:a"], ["a"]), "industries": (ABSENT, [], ["a"]), "department": (*TEXT, "")},
    ),
}  # fmt: skip
"""A body that lacks nothing else, and the values of the fields that ask something of one another."""


def bodies(model: type[BaseModel]) -> Iterator[dict[str, Any]]:
    """Give bodies of a model, with each value of each field beside each of the others."""
    whole, fields = BODIES[model]
    for values in product(*fields.values()):
        chosen = dict(zip(fields, values, strict=True))
        yield whole | {name: value for name, value in chosen.items() if value is not ABSENT}


def taken(model: type[BaseModel], body: dict[str, Any]) -> bool:
    """Say whether a body is taken, by the model and by what is checked behind it."""
    try:
        made = model.model_validate(body)
        if isinstance(made, UserFacts):
            made.of("a", None).check()
    except (ValidationError, AccountProblem):
        return False
    nowhere = body.get("lon") == 0 and body.get("lat") == 0  # `api.posting.check_position`
    return not nowhere or model is Replan


@pytest.mark.parametrize("model", BODIES, ids=lambda model: model.__name__)
def test_described_as_checked(model: type[BaseModel]) -> None:
    """The description allows a body exactly where it is taken."""
    described = Draft202012Validator(model.model_json_schema())
    told = [(described.is_valid(body), taken(model, body), body) for body in bodies(model)]
    assert [body for allowed, right, body in told if allowed != right] == []
    assert {right for _, right, _ in told} == {True, False}
