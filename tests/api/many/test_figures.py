"""What a worker reads of a town folder gives the rows of the whole ledger."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd
import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal

from api.many.figures import FIGURES, Asked, answer_of
from coverage.assess import NEEDED, assess
from coverage.figures import coverage_figures
from coverage.hazards import hazard_figures, hazard_register
from coverage.hotspots.spots import Question, hot_spots
from coverage.many import Subject, coverage_row, hazards_row, hotspots_row
from coverage.rulebook import Rulebook
from geodata.errors import QuestionProblem
from geodata.ledger import Ledger
from geodata.parquet.folders import TownFolder, open_root
from geodata.parquet.writing import write_town
from geodata.rule_texts import RuleText
from geodata.store import open_store
from tests.coverage.oracle import Case
from tests.coverage.towns import cases, ledger_of, rule_texts
from tests.geodata.parquet.small import completed


def whole_rows(ledger: Ledger, rules: tuple[RuleText, ...], asked: Asked) -> pd.DataFrame | str:
    """Give the rows of a town the plain way: from its whole ledger."""
    day = asked.as_of
    if asked.subject == "coverage":
        return coverage_row(coverage_figures(assess(ledger, Rulebook.read(rules).on(day), day), "town"), ledger.town)
    register = hazard_register(ledger, day)
    if asked.subject == "hazards":
        return hazards_row(hazard_figures(register, "town"), ledger.town)
    return hotspots_row(hot_spots(ledger, register, asked.question))


def same(folder: TownFolder, ledger: Ledger, rules: tuple[RuleText, ...], asked: Asked) -> bool:
    """Compare both ways; False when neither has an answer."""
    try:
        expected = whole_rows(ledger, rules, asked)
    except QuestionProblem:
        with pytest.raises(QuestionProblem):
            FIGURES[asked.subject](folder, asked)
        return False
    assert_frame_equal(FIGURES[asked.subject](folder, asked), expected)
    return True


@settings(max_examples=int(os.environ.get("WANGGE_ORACLE_EXAMPLES", "5")))
@given(cases(), st.sampled_from(["district", "community", "grid"]), st.integers(1, 4))
def test_rows_are_those_of_the_whole_ledger(case: Case, level: str, months: int) -> None:
    """Of random towns, whatever their rules, periods, moves and zones: coverage, hazards and hot spots are equal."""
    ledger, rules = ledger_of(case), rule_texts(case)
    with TemporaryDirectory() as where:
        root = open_root(where)
        folder = root.open(write_town(root, ledger.town, rules, completed(ledger)))
        for subject in FIGURES:
            answered = same(folder, ledger, rules, Asked(subject, case["as_of"], Question(level, months, least=1)))
            event(f"{subject}: {answered}")


@pytest.fixture(scope="module")
def exported(village: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Ledger, tuple[RuleText, ...]]:
    """Give a folder with the village, and its ledger and rules."""
    where = tmp_path_factory.mktemp("towns")
    with open_store(village) as store:
        ledger, rules = store.ledger(), store.rule_texts()
    write_town(open_root(str(where)), ledger.town, rules, ledger.frames)
    return where, ledger, rules


@pytest.mark.parametrize("subject", FIGURES)
@pytest.mark.parametrize("day", [date(2024, 6, 30), date(2024, 4, 2)])
def test_village(subject: Subject, day: date, exported: tuple[Path, Ledger, tuple[RuleText, ...]]) -> None:
    """A village of 982 places gives the rows of the whole ledger on its last day and before."""
    where, ledger, rules = exported
    root = open_root(str(where))
    folder = root.open(root.names()[0])
    assert same(folder, ledger, rules, Asked(subject, day, Question("grid", 2)))


def test_months_of_before_and_after_are_not_opened(exported: tuple[Path, Ledger, tuple[RuleText, ...]]) -> None:
    """Of the months before those that rules ask for, only places nobody was seen at are read; later ones are not."""
    where, ledger, _ = exported
    folder = open_root(str(where)).open("town=990001002")
    read: list[tuple[str, str | None]] = []

    class Watched(TownFolder):
        def _read(self, part, schema):  # type: ignore[no-untyped-def]
            read.append((part.table, part.month))
            return super()._read(part, schema)

    rules = (RuleText(None, '[[rule]]\nid = "a"\nevery = "month"\n'),)
    plain = type(folder.manifest)(folder.manifest.town, rules, folder.manifest.parts, None, None)
    FIGURES["coverage"](Watched(folder.root, folder.name, plain), Asked("coverage", date(2024, 4, 10), Question()))
    months = [month for table, month in read if table == "inspections"]
    assert months == ["2024-03", "2024-04", "2024-01", "2024-02"]
    assert {table for table, _ in read} <= set(NEEDED)
    assert len(ledger.inspections)


def test_a_broken_town_is_told(exported: tuple[Path, Ledger, tuple[RuleText, ...]]) -> None:
    """What is wrong with a town stands in its answer; what its ledger doesn't speak of, too."""
    where, _, _ = exported
    asked = Asked("coverage", date(2025, 6, 30), Question())
    told = answer_of(str(where), "town=990001002", asked)
    assert told.fault is None
    assert "最后一条检查记录是 2024-06-30" in str(told.note)
    assert told.synthetic
    gone = answer_of(str(where), "town=1", asked)
    assert gone.rows is None
    assert "缺少文件 town=1/town.json" in str(gone.fault)
