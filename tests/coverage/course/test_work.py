"""Work lists: who has to do what, the most urgent first."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pandas as pd
import pytest
import shapely

from coverage.course.clocks import Clocks, hazard_clocks
from coverage.course.replay import Policy, Step
from coverage.course.supervision import due_notices
from coverage.course.transitions import Action, Role
from coverage.course.work import FIELDS, TASKS, work_list
from coverage.hazards import hazard_register
from geodata.errors import QuestionProblem
from geodata.ledger import Ledger
from tests.coverage.course.lives_made import TOWN, Lives, frame, ledger_of

DAY = date(2024, 6, 17)


def at(month: int, day: int) -> datetime:
    """Give noon of a day."""
    return datetime(2024, month, day, 12, tzinfo=TOWN.zone)


RIGHT = at(6, 10)
FIVE = {"measures": "拆", "responsible": "丙", "funds": "1万", "plan": "有", "deadline": date(2024, 12, 1)}
HAZARDS: dict[str, dict[str, Any]] = {
    "found": {},
    "late": {"responsible": "丙", "deadline": date(2024, 6, 3)},
    "soon": {"responsible": "丙", "deadline": date(2024, 6, 18)},
    "right": {"rectified_at": RIGHT},
    "bare": {"level": "重大", "category": "消防设施", "responsible": "丙", "supervisor": "书记"},
    "held": {"level": "重大", "category": "电气线路", "supervisor": "书记", **FIVE},
}
SQUARE = shapely.MultiPolygon([shapely.box(113, 22, 113.1, 22.1)])
INSIDE, BESIDE = shapely.Point(113.05, 22.05), shapely.Point(113.5, 22.05)


def town(**extra: dict[str, Any]) -> Ledger:
    """Give a town with one grid, its people, two places in and out of it, and the hazards at the one inside."""
    places = frame(
        "places",
        [
            {"id": "P1", "name": "甲厂", "department": "应急", "geometry": INSIDE, "status": "open"},
            {"id": "P2", "name": "乙店", "department": "消防", "geometry": BESIDE, "status": "open"},
        ],
    )
    rows = [
        {"id": key, "found_at": at(6, 1), "level": "一般", "place_id": "P1", **more}
        for key, more in {**HAZARDS, **extra}.items()
    ]
    officers = frame("officers", [{"id": "A1", "name": "安一", "role": "inspector", "area": "G1"},
                                  {"id": "M1", "name": "长一", "role": "grid_manager", "area": "G1"}])  # fmt: skip
    grid = {"code": "G1", "name": "一格", "level": "grid", "manager": "王长", "geometry": SQUARE}
    areas = frame("areas", [{"code": TOWN.code, "name": TOWN.name, "level": "town"}, grid])
    return ledger_of(frame("hazards", rows), frame("steps", []), places=places, officers=officers, areas=areas)


def clocks_of(ledger: Ledger) -> Clocks:
    """Give the clocks of that Monday."""
    return hazard_clocks(ledger, hazard_register(ledger, DAY), Policy())


def listed(role: Role, ledger: Ledger | None = None, **more: Any) -> list[tuple[str, str]]:
    """Give hazard and task of a work list."""
    ledger = ledger or town()
    clocks = clocks_of(ledger)
    rows = work_list(clocks, due_notices(clocks), ledger.officers, role, **more)
    assert tuple(rows) == FIELDS
    return list(zip(rows["id"], rows["task"], strict=True))


def test_each_role_has_its_own() -> None:
    """Major ones first, then by days left, then what has no clock."""
    assert listed(Role.INSPECTOR) == [("right", "复查")]
    assert listed(Role.GRID_MANAGER) == [("late", "督促逾期整改"), ("found", "交办")]
    assert listed(Role.CLERK) == [
        ("held", "下发督办单"), ("held", "更新重大隐患进展"),
        ("bare", "下发督办单"), ("bare", "挂牌督办"), ("bare", "补齐五落实"), ("bare", "更新重大隐患进展"),
        ("late", "下发督办单"), ("found", "交办"),
    ]  # fmt: skip
    assert listed(Role.LEADER) == [("held", "督办重大隐患"), ("bare", "挂牌督办")]
    assert listed(Role.DEPARTMENT) == [
        ("held", "更新重大隐患进展"), ("bare", "补齐五落实"), ("bare", "更新重大隐患进展"),
        ("late", "督促逾期整改"), ("found", "交办"),
    ]  # fmt: skip
    assert listed(Role.ENTERPRISE) == [
        ("held", "开始整改"), ("bare", "补齐五落实"), ("bare", "开始整改"), ("late", "开始整改"), ("soon", "开始整改"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("role", "mine", "nobody"),
    [
        (Role.INSPECTOR, ("A1", "安一"), "A2"),
        (Role.GRID_MANAGER, ("M1", "长一", "王长"), "M2"),
        (Role.LEADER, ("书记",), "书"),
        (Role.DEPARTMENT, ("应急",), "消防"),
        (Role.ENTERPRISE, ("P1", "甲厂"), "乙店"),
    ],
)
def test_of_one_person(role: Role, mine: tuple[str, ...], nobody: str) -> None:
    """By number, by name, by the area that is managed; of somebody else there is nothing."""
    for who in mine:
        assert listed(role, who=who) == listed(role)
    assert listed(role, who=nobody) == []


def test_of_one_area() -> None:
    """What lies in the grid; what lies beside it is left out; an area that is none is refused."""
    ledger = town(outside={"place_id": "P2"})
    assert ("outside", "交办") in listed(Role.CLERK, ledger)
    assert listed(Role.CLERK, ledger, area="G1") == listed(Role.CLERK)
    with pytest.raises(QuestionProblem):
        listed(Role.CLERK, area="G9")


def test_nobody_judges_his_own_doing() -> None:
    """Who put it right has no re-check of it, others have."""
    ledger = town()
    lives = Lives(pd.DataFrame(ledger.hazards), pd.DataFrame(ledger.frames["steps"]))
    assert lives.take("found", Step(Action.FIX, at(6, 2), "A1", Role.INSPECTOR))
    ledger = Ledger(TOWN, {**ledger.frames, "hazards": lives.ledger.hazards, "steps": lives.ledger.frames["steps"]})
    assert listed(Role.INSPECTOR, ledger) == [("found", "复查"), ("right", "复查")]
    assert listed(Role.INSPECTOR, ledger, who="A1") == [("right", "复查")]


def test_a_refused_one() -> None:
    """The leader and the department see it, the office draws up the 督办单."""
    ledger = town()
    lives = Lives(pd.DataFrame(ledger.hazards), pd.DataFrame(ledger.frames["steps"]))
    assert lives.take("soon", Step(Action.REFUSE, at(6, 12), "安一", Role.INSPECTOR, "不改"))
    ledger = Ledger(TOWN, {**ledger.frames, "hazards": lives.ledger.hazards, "steps": lives.ledger.frames["steps"]})
    for role, task in ((Role.LEADER, "处理拒不整改"), (Role.DEPARTMENT, "处理拒不整改"), (Role.CLERK, "下发督办单")):
        assert ("soon", task) in listed(role, ledger)


def test_every_live_hazard_is_on_somebodys_list() -> None:
    """Nothing that stands is left to nobody, and everybody has tasks."""
    ledger = town()
    everything = {hazard for role in Role for hazard, _ in listed(role, ledger)}
    assert everything == set(HAZARDS)
    assert {role for task in TASKS.values() for role in task.roles} == set(Role)
