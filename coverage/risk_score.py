"""Which risk colour a place deserves as of a day, by the town's own score: a proposal, never a decision."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from types import MappingProxyType

import numpy as np
import numpy.typing as npt
import pandas as pd

from coverage.assess import Assessment
from coverage.gaps import area_codes
from coverage.hazards import HazardRegister
from coverage.risk_policy import COUNTED, FACTORS, OTHERS, RISING, RiskPolicy
from coverage.roster import positions
from coverage.scoring import WORRY, worry_factor

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

_UNITS = MappingProxyType({"missed": "项"})


def propose_risks(assessment: Assessment, register: HazardRegister, policy: RiskPolicy) -> pd.DataFrame:
    """Propose the risk of each place that is open as of D, from its industry, hazards and inspections.

    The score is the sum of the points of `FACTORS`: of the industry, of the people there, of a worrying place, and for
    each hazard or missed duty so many points up to the most of its kind. Hazards count that were found in the last
    `policy.days` up to D (`open` and `overdue`: whenever they were found); those written down by mistake don't. All
    points are ≥ 0: one more hazard never lowers a score. The colour is the highest whose points are reached, and never
    below the least of the industry.

    Parameters
    ----------
    assessment, register
        Of the same ledger and day.

    Returns
    -------
    One row a place, its index the position in `assessment.places`: place_id, name, grid, community, district (codes,
    None = not in one), industry, department, risk (NaN = unrated), proposed, change (of `CHANGES`), risk_score,
    points_… of each factor (float, rounded to 4 decimals), count_… of `COUNTED` (int), why (sentence), lon, lat.
    """
    places = assessment.places[assessment.places["closed_from"].isna()]
    counts = _counts(assessment, register, policy)
    counts = {name: numbers[places.index.to_numpy()] for name, numbers in counts.items()}
    points = {name: np.round(values, 4) for name, values in _points(places, counts, policy).items()}
    score = np.round(np.sum(list(points.values()), axis=0), 4)
    reached = np.searchsorted([policy.levels[name] for name in RISING[1:]], score, side="right").astype(np.int64)
    rank = {name: number for number, name in enumerate(RISING)}
    floors = {industry: rank[risk] for industry, risk in policy.least.items()}
    least = np.asarray(places["industry"].map(floors).fillna(0), dtype=np.int64)
    proposed = np.maximum(reached, least)
    now = places["risk"].map(rank).fillna(-1).to_numpy(dtype=np.int64)
    change = np.select([now < 0, proposed > now, proposed < now], ["unrated", "raised", "lowered"], "same")
    words = np.array(RISING, dtype=object)
    frame = pd.DataFrame(
        {
            "place_id": places["id"],
            "name": places["name"],
            **{level: area_codes(assessment, places, level) for level in ("grid", "community", "district")},
            **{name: places[name] for name in ("industry", "department", "risk")},
            "proposed": words[proposed],
            "change": change,
            "risk_score": score,
            **{f"points_{name}": values for name, values in points.items()},
            **{f"count_{name}": values for name, values in counts.items()},
        },
        index=places.index,
    )
    why = _why(frame, policy, reached, least)
    return frame.assign(why=why, lon=places["lon"], lat=places["lat"])


def worst_changes_first(proposals: pd.DataFrame) -> pd.DataFrame:
    """Order proposals for people who decide: raised, unrated, lowered, same; the highest score first, then by id."""
    kind = proposals["change"].map({name: n for n, name in enumerate(("raised", "unrated", "lowered", "same"))})
    ids = np.unique(proposals["place_id"].to_numpy(dtype=str), return_inverse=True)[1]
    return proposals.iloc[np.lexsort((ids, -proposals["risk_score"].to_numpy(), kind.to_numpy()))]


def _counts(assessment: Assessment, register: HazardRegister, policy: RiskPolicy) -> dict[str, Ints]:
    """Count what `COUNTED` says at each place of the assessment."""
    hazards, places = register.hazards, assessment.places
    of_place = positions(places, hazards["place_id"])
    first = np.datetime64(register.as_of - timedelta(days=policy.days), "s")
    real = ~hazards["void"].to_numpy(bool) & (of_place >= 0)
    lately = real & (hazards["found"].to_numpy(dtype="datetime64[s]") > first)
    major = (hazards["level"] == "重大").to_numpy(bool)
    chosen = {
        "major": lately & major,
        "general": lately & ~major,
        "open": real & hazards["open"].to_numpy(bool),
        "overdue": real & hazards["overdue"].to_numpy(bool),
        "recurring": lately & hazards["recurring"].to_numpy(bool),
    }
    counts = {name: np.bincount(of_place[flags], minlength=len(places)) for name, flags in chosen.items()}
    duties = assessment.duties
    late = duties["place"].to_numpy()[(duties["state"] == "overdue").to_numpy(bool)]
    return {**counts, "missed": np.bincount(late, minlength=len(places))}


def _points(places: pd.DataFrame, counts: Mapping[str, Ints], policy: RiskPolicy) -> dict[str, Floats]:
    """Give the points of each factor, in the order of `FACTORS`."""
    industry = places["industry"].map(dict(policy.industry)).fillna(policy.industry[OTHERS])
    people = places["headcount"].fillna(0).to_numpy(dtype=float)
    bands = np.array([0.0, *(points for _, points in policy.headcount)])
    band = np.searchsorted([people for people, _ in policy.headcount], people, side="right")
    return {
        "industry": industry.to_numpy(dtype=float),
        **{name: np.minimum(counts[name] * policy.each[name], policy.most[name]) for name in COUNTED},
        "headcount": bands[band],
        "worrying": np.where(worry_factor(places["tags"]) == WORRY, policy.worrying, 0.0),
    }


def _why(proposals: pd.DataFrame, policy: RiskPolicy, reached: Ints, least: Ints) -> list[str]:
    """Say in a sentence each how the score came about and what it leads to."""
    names = list(FACTORS)
    points = zip(*(proposals[f"points_{name}"].tolist() for name in names), strict=True)
    counts = zip(*(proposals[f"count_{name}"].tolist() for name in COUNTED), strict=True)
    columns = (proposals[name].tolist() for name in ("industry", "risk", "proposed", "change", "risk_score"))
    return [
        f"{_parts(names, each, dict(zip(COUNTED, numbers, strict=True)), industry)}合计 {score:g} 分，"
        f"{_reached(RISING[got], policy)}{_floor(industry, got, floor)}{_advice(risk, proposed, change)}。"
        for each, numbers, got, floor, (industry, risk, proposed, change, score) in zip(
            points, counts, reached.tolist(), least.tolist(), zip(*columns, strict=True), strict=True
        )
    ]


def _parts(names: Sequence[str], points: Sequence[float], counts: Mapping[str, int], industry: object) -> str:
    said = []
    for name, value in zip(names, points, strict=True):
        if name == "industry":
            said.append(f"行业{industry if isinstance(industry, str) else '未填'} {value:g} 分")
        elif value > 0 and name in counts:
            said.append(f"{FACTORS[name]} {counts[name]} {_UNITS.get(name, '条')} {value:g} 分")
        elif value > 0:
            said.append(f"{FACTORS[name]} {value:g} 分")
    return "，".join(said) + "；"


def _reached(risk: str, policy: RiskPolicy) -> str:
    if risk in policy.levels:
        return f"达到{risk}（{policy.levels[risk]:g} 分起）"
    return f"不到{RISING[1]}（{policy.levels[RISING[1]]:g} 分起）"


def _floor(industry: object, reached: int, least: int) -> str:
    return f"，{industry}最低定为{RISING[least]}" if least > reached else ""


def _advice(risk: object, proposed: str, change: str) -> str:
    if change == "unrated":
        return f"，尚未定级，建议定为{proposed}"
    if change == "same":
        return f"，与现在的{risk}一致"
    return f"，建议由{risk}{'调高' if change == 'raised' else '调低'}为{proposed}"
