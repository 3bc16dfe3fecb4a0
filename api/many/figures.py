"""The figures of one town folder: what is read of it, and its rows. Everything here runs in a worker.

Read is what decides the rows, no month and no column more; the rows are those of the whole ledger (the tests hold them
against it). What the months before decide (`never`, who found a hazard) is asked of them for the few places and
inspections that it is open for.
"""

from __future__ import annotations

import resource
import sys
import time
from dataclasses import dataclass
from datetime import date, timedelta

import geopandas as gpd
import pandas as pd

from coverage.assess import NEEDED as FOR_COVERAGE
from coverage.assess import assess, reassess
from coverage.figures import coverage_figures
from coverage.hazards import NEEDED as FOR_HAZARDS
from coverage.hazards import hazard_figures, hazard_register
from coverage.hotspots.counting import months_until
from coverage.hotspots.spots import NEEDED as FOR_HOTSPOTS
from coverage.hotspots.spots import Question, hot_spots
from coverage.many import Subject, coverage_row, hazards_row, hotspots_row, levels_that_count, reach, unseen
from coverage.rulebook import Rulebook
from coverage.span import unheard_between
from geodata.errors import WanggeError
from geodata.ledger import Ledger
from geodata.parquet.folders import NONE, TownFolder, Within, open_root


@dataclass(frozen=True)
class Asked:
    """What is asked of every town: which figures, as of which day (town-local), and of hot spots how."""

    subject: Subject
    as_of: date
    question: Question


@dataclass(frozen=True)
class Answer:
    """What one town folder gave.

    Attributes
    ----------
    folder, code
        Its name, and the division code that stands in it.
    rows
        Of `coverage.many`; None when it could not be read.
    fault
        Why not, in Chinese.
    note
        What a reader of the figures must know: the ledger does not speak of the day.
    synthetic
        It is a made-up town.
    cpu_s, peak_bytes
        Processor time of it, and the highest memory of the worker so far.
    """

    folder: str
    code: str | None
    rows: pd.DataFrame | None
    fault: str | None
    note: str | None
    synthetic: bool = False
    cpu_s: float = 0.0
    peak_bytes: int = 0


def answer_of(root: str, folder: str, asked: Asked) -> Answer:
    """Answer for one town folder; what is wrong with it is told in the answer, for the others go on."""
    began = time.process_time()
    code = rows = fault = note = None
    synthetic = False
    try:
        town = open_root(root).open(folder)
        code, synthetic = town.manifest.town.code, town.manifest.town.synthetic
        rows = FIGURES[asked.subject](town, asked)
        note = unheard_between(town.manifest.first, town.manifest.last, asked.as_of)
    except WanggeError as problem:
        fault = str(problem)
    return Answer(folder, code, rows, fault, note, synthetic, time.process_time() - began, peak_memory())


def lost(folder: str, why: str) -> Answer:
    """Give the answer for a town folder that no worker survived."""
    return Answer(folder, None, None, f"{why}。请重新导出这个镇街，或者用 --memory 多给内存。", None)


def peak_memory() -> int:
    """Give the highest memory of this process so far, bytes."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


def _coverage(folder: TownFolder, asked: Asked) -> pd.DataFrame:
    day = asked.as_of
    rules = Rulebook.read([*folder.manifest.rules]).on(day)
    since = reach(rules, day)
    recent, before = Within(_month(since), _month(day)), Within(None, _month(_month_before(since)))
    ledger = folder.ledger(FOR_COVERAGE, {"inspections": recent}, _areas_that_count(folder))
    found = assess(ledger, rules, day)
    if silent := unseen(found):
        columns = {"inspections": FOR_COVERAGE["inspections"]}
        earlier = folder.ledger(columns, {"inspections": before}, {"inspections": {"place_id": silent}}).inspections
        if len(earlier):
            known = sorted(set(earlier["place_id"]))
            of_them = ledger.inspections[ledger.inspections["place_id"].isin(known)]
            found = reassess(found, _with(ledger, "inspections", _both(earlier, of_them)), known)
    return coverage_row(coverage_figures(found, "town"), ledger.town)


def _hazards(folder: TownFolder, asked: Asked) -> pd.DataFrame:
    # inspections say who answers for a hazard, which no row of a town asks
    months = {"hazards": Within(None, _month(asked.as_of)), "inspections": NONE}
    ledger = folder.ledger(FOR_HAZARDS, months, _areas_that_count(folder))
    return hazards_row(hazard_figures(hazard_register(ledger, asked.as_of), "town"), ledger.town)


def _hotspots(folder: TownFolder, asked: Asked) -> pd.DataFrame:
    months = months_until(asked.as_of, asked.question.months)
    within = Within(_month(months[0].first), _month(asked.as_of))
    ledger = folder.ledger(FOR_HOTSPOTS, dict.fromkeys(("inspections", "hazards"), within))
    there = ledger.inspections
    found_by = ledger.hazards["inspection_id"].dropna()
    if elsewhere := sorted(set(found_by) - set(there["id"])):
        others = Within(within.first, within.last, outside=True)
        needed = {"inspections": FOR_HOTSPOTS["inspections"]}
        asked_of = {"inspections": {"id": elsewhere, "by": ["enterprise"]}}
        own = folder.ledger(needed, {"inspections": others}, asked_of).inspections
        ledger = _with(ledger, "inspections", _both(there, own))
    return hotspots_row(hot_spots(ledger, hazard_register(ledger, asked.as_of), asked.question))


FIGURES = {"coverage": _coverage, "hazards": _hazards, "hotspots": _hotspots}


def _areas_that_count(folder: TownFolder) -> dict[str, dict[str, tuple[str, ...]]]:
    """Give which areas are read: no place need be looked up in the others."""
    levels = levels_that_count(folder.manifest.town)
    return {table: {"level": levels} for table in ("areas", "past_areas")}


def _with(ledger: Ledger, table: str, frame: pd.DataFrame) -> Ledger:
    return Ledger(ledger.town, {**ledger.frames, table: frame})


def _both(one: gpd.GeoDataFrame, other: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Put the rows of two frames of one table after one another."""
    return gpd.GeoDataFrame(pd.concat([one, other], ignore_index=True), geometry="geometry", crs=one.crs)


def _month(day: date) -> str:
    return f"{day:%Y-%m}"


def _month_before(day: date) -> date:
    return day.replace(day=1) - timedelta(days=1)
