"""What each figure is called in an office's table, and how it is written there."""

from __future__ import annotations

from typing import Literal

from coverage.course.clocks import CLOCK_WORDS
from coverage.course.transitions import NEXT, ROLE_WORDS, STATE_WORDS
from coverage.hotspots.words import CLASS_WORDS, COURSE_WORDS
from coverage.risk_policy import CHANGES, COUNTED, FACTORS
from geodata.model import LEVELS
from geodata.rounding import percent
from grids.findings import KINDS

Style = Literal["text", "count", "number", "rate", "whole"]

HEADERS: dict[str, tuple[str, Style]] = {
    "area": ("编码", "text"),
    "key": ("分组", "text"),
    "name": ("名称", "text"),
    "places": ("监管场所", "count"),
    "duties": ("任务", "count"),
    "owed": ("应查", "count"),
    "done": ("已查", "count"),
    "pending": ("待查", "count"),
    "overdue": ("逾期", "count"),
    "never": ("从未检查", "count"),
    "exempt": ("免查", "count"),
    "coverage_rate": ("覆盖率", "rate"),
    "verified_rate": ("核实率", "rate"),
    "found": ("发现", "count"),
    "rectified": ("已整改", "count"),
    "closed": ("已销号", "count"),
    "open": ("未整改", "count"),
    "major": ("重大隐患", "count"),
    "major_open": ("重大未整改", "count"),
    "void": ("误录", "count"),
    "rectified_rate": ("整改率", "rate"),
    "closed_rate": ("销号率", "rate"),
    "in_time": ("按期整改", "count"),
    "late": ("超期整改", "count"),
    "recurring": ("反复", "count"),
    "traceable": ("可判反复", "count"),
    "in_time_rate": ("按期整改率", "rate"),
    "recurring_rate": ("反复率", "rate"),
    "mean_days": ("平均整改天数", "number"),
    "median_days": ("整改天数中位数", "number"),
    "mean_days_closed": ("平均销号天数", "number"),
    "median_days_closed": ("销号天数中位数", "number"),
    "hazard_places": ("有隐患场所", "count"),
    "places_checked": ("查过的场所", "count"),
    "place_id": ("场所编号", "text"),
    "rank_within": ("本市（省）名次", "count"),
    "towns": ("镇街数", "count"),
    "areas": ("区域数", "count"),
    "tested": ("已检验", "count"),
    "hot": ("热点", "count"),
    "cold": ("冷点", "count"),
    "no_data": ("无数据", "count"),
    "hot_rate": ("热点占比", "rate"),
    "verified": ("已核实", "count"),
    "grid": ("网格", "text"),
    "community": ("村/社区", "text"),
    "district": ("片区", "text"),
    "rule": ("规则", "text"),
    "rule_name": ("规则名称", "text"),
    "state": ("状态", "text"),
    "last_inspection": ("上次检查", "text"),
    "days_since": ("距今天数", "count"),
    "period": ("周期", "text"),
    "risk": ("风险等级", "text"),
    "score": ("紧要程度", "number"),
    "why": ("原因", "text"),
    "industry": ("行业", "text"),
    "department": ("监管部门", "text"),
    "officer": ("安全员", "text"),
    "officer_name": ("安全员姓名", "text"),
    "lon": ("经度", "number"),
    "lat": ("纬度", "number"),
    "row": ("行", "count"),
    "column": ("列", "text"),
    "value": ("值", "text"),
    "problem": ("问题", "text"),
    "what": ("修复", "text"),
    "depart": ("出发", "text"),
    "home": ("回来", "text"),
    "travel_minutes": ("路上分钟", "number"),
    "stay_minutes": ("停留分钟", "number"),
    "prize": ("分数", "number"),
    "code": ("编码", "text"),
    "kind": ("问题类别", "text"),
    "codes": ("编码", "text"),
    "m2": ("平方米", "whole"),
    "sentence": ("说明", "text"),
    "level": ("级别", "text"),
    "parent": ("上级编码", "text"),
    "manager": ("负责人", "text"),
    "load": ("每月分钟", "number"),
    "wanted": ("应有分钟", "number"),
    "off": ("偏差", "rate"),
    "compactness": ("规整度", "number"),
    "came_from": ("沿用编码", "text"),
    "stand_in": ("替班人", "text"),
    "leader": ("包保领导", "text"),
    "inspection_id": ("检查编号", "text"),
    "grade": ("等级", "text"),
    "suspect": ("存疑", "text"),
    "suspicion": ("存疑程度", "number"),
    "marks": ("标记", "text"),
    "place_name": ("场所", "text"),
    "distance_m": ("离场所（米）", "whole"),
    "verdict": ("人工复核", "text"),
    "review_reason": ("复核依据", "text"),
    "reviewer": ("复核人", "text"),
    "reviewed_on": ("复核日期", "text"),
    "visits": ("检查", "count"),
    "grade_a": ("A 证实", "count"),
    "grade_b": ("B 相符", "count"),
    "grade_c": ("C 仅登记", "count"),
    "grade_d": ("D 存疑", "count"),
    "supported_rate": ("有定位证实", "rate"),
    "suspect_rate": ("存疑率", "rate"),
    "rank": ("序", "count"),
    "last_seen": ("上次到过", "text"),
    "walk": ("趟", "count"),
    "stops": ("停留点", "count"),
    "streets": ("道路", "count"),
    "ground": ("地面", "count"),
    "gaps": ("缺口", "count"),
    "minutes": ("分钟", "whole"),
    "first": ("从哪里开始", "text"),
    "score_why": ("紧要程度的由来", "text"),
    "stake": ("分量", "number"),
    "urgency": ("逾期系数", "number"),
    "lateness": ("间隔（期）", "number"),
    "history": ("隐患史系数", "number"),
    "worry": ("不放心系数", "number"),
    "metres": ("距离（米）", "whole"),
    "street": ("道路", "text"),
    "class": ("道路等级", "text"),
    "length_m": ("长度（米）", "whole"),
    "walked_m": ("走到（米）", "whole"),
    "missed_m": ("未走到（米）", "whole"),
    "no_data_m": ("无数据（米）", "whole"),
    "never_m": ("从未走到（米）", "whole"),
    "walked_rate": ("走到率", "rate"),
    "last_walked": ("上次走到", "text"),
    "oldest": ("全部走到自", "text"),
    "area_m2": ("面积（平方米）", "whole"),
    "masked_m2": ("不计（平方米）", "whole"),
    "seen_m2": ("看到（平方米）", "whole"),
    "missed_m2": ("未看到（平方米）", "whole"),
    "no_data_m2": ("无数据（平方米）", "whole"),
    "seen_rate": ("看到率", "rate"),
    "before": ("原来", "text"),
    "ask": ("先问", "text"),
    "ends": ("期末", "text"),
    "left": ("还差（次）", "count"),
    "days_gone": ("已过工作日", "count"),
    "days_left": ("剩余工作日", "count"),
    "pace": ("进度（次/日）", "number"),
    "needed": ("需要（次/日）", "number"),
    "expected_done": ("预计已查", "count"),
    "expected_rate": ("预计覆盖率", "rate"),
    "done_after": ("再查后已查", "count"),
    "coverage_rate_after": ("再查后覆盖率", "rate"),
    "verified_rate_after": ("再查后核实率", "rate"),
    "by": ("依据", "text"),
    "id": ("编号", "text"),
    "month": ("月份", "text"),
    "inspections": ("检查", "count"),
    "hazards": ("隐患", "count"),
    "per_inspection": ("每次检查隐患", "number"),
    "per_inspection_low": ("下限（95%）", "number"),
    "per_inspection_high": ("上限（95%）", "number"),
    "smoothed": ("平滑后每次", "number"),
    "km2": ("平方公里", "number"),
    "per_km2": ("每平方公里隐患", "number"),
    "per_km2_30d": ("每平方公里每30天隐患", "number"),
    "neighbours": ("相邻区域", "count"),
    "inspection_z": ("按次 Gi* z", "number"),
    "inspection_p": ("按次 p", "number"),
    "inspection_fdr": ("按次校正 p", "number"),
    "inspection_class": ("按检查次数", "text"),
    "area_z": ("按面积 Gi* z", "number"),
    "area_p": ("按面积 p", "number"),
    "area_fdr": ("按面积校正 p", "number"),
    "area_class": ("按面积", "text"),
    "z": ("Gi* z", "number"),
    "heat": ("类别", "text"),
    "course": ("逐月变化", "text"),
    "trend": ("趋势 S", "count"),
    "trend_p": ("趋势 p", "number"),
    "months_seen": ("有数据月数", "count"),
    "hot_months": ("热点月数", "count"),
    "peak_km2": ("核密度最高（条/平方公里）", "number"),
    "peak_lon": ("最密处经度", "number"),
    "peak_lat": ("最密处纬度", "number"),
    "area_name": ("村/社区", "text"),
    "task": ("要办的事", "text"),
    "category": ("类别", "text"),
    "deadline": ("整改期限", "text"),
    "responsible": ("责任人", "text"),
    "turn": ("该谁办", "text"),
    "last_entry": ("上次更新", "text"),
    "hazard_id": ("隐患编号", "text"),
    "overdue_days": ("逾期工作日", "count"),
    "nth": ("第几次", "count"),
    "addressee": ("送达", "text"),
    "place": ("场所", "text"),
    "clock": ("期限情况", "text"),
    "withheld": ("略去的内容", "text"),
    "old": ("原区域", "text"),
    "proposed": ("建议等级", "text"),
    "risk_score": ("风险分", "number"),
    "change": ("变化", "text"),
    **{f"points_{name}": (f"{word}（分）", "number") for name, word in FACTORS.items()},
    **{f"count_{name}": (f"{word}（数）", "count") for name, word in COUNTED.items()},
    "new": ("新区域", "text"),
    "date": ("日期", "text"),
    "number": ("第几站", "count"),
    "routes": ("路线", "count"),
    "visited": ("去过", "count"),
    "by_other": ("别人去过", "count"),
    "skipped": ("跳过", "count"),
    "not_done": ("没去", "count"),
    "extra": ("多查", "count"),
    "done_rate": ("完成率", "rate"),
    "in_order": ("按顺序", "text"),
    "planned": ("计划", "text"),
    "late_minutes": ("晚（分钟）", "whole"),
    "by_name": ("谁查的", "text"),
    "reason": ("跳过的原因", "text"),
    "note": ("说明", "text"),
    "planned_minutes": ("计划分钟", "whole"),
    "track_minutes": ("轨迹分钟", "whole"),
    "planned_m": ("计划（米）", "whole"),
    "tracks": ("有轨迹", "count"),
    "tracked_planned_m": ("其中计划（米）", "whole"),
    "tracked_planned_minutes": ("其中计划分钟", "whole"),
    "source": ("来源", "text"),
    "median": ("中位数", "number"),
    "q1": ("下四分位", "number"),
    "q3": ("上四分位", "number"),
    "outliers": ("离群", "count"),
    "rule_minutes": ("规则分钟", "whole"),
    "proposed_minutes": ("建议分钟", "whole"),
    "grouped_by": ("按", "text"),
    "at": ("时间", "text"),
}
"""Field → Chinese header, and whether it is a text, a count, a number or a rate."""

