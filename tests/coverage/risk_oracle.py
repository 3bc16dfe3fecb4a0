# ruff: noqa: D103 - the names are the words of docs/risk.md
"""The score of a place and what came back, spelled out in plain loops over the same cases as `oracle`."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from tests.coverage.oracle import Case, Row, before, day_of, duties, known, spells

FEWER = {"低": 0, "一般": 1, "较大": 2, "重大": 3}


def found(case: Case) -> list[Row]:
    """Hazards found by D that are none written down by mistake."""
    return [one for one in case["hazards"] if before(case, one["found_at"]) and not one["void"]]


def by_then(case: Case, moment: Any) -> date | None:
    day = day_of(case, moment)
    return day if day is not None and day <= case["as_of"] else None


def rectified_day(case: Case, hazard: Row) -> date | None:
    days = [by_then(case, hazard[name]) for name in ("rectified_at", "closed_at")]
    return min((day for day in days if day is not None), default=None)


def overdue(case: Case, hazard: Row) -> bool:
    is_open = rectified_day(case, hazard) is None
    return is_open and hazard["deadline"] is not None and hazard["deadline"] < case["as_of"]


def in_time(case: Case, hazard: Row) -> bool:
    done = rectified_day(case, hazard)
    if done is None:
        return False
    if hazard["deadline"] is None:
        return done == day_of(case, hazard["found_at"])
    return bool(done <= hazard["deadline"])


def late(case: Case, hazard: Row) -> bool:
    done = rectified_day(case, hazard)
    return done is not None and hazard["deadline"] is not None and done > hazard["deadline"]


def recurring(case: Case, hazard: Row) -> bool:
    if hazard["place_id"] is None or hazard["category"] is None:
        return False
    day = day_of(case, hazard["found_at"])
    for other in found(case):
        done = rectified_day(case, other)
        same = other["place_id"] == hazard["place_id"] and other["category"] == hazard["category"]
        if other is hazard or not same or done is None:
            continue
        if done >= day_of(case, other["found_at"]) and done < day <= done + timedelta(days=180):
            return True
    return False


def open_places(case: Case) -> list[Row]:
    """Places known on D that are neither closed nor suspended by their own columns."""
    row = {"id": "", "name": "", "duty": "routine"}
    own = {**case, "exemptions": []}
    return [place for place in known(case) if not spells(own, row, place)]


def proposals(case: Case, policy: Any) -> list[Row]:
    owed = duties(case)
    rows = []
    for place in open_places(case):
        mine = [one for one in found(case) if one["place_id"] == place["id"]]
        lately = [one for one in mine if day_of(case, one["found_at"]) > case["as_of"] - timedelta(days=policy.days)]
        counts = {
            "major": len([one for one in lately if one["level"] == "重大"]),
            "general": len([one for one in lately if one["level"] != "重大"]),
            "open": len([one for one in mine if rectified_day(case, one) is None]),
            "overdue": len([one for one in mine if overdue(case, one)]),
            "recurring": len([one for one in lately if recurring(case, one)]),
            "missed": len([one for one in owed if one["place"]["id"] == place["id"] and one["state"] == "overdue"]),
        }
        points = {name: min(policy.each[name] * n, policy.most[name]) for name, n in counts.items()}
        points["industry"] = policy.industry.get(place["industry"], policy.industry["其他"])
        people = place["headcount"] or 0
        points["headcount"] = max((p for least, p in policy.headcount if people >= least), default=0)
        points["worrying"] = policy.worrying if "不放心点位" in place["tags"] else 0
        score = round(sum(points.values()), 4)
        proposed = "低"
        for risk in ("一般", "较大", "重大"):
            if score >= policy.levels[risk]:
                proposed = risk
        proposed = max(proposed, policy.least.get(place["industry"], "低"), key=lambda risk: FEWER[risk])
        change = "unrated"
        if place["risk"] is not None:
            more = FEWER[proposed] - FEWER[place["risk"]]
            change = "raised" if more > 0 else "lowered" if more < 0 else "same"
        rows.append(
            {
                "place_id": place["id"],
                "risk": place["risk"],
                "proposed": proposed,
                "change": change,
                "risk_score": score,
                **{f"points_{name}": value for name, value in points.items()},
                **{f"count_{name}": value for name, value in counts.items()},
            }
        )
    return rows
