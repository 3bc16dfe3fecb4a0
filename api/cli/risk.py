"""`wangge risk`: proposals of the risk of places, and a person's decision about some."""

from __future__ import annotations

import argparse

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd

from api.cli.figures import today
from api.cli.output import deliver
from api.cli.rows import Figures
from api.cli.terminal import say, tell
from api.cli.usage import UsageProblem
from api.grading import accept_risks
from coverage.assess import NEEDED, Assessment, assess
from coverage.hazards import NEEDED as NEEDED_FOR_HAZARDS
from coverage.hazards import hazard_register
from coverage.risk_policy import CHANGES, parse_risk
from coverage.risk_score import propose_risks, worst_changes_first
from coverage.rulebook import Rulebook
from coverage.span import unheard
from geodata.rule_texts import text_on
from geodata.store import Store, open_store
from grids.hierarchy import find_area

SHOWN = ("place_id", "name", "community", "industry", "risk", "proposed", "risk_score", "why")
READ = {**NEEDED_FOR_HAZARDS, **NEEDED, "inspections": (*NEEDED["inspections"], "id")}
"""Tables and columns of both the assessment and the register."""


def risk(arguments: argparse.Namespace) -> None:
    """Print proposals, those to decide about first; or write a decision."""
    if arguments.accept:
        _accept(arguments)
        return
    given = [word for word in ("risk", "actor", "reason") if getattr(arguments, word)]
    if given:
        raise UsageProblem(f"--{given[0]} 要和 --accept 一起用：写明采用哪些场所的建议。")
    with open_store(arguments.store) as store:
        assessment, proposals = _proposals(store, arguments)
    rows = worst_changes_first(proposals[_chosen(assessment, proposals, arguments)])
    part = rows.head(arguments.limit) if arguments.limit is not None else rows
    if len(part) < len(rows):
        say(f"共 {len(rows):,} 个场所，这里是前 {len(part):,} 个（--limit）。")
    say(f"全部 {len(proposals):,} 个在营场所：{_counted(proposals)}。")
    points = gpd.GeoSeries(gpd.points_from_xy(part["lon"], part["lat"]), index=part.index, crs=4326)
    points[part["lon"].isna()] = None
    title = f"{assessment.town.name} 风险分级建议（由人决定是否采用）截至 {assessment.as_of}"
    facts = {"as_of": str(assessment.as_of), "town": assessment.town.name}
    deliver(Figures(title, facts, part, SHOWN, points), arguments)


def _accept(arguments: argparse.Namespace) -> None:
    if not (arguments.actor and arguments.reason):
        raise UsageProblem("--accept 要写明 --actor（谁定的）和 --reason（依据）。")
    ids = [each.strip() for each in arguments.accept.split(",") if each.strip()]
    with open_store(arguments.store, write=True) as store:
        _, proposals = _proposals(store, arguments)
        ledger = store.ledger("risk_decisions", columns={"risk_decisions": ("place_id", "at")})
        words = {"accepted": arguments.risk, "actor": arguments.actor, "reason": arguments.reason}
        rows = accept_risks(store, proposals, ledger.risk_decisions, ids, **words, source="risk")
    for row in rows:
        tell(f"{row['place_id']}：{row['before'] or '未定级'} → {row['accepted']}（建议{row['proposed']}）")
    tell(f"已写入 {len(rows)} 个场所的风险等级（{arguments.actor}：{arguments.reason}）。")


def _proposals(store: Store, arguments: argparse.Namespace) -> tuple[Assessment, pd.DataFrame]:
    """Propose the risk of each place of a store as of a day, today when none is given."""
    day = arguments.as_of or today(store.town)
    ledger, texts = store.ledger(*READ, columns=READ), store.rule_texts()
    if warning := unheard(ledger, day):
        say(f"注意：{warning}")
    assessment = assess(ledger, Rulebook.read(texts).on(day), day)
    policy = parse_risk(text_on(texts, day))
    return assessment, propose_risks(assessment, hazard_register(ledger, day), policy)


def _chosen(assessment: Assessment, proposals: pd.DataFrame, arguments: argparse.Namespace) -> npt.NDArray[np.bool_]:
    kept = np.ones(len(proposals), dtype=bool)
    if arguments.changed:
        kept &= (proposals["change"] != "same").to_numpy(bool)
    if arguments.industry:
        kept &= (proposals["industry"] == arguments.industry).to_numpy(bool, na_value=False)
    if arguments.area:
        at = find_area(assessment.areas, arguments.area)
        level = str(assessment.areas["level"].iat[at])
        kept &= assessment.places.loc[proposals.index, level].to_numpy() == at
    return kept


def _counted(proposals: pd.DataFrame) -> str:
    counts = proposals["change"].value_counts()
    return "、".join(f"{word} {counts.get(name, 0):,}" for name, word in CHANGES.items())