WORDS: dict[str, dict[str, str]] = {
    "state": {"overdue": "逾期", "pending": "待查", "done": "已查", "exempt": "免查", "missed": "未走到"}
    | {"visited": "去过", "by_other": "别人去过", "skipped": "跳过", "not_done": "没去"}
    | {"sent": "已发出", "draft": "草稿"}
    | {str(state): word for state, word in STATE_WORDS.items()},
    "clock": dict(CLOCK_WORDS),
    "turn": {";".join(roles): "、".join(ROLE_WORDS[role] for role in roles) for _, roles in NEXT.values()},
    "never": {"True": "是", "False": "否"},
    "level": {str(level): level.chinese for level in LEVELS},
    "verdict": {"genuine": "核实属实", "doubtful": "仍存疑", "false": "核实不属实"},
    "kind": KINDS | {"places": "场所", "streets": "道路", "ground": "地面"},
    "inspection_class": CLASS_WORDS,
    "area_class": CLASS_WORDS,
    "heat": CLASS_WORDS,
    "course": COURSE_WORDS,
    "change": dict(CHANGES),
    "grouped_by": {"industry": "行业", "risk": "风险等级", "other": "其他", "hazards": "发现隐患"},
    "source": {"track": "轨迹", "checkins": "登记"},
    "in_order": {"True": "是", "False": "否"},
}
"""Values that are said in Chinese to people (never in JSON or CSV)."""


