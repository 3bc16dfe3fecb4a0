# ruff: noqa: D103 - the names are the words of the contract
"""The definitions, spelled out in plain loops: what `coverage` must give, place by place and day by day.

Knows nothing of the code it judges. A case is a dict of plain lists and dicts:

town        {"code", "level", "name", "zone", "tolerance"}
areas       [{"level", "code", "name", "since", "until", "box": (west, south, east, north) or None}], the root left
            out; in force from `since` until the day before `until`, None: always
places      [{"id", "name", "industry", "risk", "department", "headcount", "tags": [..], "opened", "closed", "status",
            "xy": (lon, lat) or None}]
inspections [{"id", "place_id", "officer", "by", "at": aware datetime, "accuracy", "geotag", "covers": [..], "xy"}]
exemptions  [{"place_id", "kind": "suspended" or "exempt", "duty", "first", "last"}]
moves       [{"place_id", "day", "xy"}], where the place stood before that day
decisions   [{"place_id", "at": aware datetime, "before"}], the risk before somebody decided, in the order of writing
officers    [{"id", "name", "role", "area"}]
hazards     [{"id", "inspection_id", "place_id", "found_at", "level", "category", "deadline", "rectified_at",
            "closed_at", "void", "xy"}]
rules       [{"id", "name", "duty", "applies": {..}, "by", "times", "verified", "covering": [..], "from", "until", and
            "every", "window", "yearly": ("MM-DD", "MM-DD"), or "holiday" with "before", "after"}], the newest file
earlier     [{"until", "rules"}], the files before, the oldest first: each holds until the day before `until`
as_of       date
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
from pyproj import Geod

Case = dict[str, Any]
Row = dict[str, Any]

LEVELS = ["city", "town", "district", "community", "grid"]
CHINESE = {"city": "市", "town": "镇街", "district": "片区", "community": "村/社区", "grid": "网格"}
A_YEAR = {"week": 52.18, "month": 12, "quarter": 4, "half-year": 2, "year": 1, "two-years": 0.5}
ONE_DAY = timedelta(days=1)
EARTH = Geod(ellps="WGS84")


FOREVER = date(9000, 1, 1)
FESTIVALS = {
    "国庆节": [date(year, 10, 1) for year in range(2016, 2031)],
    "春节": [
        *(date(2017, 1, 28), date(2018, 2, 16), date(2019, 2, 5), date(2020, 1, 25), date(2021, 2, 12)),
        *(date(2022, 2, 1), date(2023, 1, 22), date(2024, 2, 10), date(2025, 1, 29), date(2026, 2, 17)),
        *(date(2027, 2, 6), date(2028, 1, 26), date(2029, 2, 13)),
    ],
    "端午节": [
        *(date(2017, 5, 30), date(2018, 6, 18), date(2019, 6, 7), date(2020, 6, 25), date(2021, 6, 14)),
        *(date(2022, 6, 3), date(2023, 6, 22), date(2024, 6, 10), date(2025, 5, 31), date(2026, 6, 19)),
        *(date(2027, 6, 9), date(2028, 5, 28), date(2029, 6, 16)),
    ],
}
DUTY_WORDS = {"routine": "例行检查", "leader": "领导带队"}


class NoSuchLevel(Exception):
    """The town has no areas of the level asked for."""


# ── periods: walk day by day while the period stays the same ──


def same_period(every: str, one: date, other: date) -> bool:
    def mark(day: date) -> tuple[int, ...]:
        return {
            "week": tuple(day.isocalendar()[:2]),
            "month": (day.year, day.month),
            "quarter": (day.year, math.ceil(day.month / 3)),
            "half-year": (day.year, 1 if day.month < 7 else 2),
            "year": (day.year,),
            "two-years": (day.year // 2,),
        }[every]

    return mark(one) == mark(other)


@cache  # a year of two-years is walked for every duty
def period(every: str, day: date) -> tuple[date, date]:
    first = last = day
    while same_period(every, first - ONE_DAY, day):
        first -= ONE_DAY
    while same_period(every, last + ONE_DAY, day):
        last += ONE_DAY
    return first, last


def label(rule: Row, first: date, last: date) -> str:
    every = rule.get("every")
    if every is None:
        return f"{first.isoformat()}/{last.isoformat()}"
    if every == "week":
        thursday = first + 3 * ONE_DAY
        return f"{thursday.year}-W{(thursday - date(thursday.year, 1, 1)).days // 7 + 1:02d}"
    if every == "month":
        return first.strftime("%Y-%m")
    if every == "quarter":
        return f"{first.year}Q{last.month // 3}"
    if every == "half-year":
        return f"{first.year}H{last.month // 6}"
    return f"{first.year}" if every == "year" else f"{first.year}/{last.year}"


# ── where things are ──


def areas_in_force(case: Case) -> list[Row]:
    """Give the areas of the day."""
    return [
        area
        for area in case["areas"]
        if (area.get("since") is None or area["since"] <= case["as_of"])
        and (area.get("until") is None or case["as_of"] < area["until"])
    ]


def area_of(case: Case, level: str, xy: tuple[float, float] | None) -> str | None:
    """Code of the area that holds the point: the smallest code on borders. None: in none, or no point."""
    if xy is None:
        return None
    holding = []
    for area in areas_in_force(case):
        if area["level"] == level and area["box"] is not None:
            west, south, east, north = area["box"]
            if west <= xy[0] <= east and south <= xy[1] <= north:
                holding.append(area["code"])
    return min(holding) if holding else None


def levels(case: Case) -> list[str]:
    return [case["town"]["level"]] + [
        level
        for level in LEVELS
        if LEVELS.index(level) > LEVELS.index(case["town"]["level"])
        and any(area["level"] == level for area in areas_in_force(case))
    ]


def shown_level(case: Case, level: str) -> str:
    if level in levels(case):
        return level
    if level in ("city", "town"):
        return str(case["town"]["level"])
    raise NoSuchLevel(level)


def stood(case: Case, place: Row, day: date) -> tuple[float, float] | None:
    """Give where the place stood on a day: the old point of its first move after that day, else where it is now."""
    later = [move for move in case["moves"] if move["place_id"] == place["id"] and move["day"] > day]
    xy = min(later, key=lambda move: move["day"])["xy"] if later else place["xy"]
    return None if xy is None else (xy[0], xy[1])


def stands(case: Case, place: Row) -> tuple[float, float] | None:
    return stood(case, place, case["as_of"])


# ── what happened ──


def day_of(case: Case, moment: datetime | None) -> date | None:
    return None if moment is None else moment.astimezone(ZoneInfo(case["town"]["zone"])).date()


def verified(case: Case, inspection: Row, place: Row) -> bool:
    there = stood(case, place, inspection["day"])
    if inspection["xy"] is None or there is None or inspection["geotag"] in ("typed", "mock"):
        return False
    _, _, metres = EARTH.inv(*inspection["xy"], *there)
    accuracy = inspection["accuracy"]
    extra = min(accuracy, 100) if accuracy is not None and accuracy > 0 else 0
    return bool(metres <= case["town"]["tolerance"] + extra)


def happened(case: Case, place: Row) -> list[Row]:
    """Inspections of the place that can count as of D."""
    result = []
    for inspection in case["inspections"]:
        day = day_of(case, inspection["at"])
        if inspection["place_id"] != place["id"] or day is None or day > case["as_of"]:
            continue
        if place["opened"] is None or day >= place["opened"]:
            result.append(inspection | {"day": day})
    return result


def counts_for(case: Case, rule: Row, place: Row, only_verified: bool) -> list[date]:
    days = []
    for inspection in happened(case, place):
        who = inspection["by"] or "inspector"
        if rule.get("by") is None:
            if who == "enterprise":
                continue
        elif who not in rule["by"]:
            continue
        if rule.get("covering") and not set(rule["covering"]) & set(inspection["covers"]):
            continue
        if only_verified and not verified(case, inspection, place):
            continue
        days.append(inspection["day"])
    return days


# ── what is owed ──


def known(case: Case) -> list[Row]:
    return [
        at_risk(case, place) for place in case["places"] if place["opened"] is None or place["opened"] <= case["as_of"]
    ]


def at_risk(case: Case, place: Row) -> Row:
    """Give the place with the risk of the day: that before the first decision after it, else its own."""
    later = [
        one
        for one in case.get("decisions", [])
        if one["place_id"] == place["id"] and (day_of(case, one["at"]) or FOREVER) > case["as_of"]
    ]
    return place | {"risk": min(later, key=lambda one: one["at"])["before"]} if later else place


def matches(rule: Row, place: Row) -> bool:
    applies = rule.get("applies", {})
    for key in ("industry", "risk", "department"):
        if key in applies and place[key] not in applies[key]:
            return False
    if "tags" in applies and not any(tag in applies["tags"] for tag in place["tags"]):
        return False
    if "min_headcount" in applies and (place["headcount"] is None or place["headcount"] < applies["min_headcount"]):
        return False
    return not ("place_id" in applies and place["id"] not in applies["place_id"])


def rules_of(case: Case) -> list[Row]:
    """Rules of the file that holds on D which are in force, each with the day `since` which it asks the same."""
    files = [*case["earlier"], {"until": None, "rules": case["rules"]}]
    at = next(n for n, file in enumerate(files) if file["until"] is None or case["as_of"] < file["until"])
    found = []
    for rule in files[at]["rules"]:
        first = at
        while first > 0 and any(asks(other) == asks(rule) for other in files[first - 1]["rules"]):
            first -= 1
        begun = [files[first - 1]["until"]] if first > 0 else []
        begun += [rule["from"]] if "from" in rule else []
        since = max(begun) if begun else None
        over = "until" in rule and rule["until"] <= case["as_of"]
        if (since is None or since <= case["as_of"]) and not over:
            found.append(rule | {"since": since})
    return found


def asks(rule: Row) -> Row:
    return {key: value for key, value in rule.items() if key not in ("name", "source")}


def window(case: Case, rule: Row) -> tuple[date, date] | None:
    """Give the latest window of a campaign that has begun by D."""
    years = range(case["as_of"].year - 2, case["as_of"].year + 2)
    if "window" in rule:
        every = [rule["window"]]
    elif "yearly" in rule:
        first, last = rule["yearly"]
        every = [
            (date.fromisoformat(f"{year}-{first}"), date.fromisoformat(f"{year + (last < first)}-{last}"))
            for year in years
        ]
    else:
        before, after = (timedelta(days=rule.get(key, 0)) for key in ("before", "after"))
        every = [(day - before, day + after) for day in FESTIVALS[rule["holiday"]]]
    return max((one for one in every if one[0] <= case["as_of"]), default=None)


def owed_by(case: Case, place: Row) -> list[Row]:
    owed = []
    every = rules_of(case)
    for number, rule in enumerate(every):
        if not matches(rule, place):
            continue
        if "every" not in rule:
            now = window(case, rule)
            if now is not None and (rule["since"] is None or rule["since"] <= now[1]):
                owed.append(rule)
            continue
        beaten = False
        for other_number, other in enumerate(every):
            if other == rule or "every" not in other or other["duty"] != rule["duty"] or not matches(other, place):
                continue
            mine = rule.get("times", 1) * A_YEAR[rule["every"]]
            theirs = other.get("times", 1) * A_YEAR[other["every"]]
            if theirs > mine or (theirs == mine and other_number < number):
                beaten = True
        if not beaten:
            owed.append(rule)
    return owed


def spells(case: Case, rule: Row, place: Row) -> list[tuple[date, date]]:
    """First and last days on which nothing is asked of the place by the rule, as known on D."""
    found = []
    if place["closed"] is not None:
        if place["closed"] <= case["as_of"]:
            found.append((place["closed"], FOREVER))
    elif place["status"] in ("closed", "suspended"):
        found.append((date.min, FOREVER))
    called = (None, rule["id"], rule["name"], rule["duty"], DUTY_WORDS[rule["duty"]])
    for one in case["exemptions"]:
        for_it = one["kind"] == "suspended" or one["duty"] in called
        if one["place_id"] == place["id"] and for_it and one["first"] <= case["as_of"]:
            found.append((one["first"], one["last"] or FOREVER))
    return found


def off_through(case: Case, rule: Row, place: Row, first: date, last: date) -> bool:
    """Say whether the spells together hold every day from first to last."""
    day = first
    while day <= last:
        ends = [end for start, end in spells(case, rule, place) if start <= day <= end]
        if not ends:
            return False
        day = max(ends) + ONE_DAY
    return True


def opened_inside_or_later(place: Row, first: date) -> bool:
    return place["opened"] is not None and place["opened"] >= first


def judge(case: Case, rule: Row, place: Row) -> Row:
    """One duty: its state and what it rests on."""
    first, last = period(rule["every"], case["as_of"]) if "every" in rule else window(case, rule) or (FOREVER, FOREVER)
    times = rule.get("times", 1)
    counted = counts_for(case, rule, place, rule.get("verified", False))
    in_period = [day for day in counted if first <= day <= last]
    verified_in_period = [day for day in counts_for(case, rule, place, True) if first <= day <= last]
    if off_through(case, rule, place, first, last) or opened_inside_or_later(place, first):
        state = "exempt"
    elif len(in_period) >= times:
        state = "done"
    elif "every" not in rule:
        state = "overdue" if case["as_of"] > last else "pending"
    else:
        before_first, before_last = period(rule["every"], first - ONE_DAY)
        owed_before = (
            (rule["since"] is None or rule["since"] <= before_first)
            and not off_through(case, rule, place, before_first, before_last)
            and not opened_inside_or_later(place, before_first)
        )
        before = [day for day in counted if before_first <= day <= before_last]
        state = "overdue" if owed_before and len(before) < times else "pending"
    return {
        "rule": rule,
        "place": place,
        "state": state,
        "never": state == "overdue" and not counted,
        "verified": state != "exempt" and len(verified_in_period) >= times,
        "last": max(counted) if counted else None,
        "first_day": first,
        "last_day": last,
    }


def duties(case: Case) -> list[Row]:
    return [judge(case, rule, place) for place in known(case) for rule in owed_by(case, place)]


# ── who answers for a place ──


def officer_key(case: Case, text: str) -> str:
    if any(officer["id"] == text for officer in case["officers"]):
        return text
    named = [officer["id"] for officer in case["officers"] if officer["name"] == text]
    return named[0] if len(named) == 1 else text


def officer_of(case: Case, place: Row) -> str:
    for role in ("inspector", "grid_manager"):
        for level in reversed(levels(case)):
            code = case["town"]["code"] if level == case["town"]["level"] else area_of(case, level, stands(case, place))
            ids = [
                officer["id"]
                for officer in case["officers"]
                if code is not None and code in (officer["area"] or "").split(";") and officer["role"] == role
            ]
            if ids:
                return min(ids)
    seen = [one for one in happened(case, place) if one["officer"] is not None and one["by"] != "enterprise"]
    if not seen:
        return "unknown"
    latest = max(one["at"] for one in seen)
    return min(officer_key(case, one["officer"]) for one in seen if one["at"] == latest)


def officer_name(case: Case, key: str) -> str:
    if key == "unknown":
        return "未填"
    for officer in case["officers"]:
        if officer["id"] == key and officer["name"] is not None:
            return str(officer["name"])
    return key


# ── groups ──


def area_groups(case: Case, level: str) -> list[tuple[str, str, str]]:
    """Give the groups of a level, in the order shown: (area or key, code, name)."""
    if level == case["town"]["level"]:
        return [("area", case["town"]["code"], case["town"]["name"])]
    areas = sorted(
        (area for area in areas_in_force(case) if area["level"] == level), key=lambda area: as_read(area["code"])
    )
    groups = [("area", area["code"], area["name"] or area["code"]) for area in areas]
    return [*groups, ("key", "outside", f"不在任何{CHINESE[level]}"), ("key", "unlocated", "无坐标")]


def group_in_level(case: Case, level: str, xy: tuple[float, float] | None) -> tuple[str, str]:
    if level == case["town"]["level"]:
        return "area", case["town"]["code"]
    if xy is None:
        return "key", "unlocated"
    code = area_of(case, level, xy)
    return ("key", "outside") if code is None else ("area", code)


def text_order(by: str) -> Callable[[str], Any]:
    ranks = {"risk": ["重大", "较大", "一般", "低"], "level": ["重大", "一般"]}.get(by, [])
    return lambda key: (key == "unknown", ranks.index(key) if key in ranks else len(ranks), as_read(key))


def as_read(code: str) -> tuple[list[tuple[str, int]], str]:
    """Split a code into words and numbers, so that 2 stands before 10."""
    return [(word, int(number or -1)) for word, number in re.findall(r"([^0-9]*)([0-9]*)", code)], code


def ratio(part: int, whole: int) -> float | None:
    return part / whole if whole else None


# ── the three answers ──


def coverage_figures(case: Case, by: str) -> list[Row]:
    every_duty = duties(case)
    rows = []
    if by == "rule":
        for rule in rules_of(case):
            chosen = [duty for duty in every_duty if duty["rule"]["id"] == rule["id"]]
            rows.append({"key": rule["id"], "name": rule["name"]} | count(len(chosen), chosen))
        return rows
    if by in LEVELS:
        level = shown_level(case, by)
        for kind, code, name in area_groups(case, level):
            places = [
                place for place in known(case) if group_in_level(case, level, stands(case, place)) == (kind, code)
            ]
            if kind == "key" and not places:
                continue
            rows.append({kind: code, "name": name} | count(len(places), of_places(every_duty, places)))
        return rows

    def key_of(place: Row) -> str:
        return officer_of(case, place) if by == "officer" else place[by] or "unknown"

    for key in sorted({key_of(place) for place in known(case)}, key=text_order(by)):
        places = [place for place in known(case) if key_of(place) == key]
        name = officer_name(case, key) if by == "officer" else "未填" if key == "unknown" else key
        rows.append({"key": key, "name": name} | count(len(places), of_places(every_duty, places)))
    return rows


def of_places(every_duty: Iterable[Row], places: list[Row]) -> list[Row]:
    return [duty for duty in every_duty if any(duty["place"]["id"] == place["id"] for place in places)]


def count(places: int, chosen: list[Row]) -> Row:
    def having(state: str) -> int:
        return sum(duty["state"] == state for duty in chosen)

    owed = having("done") + having("pending") + having("overdue")
    return {
        "places": places,
        "duties": len(chosen),
        "owed": len(chosen) - having("exempt"),
        "done": having("done"),
        "pending": having("pending"),
        "overdue": having("overdue"),
        "never": sum(duty["never"] for duty in chosen),
        "exempt": having("exempt"),
        "coverage_rate": ratio(having("done"), owed),
        "verified_rate": ratio(sum(duty["verified"] for duty in chosen), owed),
    }


def find_gaps(case: Case, held_by: tuple[str, str] | None = None) -> list[Row]:
    """Rows of the gaps without `why`; `held_by` = (level, code) of the area asked for."""
    rows = []
    for duty in duties(case):
        place, rule = duty["place"], duty["rule"]
        if duty["state"] not in ("overdue", "pending"):
            continue
        if held_by is not None and group_in_level(case, held_by[0], stands(case, place)) != ("area", held_by[1]):
            continue
        key, xy = officer_of(case, place), stands(case, place)
        rows.append(
            {
                "place_id": place["id"],
                "name": place["name"],
                **{level: gap_area(case, level, place) for level in ("grid", "community", "district")},
                "rule": rule["id"],
                "rule_name": rule["name"],
                "state": duty["state"],
                "never": duty["never"],
                "last_inspection": duty["last"].isoformat() if duty["last"] else None,
                "days_since": (case["as_of"] - duty["last"]).days if duty["last"] else None,
                "period": label(rule, duty["first_day"], duty["last_day"]),
                "risk": place["risk"],
                "score": score(case, duty),
                **factors(case, duty),
                "industry": place["industry"],
                "department": place["department"],
                "officer": key,
                "officer_name": officer_name(case, key),
                "lon": xy[0] if xy else None,
                "lat": xy[1] if xy else None,
            }
        )
    return sorted(rows, key=lambda row: (-row["score"], row["place_id"], row["rule"]))


def gap_area(case: Case, level: str, place: Row) -> str | None:
    if level == case["town"]["level"]:
        return str(case["town"]["code"])
    return area_of(case, level, stands(case, place)) if level in levels(case) else None


def score(case: Case, duty: Row) -> float:
    product = 1.0
    for factor in exact_factors(case, duty).values():
        product *= factor
    return float(np.round(product, 4))  # as numpy rounds a half


def factors(case: Case, duty: Row) -> Row:
    return {name: float(np.round(factor, 4)) for name, factor in exact_factors(case, duty).items()}


def exact_factors(case: Case, duty: Row) -> dict[str, float]:
    place = duty["place"]
    weight = {"重大": 4, "较大": 3, "一般": 2, "低": 1, None: 1}[place["risk"]]
    since = duty["last"] or place["opened"]
    late = 12.0
    if since is not None:
        late = min(12.0, (case["as_of"] - since).days / ((duty["last_day"] - duty["first_day"]).days + 1))
    return {
        "stake": float(weight),
        "urgency": 1.0 if duty["state"] == "overdue" else 0.5,
        "lateness": late,
        "history": 1 + min(10, hazards_lately(case, place)) / 10,
        "worry": 1.5 if "不放心点位" in place["tags"] else 1.0,
    }


def hazards_lately(case: Case, place: Row) -> int:
    count = 0
    for hazard in case["hazards"]:
        if hazard["place_id"] != place["id"] or hazard["void"]:
            continue
        day = day_of(case, hazard["found_at"])
        if day is not None and 0 <= (case["as_of"] - day).days < 365:
            count += 5 if hazard["level"] == "重大" else 1
    return count


def hazard_figures(case: Case, by: str) -> list[Row]:
    found = [hazard for hazard in case["hazards"] if before(case, hazard["found_at"])]
    rows = []
    if by in LEVELS:
        level = shown_level(case, by)
        for kind, code, name in area_groups(case, level):
            chosen = [one for one in found if group_in_level(case, level, hazard_xy(case, one)) == (kind, code)]
            if kind == "area" or chosen:
                rows.append({kind: code, "name": name} | count_hazards(case, chosen))
        return rows
    for key in sorted({hazard_key(case, one, by) for one in found}, key=text_order(by)):
        chosen = [one for one in found if hazard_key(case, one, by) == key]
        name = officer_name(case, key) if by == "officer" else "未填" if key == "unknown" else key
        rows.append({"key": key, "name": name} | count_hazards(case, chosen))
    return rows


def before(case: Case, moment: datetime | None) -> bool:
    day = day_of(case, moment)
    return day is not None and day <= case["as_of"]


def place_of(case: Case, hazard: Row) -> Row | None:
    return next((at_risk(case, place) for place in case["places"] if place["id"] == hazard["place_id"]), None)


def hazard_xy(case: Case, hazard: Row) -> tuple[float, float] | None:
    place = place_of(case, hazard)
    return hazard["xy"] or (stands(case, place) if place else None)


def hazard_key(case: Case, hazard: Row, by: str) -> str:
    if by in ("level", "category"):
        return hazard[by] or "unknown"
    place = place_of(case, hazard)
    if by == "officer":
        for inspection in case["inspections"]:
            if inspection["id"] == hazard["inspection_id"] and inspection["officer"] is not None:
                return officer_key(case, inspection["officer"])
        return officer_of(case, place) if place else "unknown"
    return (place[by] if place else None) or "unknown"


def count_hazards(case: Case, chosen: list[Row]) -> Row:
    valid = [one for one in chosen if not one["void"]]
    closed = [one for one in valid if before(case, one["closed_at"])]
    rectified = [one for one in valid if before(case, one["rectified_at"]) or before(case, one["closed_at"])]
    still_open = [one for one in valid if one not in rectified]
    return {
        "found": len(valid),
        "rectified": len(rectified),
        "closed": len(closed),
        "open": len(still_open),
        "overdue": sum(one["deadline"] is not None and one["deadline"] < case["as_of"] for one in still_open),
        "major": sum(one["level"] == "重大" for one in valid),
        "major_open": sum(one["level"] == "重大" for one in still_open),
        "void": len(chosen) - len(valid),
        "rectified_rate": ratio(len(rectified), len(valid)),
        "closed_rate": ratio(len(closed), len(valid)),
    }
