"""What was missed: duties overdue or pending, worst first, each with its reason."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from coverage.assess import Assessment
from coverage.rules import Rule, Term
from coverage.scoring import (
    LATE,
    LONGEST_LATENESS,
    NOT_YET,
    RISK_WEIGHTS,
    UNRATED_WEIGHT,
    Factors,
    history_factor,
    score_sentences,
    worry_factor,
)
from grids.hierarchy import find_area


def find_gaps(
    assessment: Assessment,
    *,
    history: pd.Series | None = None,
    area: str | None = None,
    limit: int | None = None,
) -> pd.DataFrame:
    """List the duties overdue or pending as of D, worst first (ties: place_id, then rule).

    Parameters
    ----------
    history
        Of `coverage.scoring.hazard_history`; None: hazards are not asked, and their factor is 1.
    area
        Only places in that area: a code, or `level:code` where levels share it; QuestionProblem when there is none.
    limit
        At most so many rows.

    Returns
    -------
    place_id, name, grid, community, district (codes, None = not in one), rule (id), rule_name, state, never (bool),
    last_inspection (datetime64[s], latest counted one), days_since (Int64), period (label), risk, score, why, score_why
    (sentence), stake, urgency, lateness, history, worry (the factors of the score), industry, department, officer
    (key), officer_name, lon, lat (degrees).
    """
    missed = _missed(assessment)
    if area is not None:
        position = find_area(assessment.areas, area)
        level = str(assessment.areas["level"].iat[position])
        missed = missed[assessment.places[level].to_numpy()[missed["place"].to_numpy()] == position]
    factors = factors_of(assessment, missed, history)
    ranked = _rank(missed.assign(score=factors.score, **factors.columns()), assessment)
    return _describe(assessment, ranked.head(limit) if limit is not None else ranked)


def gap_reasons(assessment: Assessment, kind: str) -> list[tuple[str, str, str, bool]]:
    """Give place_id, state, why of the gaps, and whether visits of that kind can meet them: a phone shows no more.

    Those first that they can meet, each part in the order of `find_gaps`.
    """
    missed = _missed(assessment)
    ranked = _rank(missed.assign(score=factors_of(assessment, missed).score), assessment)
    met = np.array([rule.by is None or kind in rule.by for rule in assessment.rules], dtype=bool)
    ranked = ranked.iloc[np.argsort(~met[ranked["rule"].to_numpy()], kind="stable")]
    places = assessment.places["id"].to_numpy(dtype=object)[ranked["place"].to_numpy()]
    days = (pd.Timestamp(assessment.as_of) - ranked["last"]).dt.days
    own = met[ranked["rule"].to_numpy()].tolist()
    return list(zip(places.tolist(), ranked["state"].tolist(), _why(assessment, ranked, days), own, strict=True))


def _missed(assessment: Assessment) -> pd.DataFrame:
    duties = assessment.duties
    return duties[duties["state"].isin(["overdue", "pending"])]


def factors_of(assessment: Assessment, duties: pd.DataFrame, history: pd.Series | None = None) -> Factors:
    """Say what makes each duty urgent (some rows of the assessment's duties); history as for `find_gaps`.

    Lateness is the days since the last counted inspection (none: since the place opened; unknown: the cap) divided by
    the days of the rule's period.
    """
    places = assessment.places.iloc[duties["place"].to_numpy()]
    stake = np.asarray(places["risk"].map(dict(RISK_WEIGHTS)).fillna(UNRATED_WEIGHT), dtype=float)
    since = duties["last"].fillna(places["opened"].set_axis(duties.index))
    days = (pd.Timestamp(assessment.as_of) - since).dt.days.to_numpy(dtype=float)
    terms = [rule.term(assessment.as_of) for rule in assessment.rules]
    length = np.array([term.period.days if term else 1 for term in terms], dtype=float)
    lateness = np.fmin(days / length[duties["rule"].to_numpy()], LONGEST_LATENESS)  # NaN (unknown): the cap
    urgency = np.where((duties["state"] == "overdue").to_numpy(bool), LATE, NOT_YET)
    return Factors(stake, urgency, lateness, history_factor(places["id"], history), worry_factor(places["tags"]))


def _rank(duties: pd.DataFrame, assessment: Assessment) -> pd.DataFrame:
    """Order by score, worst first, then place id, then rule id."""
    place = _ranks(assessment.places["id"])[duties["place"].to_numpy()]
    rule = _ranks(pd.Series([rule.id for rule in assessment.rules], dtype="str"))[duties["rule"].to_numpy()]
    return duties.iloc[np.lexsort((rule, place, -duties["score"].to_numpy()))]


def _ranks(texts: pd.Series) -> npt.NDArray[np.int64]:
    return np.unique(texts.to_numpy(dtype=str), return_inverse=True)[1]


def _describe(assessment: Assessment, duties: pd.DataFrame) -> pd.DataFrame:
    """Give the rows of the contract for duties in the order wanted."""
    places = assessment.places.iloc[duties["place"].to_numpy()].reset_index(drop=True)
    duties = duties.reset_index(drop=True)
    rule = duties["rule"].to_numpy()
    days = (pd.Timestamp(assessment.as_of) - duties["last"]).dt.days.astype("Int64")
    return pd.DataFrame(
        {
            "place_id": places["id"],
            "name": places["name"],
            **{level: area_codes(assessment, places, level) for level in ("grid", "community", "district")},
            "rule": _of_rules([rule.id for rule in assessment.rules], rule),
            "rule_name": _of_rules([rule.name for rule in assessment.rules], rule),
            "state": duties["state"].astype(object),
            "never": duties["never"],
            "last_inspection": duties["last"],
            "days_since": days,
            "period": _of_rules(_period_labels(assessment), rule),
            "risk": places["risk"],
            "score": duties["score"],
            "why": _why(assessment, duties, days),
            "score_why": score_sentences(duties, "风险"),
            **{name: duties[name] for name in ("stake", "urgency", "lateness", "history", "worry")},
            **{name: places[name] for name in ("industry", "department", "officer", "officer_name", "lon", "lat")},
        }
    )


def area_codes(assessment: Assessment, places: pd.DataFrame, level: str) -> npt.NDArray[np.object_]:
    """Give the code of the area of that level that holds each of the places, None where none does."""
    codes = np.full(len(places), None, dtype=object)
    if level in places:
        position = places[level].to_numpy()
        inside = position >= 0
        codes[inside] = assessment.areas["code"].to_numpy(dtype=object)[position[inside]]
    return codes


def _of_rules(values: list[str], rule: npt.NDArray[np.int64]) -> npt.NDArray[np.object_]:
    return np.array(values, dtype=object)[rule]


def _period_labels(assessment: Assessment) -> list[str]:
    terms = (rule.term(assessment.as_of) for rule in assessment.rules)
    return [term.period.label if term else "" for term in terms]


def _why(assessment: Assessment, duties: pd.DataFrame, days: pd.Series) -> list[str]:
    """Say in one sentence each why the duty is a gap."""
    asked = [(rule, rule.term(assessment.as_of)) for rule in assessment.rules]
    columns = [duties[name].tolist() for name in ("rule", "state", "counted", "never")]
    since = [None if pd.isna(day) else int(day) for day in days]
    return [
        f"{rule.name}：{_stage(rule, term, state)}，{_short(rule, counted)}；本项{_seen(never, day)}。"
        for (rule, term), state, counted, never, day in zip(
            [asked[at] for at in columns[0]], *columns[1:], since, strict=True
        )
    ]


def _stage(rule: Rule, term: Term | None, state: str) -> str:
    if term is None:
        return "尚未开始"
    if not rule.every:
        return f"专项期{term.period.chinese}{'已结束' if term.ended else '尚未结束'}"
    if state == "overdue" and term.previous:
        return f"上期{term.previous.chinese}和本期{term.period.chinese}都未完成"
    return f"本期{term.period.chinese}尚未完成"


def _short(rule: Rule, counted: int) -> str:
    kind = "经核实的检查" if rule.verified else "检查"
    return f"应有{rule.times}次{kind}，{f'只有{counted}次' if counted else '一次也没有'}"


def _seen(never: bool, since: int | None) -> str:
    if since is None:
        return "从未有过计入的检查"
    return f"上次检查在{since}天前" if since else "上次检查就在当天"
