# ruff: noqa: D103 - the names are the words of the contract
"""The rates of hazards, spelled out row by row; a case is one of `tests.coverage.oracle`."""

from __future__ import annotations

from datetime import date, timedelta
from statistics import median
from typing import Any

from tests.coverage.oracle import (
    LEVELS,
    Case,
    Row,
    area_groups,
    before,
    day_of,
    group_in_level,
    hazard_key,
    hazard_xy,
    officer_key,
    officer_name,
    officer_of,
    place_of,
    ratio,
    shown_level,
    stands,
    text_order,
)

Days = tuple[date, date] | None
ONE_DAY = timedelta(days=1)


def put_right(case: Case, hazard: Row) -> date | None:
    """Give the first day up to D on which it was put right or closed."""
    days = [day_of(case, hazard[name]) for name in ("rectified_at", "closed_at") if before(case, hazard[name])]
    return min((day for day in days if day is not None), default=None)


def found_on(case: Case, hazard: Row) -> date:
    day = day_of(case, hazard["found_at"])
    assert day is not None
    return day


def recurs(case: Case, hazard: Row, within: int) -> bool:
    for other in case["hazards"]:
        if other["void"] or not before(case, other["found_at"]) or not traceable(case, other):
            continue
        if (other["place_id"], other["category"]) != (hazard["place_id"], hazard["category"]):
            continue
        ended = put_right(case, other)
        if ended is None or ended < found_on(case, other):
            continue
        for wait in range(1, within + 1):
            if ended + wait * ONE_DAY == found_on(case, hazard):
                return True
    return False


def traceable(case: Case, hazard: Row) -> bool:
    return place_of(case, hazard) is not None and hazard["category"] is not None


def during(period: Days, day: date) -> bool:
    return period is None or period[0] <= day <= period[1]


def hazard_rates(case: Case, by: str, period: Days, within: int) -> list[Row]:
    found = [one for one in case["hazards"] if before(case, one["found_at"]) and during(period, found_on(case, one))]
    checks = [one for one in case["inspections"] if before(case, one["at"]) and during(period, checked_on(case, one))]
    if by in ("level", "category"):
        checks = []
    rows = []
    if by in LEVELS:
        level = shown_level(case, by)
        for kind, code, name in area_groups(case, level):
            hazards = [one for one in found if group_in_level(case, level, hazard_xy(case, one)) == (kind, code)]
            made = [one for one in checks if group_in_level(case, level, check_xy(case, one)) == (kind, code)]
            if kind == "area" or hazards or made:
                rows.append({kind: code, "name": name} | count(case, hazards, made, by, within))
        return rows
    keys = {hazard_key(case, one, by) for one in found} | {check_key(case, one, by) for one in checks}
    for key in sorted(keys, key=text_order(by)):
        hazards = [one for one in found if hazard_key(case, one, by) == key]
        made = [one for one in checks if check_key(case, one, by) == key]
        name = officer_name(case, key) if by == "officer" else "未填" if key == "unknown" else key
        rows.append({"key": key, "name": name} | count(case, hazards, made, by, within))
    return rows


def checked_on(case: Case, inspection: Row) -> date:
    day = day_of(case, inspection["at"])
    assert day is not None
    return day


def check_xy(case: Case, inspection: Row) -> tuple[float, float] | None:
    place = place_of(case, inspection)
    return stands(case, place) if place else None


def check_key(case: Case, inspection: Row, by: str) -> str:
    place = place_of(case, inspection)
    if by == "officer":
        if inspection["officer"] is not None:
            return officer_key(case, inspection["officer"])
        return officer_of(case, place) if place else "unknown"
    return (place[by] if place else None) or "unknown"


def count(case: Case, hazards: list[Row], checks: list[Row], by: str, within: int) -> Row:
    valid = [one for one in hazards if not one["void"]]
    right = {one["id"]: put_right(case, one) for one in valid}
    rectified = [one for one in valid if right[one["id"]] is not None]
    still_open = [one for one in valid if right[one["id"]] is None]
    overdue = [one for one in still_open if one["deadline"] is not None and one["deadline"] < case["as_of"]]
    in_time, late = [], []
    for one in rectified:
        if one["deadline"] is None:
            in_time += [one] if right[one["id"]] == found_on(case, one) else []
        elif right[one["id"]] <= one["deadline"]:
            in_time.append(one)
        else:
            late.append(one)
    closed = [one for one in valid if before(case, one["closed_at"])]
    days = waits([(found_on(case, one), right[one["id"]]) for one in rectified])
    days_closed = waits([(found_on(case, one), day_of(case, one["closed_at"])) for one in closed])
    recurring = [one for one in valid if traceable(case, one) and recurs(case, one, within)]
    known = [one for one in valid if traceable(case, one)]
    unchecked = by in ("level", "category")
    return {
        "found": len(valid),
        "rectified": len(rectified),
        "closed": len(closed),
        "open": len(still_open),
        "overdue": len(overdue),
        "in_time": len(in_time),
        "late": len(late),
        "recurring": len(recurring),
        "traceable": len(known),
        "major": sum(one["level"] == "重大" for one in valid),
        "major_open": sum(one["level"] == "重大" for one in still_open),
        "void": len(hazards) - len(valid),
        "rectified_rate": ratio(len(rectified), len(valid)),
        "closed_rate": ratio(len(closed), len(valid)),
        "in_time_rate": ratio(len(in_time), len(in_time) + len(late) + len(overdue)),
        "recurring_rate": ratio(len(recurring), len(known)),
        "mean_days": sum(days) / len(days) if days else None,
        "median_days": median(days) if days else None,
        "mean_days_closed": sum(days_closed) / len(days_closed) if days_closed else None,
        "median_days_closed": median(days_closed) if days_closed else None,
        "hazard_places": len({one["place_id"] for one in valid if place_of(case, one)}),
        "inspections": None if unchecked else len(checks),
        "places_checked": None if unchecked else len({one["place_id"] for one in checks if place_of(case, one)}),
        "per_inspection": None if unchecked else ratio(len(valid), len(checks)),
    }


def waits(pairs: list[tuple[date, Any]]) -> list[int]:
    return [(last - first).days for first, last in pairs if last >= first]
