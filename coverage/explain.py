"""Which rules a place owes, and why: in words for the page of a place."""

from __future__ import annotations

import numpy as np
import pandas as pd

from coverage.assess import Assessment
from coverage.campaigns import chinese as campaign_chinese
from coverage.periods import CALENDARS
from coverage.rules import Rule, Term
from geodata.errors import QuestionProblem

BY_CHINESE = {"inspector": "安全员", "department": "部门", "leader": "领导", "expert": "专家", "enterprise": "企业自查"}


def place_duties(assessment: Assessment, place_id: str) -> pd.DataFrame:
    """Give one row a rule that the place owes as of D, in the order of the rules.

    Returns
    -------
    rule (id), rule_name, duty, applies (sentence: which places), asks (sentence: how often, whose inspections), period
    (label), state, never (bool), counted, times (int), verified (bool: verified inspections alone reach `times`),
    last_inspection (datetime64[s]), source.

    Raises
    ------
    QuestionProblem
        No such place as of D.
    """
    at = np.flatnonzero((assessment.places["id"] == place_id).to_numpy(bool))
    if len(at) == 0:
        raise QuestionProblem(f"截至 {assessment.as_of} 没有编号为“{place_id}”的场所。")
    duties = assessment.duties[assessment.duties["place"] == at[0]].reset_index(drop=True)
    owed = [assessment.rules[which] for which in duties["rule"]]
    terms = [rule.term(assessment.as_of) for rule in owed]
    said = {
        "rule": [rule.id for rule in owed],
        "rule_name": [rule.name for rule in owed],
        "duty": [rule.duty for rule in owed],
        "applies": [applies_sentence(rule) for rule in owed],
        "asks": [asks_sentence(rule) for rule in owed],
        "period": [_label(term) for term in terms],
    }
    columns = {name: pd.Series(values, dtype=object) for name, values in said.items()}
    return pd.DataFrame(
        {
            **columns,
            "state": duties["state"].astype(object),
            "never": duties["never"],
            "counted": duties["counted"],
            "times": pd.Series([rule.times for rule in owed], dtype="int64"),
            "verified": duties["verified"],
            "last_inspection": duties["last"],
            "source": pd.Series([rule.source for rule in owed], dtype=object),
        }
    )


def _label(term: Term | None) -> str | None:
    return term.period.label if term else None


def applies_sentence(rule: Rule) -> str:
    """Say which places a rule is for."""
    applies = rule.applies
    lists = {"行业": applies.industry, "风险等级": applies.risk, "标签": applies.tags, "监管部门": applies.department}
    parts = [f"{title}为{'或'.join(words)}" for title, words in lists.items() if words]
    if applies.min_headcount is not None:
        parts.append(f"从业人数不少于{applies.min_headcount}人")
    if applies.place_id:
        parts.append("列入名单")
    return f"适用于{'、'.join(parts)}的场所" if parts else "适用于所有场所"


def asks_sentence(rule: Rule) -> str:
    """Say how often a rule asks for an inspection, and whose inspections count."""
    often = CALENDARS[rule.every].chinese if rule.every else campaign_chinese(rule.campaign) if rule.campaign else ""
    who = "、".join(BY_CHINESE[word] for word in rule.by) if rule.by else "除企业自查外的检查"
    covering = f"，只计覆盖{'或'.join(rule.covering)}的" if rule.covering else ""
    kind = "，只计经核实的" if rule.verified else ""
    return f"{often}{rule.times}次（{who}{covering}{kind}）"