BEFORE, CHANGE = "_before", "_change"
"""Ends of the fields of a comparison: the figure of the period before, and by how much it changed."""


def header(field: str) -> str:
    """Give the Chinese header of a field; a field without one stands for itself."""
    base = field.removesuffix(BEFORE).removesuffix(CHANGE)
    if base == field or base not in HEADERS:
        return HEADERS.get(field, (field, "text"))[0]
    word, kind = HEADERS[base]
    if field.endswith(BEFORE):
        return f"上期{word}"
    return f"{word}增减（百分点）" if kind == "rate" else f"{word}增减"


def style(field: str) -> Style:
    """Give how a field is written; a field that is not known is a text."""
    base = field.removesuffix(BEFORE).removesuffix(CHANGE)
    return HEADERS.get(field, HEADERS.get(base, (field, "text")))[1]


def spoken(field: str, value: object) -> str:
    """Give the text of one value as a person reads it; nothing for a missing one."""
    if value is None:
        return ""
    if field in WORDS and str(value) in WORDS[field]:
        return WORDS[field][str(value)]
    match style(field):
        case _ if field.endswith(CHANGE) and isinstance(value, float | int):
            text = _changed(style(field), value)
        case "rate" if isinstance(value, float | int):
            text = f"{percent(value)}%"
        case "whole" | "number" if isinstance(value, float):
            text = _decimals(field, value)
        case "count" if isinstance(value, int) and not isinstance(value, bool):
            text = f"{value:,}"
        case _:
            text = str(value)
    return text


def _decimals(field: str, value: float) -> str:
    if field in ("lon", "lat", "peak_lon", "peak_lat"):
        return f"{value:.6f}".rstrip("0").rstrip(".")
    return f"{value:,.0f}" if style(field) == "whole" else f"{value:.2f}"


def _changed(kind: Style, value: float) -> str:
    """Write a difference with its sign, of rates in percentage points; none as 0."""
    if kind == "count":
        return f"{value:+,}" if value else "0"
    text = f"{value * 100:+.1f}" if kind == "rate" else f"{value:+.2f}"
    return text if float(text) else text[1:]
