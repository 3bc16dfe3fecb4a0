"""The file of one hazard."""

from __future__ import annotations

from datetime import date, datetime

import pandas as pd
import pytest

from coverage.course.clocks import hazard_clocks
from coverage.course.dossier import HazardFile, hazard_file
from coverage.course.replay import Policy, Step
from coverage.course.transitions import Action, Role
from coverage.hazards import hazard_register
from geodata.errors import QuestionProblem
from geodata.ledger import Ledger
from tests.coverage.course.lives_made import TOWN, Lives, frame, ledger_of


def at(day: int) -> datetime:
    """Give noon of a day in June."""
    return datetime(2024, 6, day, 12, tzinfo=TOWN.zone)


def life() -> Ledger:
    """Give a major hazard at a place, assigned, urged, put right."""
    hazards = frame("hazards", [{"id": "H/1", "found_at": at(1), "level": "重大", "category": "电气", "place_id": "P",
                                 "description": "私拉电线"}])  # fmt: skip
    lives = Lives(pd.DataFrame(hazards), pd.DataFrame(frame("steps", [])))
    five = {"measures": "拆", "responsible": "丙", "funds": "1万", "plan": "有", "deadline": date(2024, 6, 10)}
    for step in (
        Step(Action.ASSIGN, at(2), "文", Role.CLERK, "", {"responsible": "丙", "deadline": date(2024, 6, 10)}),
        Step(Action.UPDATE, at(3), "文", Role.CLERK, "补齐", five),
        Step(Action.URGE, at(13), "文", Role.CLERK, "逾期", {"addressee": "甲厂", "answer_by": date(2024, 6, 20)}),
        Step(Action.START, at(14), "丙", Role.ENTERPRISE, "", {}, 1),
        Step(Action.RECTIFY, at(15), "丙", Role.ENTERPRISE, "已拆", {}, 2),
    ):
        assert lives.take("H/1", step)
    held = lives.ledger
    places = frame("places", [{"id": "P", "name": "甲厂", "industry": "工贸", "status": "open"}])
    return ledger_of(held.hazards, held.frames["steps"], places=places)


def file_of(day: int) -> HazardFile:
    """Give the file on a day in June."""
    ledger = life()
    register = hazard_register(ledger, date(2024, 6, day))
    return hazard_file(ledger, register, hazard_clocks(ledger, register, Policy()), "H/1")


def test_everything_stands_in_it() -> None:
    """Facts, place, areas, each entry with its texts, photos once, 督办单, the clock."""
    file = file_of(16)
    assert file.facts["description"] == "私拉电线"
    assert (file.facts["measures"], file.facts["deadline"]) == ("拆", "2024-06-10")
    assert file.place is not None
    assert (file.place["name"], file.areas) == ("甲厂", (("镇街", "样板镇"),))
    assert [entry.action for entry in file.entries] == [
        "登记", "交办", "更新进展", "下发督办单", "开始整改", "报告整改完成",
    ]  # fmt: skip
    assert (file.entries[5].reason, file.entries[5].photos, file.photos) == ("已拆", ("p", "q"), ("p", "q"))
    assert [notice.number for notice in file.notices] == ["督〔2024〕001号"]
    assert file.clock is not None
    assert (file.clock["state"], file.missing) == ("rectified", ())


def test_a_past_day_knows_nothing_later() -> None:
    """On the 2nd three of the five are missing, and nothing of what came later stands in it."""
    file = file_of(2)
    assert file.missing == ("措施", "资金", "预案")
    assert (len(file.entries), file.notices, file.photos) == (2, (), ())
    assert (file.facts["measures"], file.facts["responsible"]) == (None, "丙")


def test_no_such_hazard() -> None:
    """An unknown id, and a day before it was found, are refused in Chinese."""
    ledger = life()
    register = hazard_register(ledger, date(2024, 5, 31))
    clocks = hazard_clocks(ledger, register, Policy())
    with pytest.raises(QuestionProblem, match="截至 2024-05-31 没有编号为“H/1”的隐患"):
        hazard_file(ledger, register, clocks, "H/1")
