"""Who goes on a day that is planned, with whom, and which places are meant."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd

from coverage.assess import Assessment
from coverage.routes.candidates import KIND_OF_ROLE
from coverage.routes.customs import Customs
from coverage.routes.day import Day, pairs_of
from coverage.routes.network import Streets
from geodata.errors import QuestionProblem
from geodata.tables import MODE_WORDS
from grids.hierarchy import find_area

if TYPE_CHECKING:
    from api.routing import Ask, Known


def day_with(known: Known, ask: Ask, found: pd.DataFrame, officers: pd.DataFrame, customs: Customs) -> Day:
    """Give the day of those asked for, and of who has to come along with them.

    Parameters
    ----------
    found
        All candidates of the town.
    officers
        Who is asked for (`officers_of`).
    """
    everybody = known.ledger.officers
    everybody = everybody[(everybody["role"] == officers["role"].iat[0]).to_numpy(dtype=bool)]
    if ask.together and ask.officer is not None:
        found = found.assign(officer=str(officers["id"].iat[0])) if found["two"].any() else found
    areas = known.assessment.areas
    day = Day(ask.day, found, everybody, areas, _streets(known, officers), customs, ask.start, ask.together)
    if found["two"].any():
        day = replace(day, pairs=pairs_of(day))  # of all, so that they are the same whoever is asked for
    meant = _of_area(found, known.assessment, ask.area)
    if ask.area is not None:
        officers = officers[officers["id"].isin(found["officer"][meant])]
        if officers.empty:
            raise QuestionProblem(
                f"区域“{ask.area}”里没有安全员负责的缺口，不用排路线（或先安排人员：wangge assign）。"
            )
    asked = set(officers["id"])
    come = {each for pair in day.pairs if asked & set(pair) for each in pair} - asked
    if ask.officer is not None and not ask.together:
        meant = meant & (found["officer"].isin(asked | come) | found["must"]).to_numpy(dtype=bool)
    going = pd.concat([officers, everybody[everybody["id"].isin(come)]])
    candidates = found[meant].reset_index(drop=True)
    return replace(day, candidates=candidates, officers=going, streets=_streets(known, going))


def _streets(known: Known, officers: pd.DataFrame) -> dict[str, Streets]:
    modes = sorted({MODE_WORDS.get(str(mode), "walk") for mode in officers["mode"]} | {"walk"})
    return {mode: known.streets(mode) for mode in modes}


def _of_area(found: pd.DataFrame, assessment: Assessment, area: str | None) -> npt.NDArray[np.bool_]:
    """Say which candidates lie in an area; all where none is asked for."""
    if area is None:
        return np.ones(len(found), dtype=bool)
    position = find_area(assessment.areas, area)
    level = str(assessment.areas["level"].iat[position])
    inside = assessment.places["id"][assessment.places[level].to_numpy() == position]
    return found["place_id"].isin(inside).to_numpy(dtype=bool)


def officers_of(officers: pd.DataFrame, ask: Ask) -> pd.DataFrame:
    """Give who goes: the one that is asked for, else every inspector."""
    if ask.officer is None:
        found = officers[(officers["role"] == "inspector").to_numpy(dtype=bool)]
        if found.empty:
            raise QuestionProblem("台账里没有安全员，排不了路线。请先导入：wangge import STORE officers 文件。")
        return found
    found = officers[(officers["id"] == ask.officer).to_numpy(dtype=bool)]
    if found.empty:
        found = officers[(officers["name"] == ask.officer).to_numpy(dtype=bool)]
    if len(found) != 1:
        several = f"有 {len(found)} 个，请写编号" if len(found) else "台账里没有"
        raise QuestionProblem(
            f"人员“{ask.officer}”{several}。全部人员见网页“总览”按安全员的表（wangge coverage STORE --by officer）。"
        )
    if found["role"].iat[0] not in KIND_OF_ROLE:
        raise QuestionProblem(f"人员“{ask.officer}”不做检查（{found['role'].iat[0]}），不排路线。")
    return found
