"""The words of the circular (通报) of an appraisal: one template, figures put in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from coverage.appraisal import UNIT_WORDS, Appraisal
from coverage.appraisal_policy import INDICATORS
from geodata.rounding import percent

NAMED = 3
"""So many of the best and of those behind are named."""
WEAK = 2
"""So many indicators are named of each that is behind."""

TEMPLATE = """\
关于{period}安全生产检查和隐患整改工作考核情况的通报

各村（社区），各有关部门：

现将{town}{period}{unit}安全生产检查和隐患整改工作考核情况通报如下（数据统计截至{day}）。

一、总体情况

本次共考核{unit}{count}个，{average}{totals}

二、考核结果

{ranking}

三、存在的主要问题

{problems}

四、工作要求

（一）对照短板抓整改。各{unit}要对照本通报和附表，逐项核对未完成的检查任务和未整改的隐患，明确责任人和完成时限。
（二）突出重点抓落实。对重大隐患要落实整改措施、责任、资金、时限和预案，整改完成前落实管控措施；对反复出现的隐患要查明原因。
（三）如实检查、如实记录。检查要到现场，检查情况和整改情况要及时、准确录入，做到有据可查。

附件：{period}{unit}考核评分表
"""


def notice_text(appraisal: Appraisal) -> str:
    """Give the text of the circular, paragraph by paragraph; neutral, with names, figures, problems, requirements.

    The title is the first line; letterhead, signature and the table stand on the paper around it.
    """
    rows = appraisal.rows[appraisal.rows["score"].notna()]
    day = appraisal.as_of
    best, behind = _ends(rows)
    return TEMPLATE.format(
        town=appraisal.town.name,
        period=appraisal.period.chinese,
        unit=UNIT_WORDS[appraisal.unit],
        day=f"{day.year}年{day.month}月{day.day}日",
        count=len(appraisal.rows),
        average=f"平均得分{rows['score'].mean():.2f}分。" if len(rows) else "均没有可考核的内容。",
        totals=_totals(appraisal),
        ranking=_ranking(best, behind, appraisal),
        problems=_problems(behind, appraisal),
    )


def _ends(rows: pd.DataFrame) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Give the best and those behind, the last one last; nobody is both."""
    named = min(NAMED, len(rows) // 2) or len(rows[:1])
    best = rows.head(named).to_dict("records")
    behind = rows.iloc[max(named, len(rows) - NAMED) :].to_dict("records")
    return [{str(k): v for k, v in row.items()} for row in best], [
        {str(k): v for k, v in row.items()} for row in behind
    ]


def _totals(appraisal: Appraisal) -> str:
    """Say every indicator of all units together."""
    said = []
    for name in appraisal.indicators:
        part, whole = (int(appraisal.rows[f"{side}_{name}"].sum()) for side in ("part", "whole"))
        if whole:
            said.append(_figures(name, part, whole))
    return f"{'；'.join(said)}。" if said else ""


def _figures(name: str, part: int, whole: int) -> str:
    kind = INDICATORS[name]
    return f"{kind.name}{percent(part / whole)}%（{kind.whole}{whole:,}{kind.unit}，{kind.part}{part:,}{kind.unit}）"


def _ranking(best: Sequence[dict[str, Any]], behind: Sequence[dict[str, Any]], appraisal: Appraisal) -> str:
    if not best:
        return "本季度没有可评分的单位。"
    said = f"得分靠前的是{_scored(best)}。"
    if behind:
        said += f"得分靠后的是{_scored(behind)}。"
    without = appraisal.rows.loc[appraisal.rows["score"].isna(), "name"].tolist()
    return said + (f"{'、'.join(without)}没有可考核的内容，不排名。" if without else "")


def _scored(rows: Sequence[dict[str, Any]]) -> str:
    return "、".join(f"{row['name']}（第{row['rank']}名，{row['score']:.2f}分）" for row in rows)


def _problems(behind: Sequence[dict[str, Any]], appraisal: Appraisal) -> str:
    lines = [f"{row['name']}：{said}。" for row in behind if (said := _weak(row, appraisal))]
    return "\n".join(lines) or "各项指标没有突出的短板，个别任务和隐患仍待完成，详见附表。"


def _weak(row: dict[str, Any], appraisal: Appraisal) -> str:
    """Say the indicators by which a unit lost most points."""
    lost = []
    for name in appraisal.indicators:
        points, value = row[f"points_{name}"], row[f"value_{name}"]
        if value < 1:  # NaN compares as False
            lost.append((appraisal.policy.weights[name] * (1 - value), name, points))
    worst = sorted(lost, key=lambda each: -each[0])[:WEAK]
    return "，".join(_figures(name, int(row[f"part_{name}"]), int(row[f"whole_{name}"])) for _, name, _ in worst)
