"""`wangge hazard`, `step`, `todo`: one hazard's life, its next step, what is to be done."""

from __future__ import annotations

import argparse
import json
from datetime import date
from typing import Any

import geopandas as gpd
import pandas as pd

from api.cli.figures import today
from api.cli.output import deliver
from api.cli.rows import Figures, as_json
from api.cli.terminal import put, say, table, tell
from api.cli.usage import UsageProblem
from api.stepping import life_of, missing_five, take_step
from api.wire import NewStep
from coverage.course.clocks import NEEDED, Clocks, hazard_clocks
from coverage.course.policy import parse_policy
from coverage.course.publication import published
from coverage.course.replay import SAID_WORDS, Policy
from coverage.course.supervision import due_notices
from coverage.course.transitions import ROLE_WORDS, Action, Role
from coverage.course.work import work_list
from coverage.hazards import hazard_register
from geodata.errors import StepProblem
from geodata.ledger import Ledger
from geodata.store import Store, open_store
from grids.hierarchy import find_area

LISTED: dict[str, tuple[str, ...]] = {
    "clocks": ("id", "place_name", "area_name", "level", "category", "state", "deadline", "days_left", "turn"),
    "work": ("id", "task", "place_name", "area_name", "level", "deadline", "days_left", "responsible", "why"),
    "stale": ("id", "place_name", "area_name", "category", "state", "last_entry", "days_since", "deadline", "turn"),
    "supervise": ("hazard_id", "place", "area_name", "level", "deadline", "overdue_days", "nth", "addressee", "why"),
    "publish": ("rank", "place_name", "area_name", "category", "level", "found", "deadline", "state", "withheld"),
}
"""Fields of each table for people."""
TITLES = {
    "due_soon": "临期的隐患",
    "overdue": "逾期的隐患",
    "stale": "超期未更新的重大隐患",
    "supervise": "应下发的督办单",
    "publish": "重大隐患公示清单",
}


def hazard(arguments: argparse.Namespace) -> None:
    """Print how a hazard stands, every step of its life, and what may be done next."""
    with open_store(arguments.store) as store:
        ledger, policy = store.ledger("hazards", "steps"), _policy(store, today(store.town))
    life = life_of(ledger, arguments.hazard, policy)
    _show(life, arguments)


def step(arguments: argparse.Namespace) -> None:
    """Take a hazard's next step."""
    given = {name: getattr(arguments, name) for name in SAID_WORDS if getattr(arguments, name, None) is not None}
    new = NewStep(
        action=Action(arguments.action),
        role=Role(arguments.role),
        actor=arguments.actor,
        reason=arguments.reason,
        photos=arguments.photo,
        **given,
    )
    with open_store(arguments.store, write=True) as store:
        version, policy = store.version(), _policy(store, today(store.town))
        ledger = store.ledger("hazards", "steps")
        proposal = life_of(ledger, arguments.hazard, policy)["proposed_deadline"]
        try:
            take_step(store, ledger, arguments.hazard, new, policy, version=version, source="step")
        except StepProblem as problem:
            if proposal and new.action is Action.ASSIGN and new.deadline is None:
                raise StepProblem(f"{problem}按镇里的规则，期限可以写 --deadline {proposal}。") from problem
            raise
        life = life_of(store.ledger("hazards", "steps"), arguments.hazard, policy)
    _show(life, arguments)


def todo(arguments: argparse.Namespace) -> None:
    """Print what a role has to do, or the hazards whose time runs out."""
    _check_asked(arguments)
    with open_store(arguments.store) as store:
        day = arguments.as_of or today(store.town)
        ledger, policy = store.ledger(*NEEDED, columns=NEEDED), _policy(store, day)
    clocks = hazard_clocks(ledger, hazard_register(ledger, day), policy)
    frame, shown, title = _asked(arguments, clocks, ledger)
    part = frame.head(arguments.limit) if arguments.limit is not None else frame
    if len(part) < len(frame):
        say(f"共 {len(frame):,} 条，这里是最前面的 {len(part):,} 条（--limit）。")
    facts = {"as_of": str(day), "town": clocks.town.name, "role": arguments.role, "kind": arguments.kind}
    deliver(Figures(f"{clocks.town.name} {title} 截至 {day}", facts, part, LISTED[shown], _points(part)), arguments)


def _check_asked(arguments: argparse.Namespace) -> None:
    if (arguments.role is None) == (arguments.kind is None):
        raise UsageProblem("--role（谁的待办）和 --kind（哪一类隐患）要写一个，也只能写一个。")
    if arguments.who is not None and arguments.role is None:
        raise UsageProblem("--who 要和 --role 一起用。")
    if arguments.area is not None and arguments.kind in ("supervise", "publish"):
        raise UsageProblem("--area 不能和 --kind supervise、publish 一起用：督办单和公示清单是全镇的。")


def _asked(arguments: argparse.Namespace, clocks: Clocks, ledger: Ledger) -> tuple[pd.DataFrame, str, str]:
    """Give the rows that were asked for, which table they are, and its title."""
    if arguments.role is not None:
        role, officers = Role(arguments.role), ledger.frames["officers"]
        rows = work_list(clocks, due_notices(clocks), officers, role, who=arguments.who, area=arguments.area)
        return rows, "work", f"{ROLE_WORDS[role]}{arguments.who or ''}的隐患待办"
    if arguments.kind == "supervise":
        return due_notices(clocks), "supervise", TITLES["supervise"]
    if arguments.kind == "publish":
        return published(clocks), "publish", TITLES["publish"]
    rows = clocks.rows
    kept = rows["stale"] if arguments.kind == "stale" else rows["clock"] == arguments.kind
    if arguments.area is not None:
        at = find_area(clocks.areas, arguments.area)
        kept &= rows[str(clocks.areas["level"].iat[at])] == at
    levels = [name for name in rows if name in set(clocks.areas["level"])]
    rows = rows[kept.to_numpy(bool)].drop(columns=levels).sort_values(["days_left", "found"], kind="stable")
    return rows.reset_index(drop=True), "stale" if arguments.kind == "stale" else "clocks", TITLES[arguments.kind]


def _points(rows: pd.DataFrame) -> gpd.GeoSeries | None:
    if "lon" not in rows:
        return None
    points = gpd.GeoSeries(gpd.points_from_xy(rows["lon"], rows["lat"]), index=rows.index, crs=4326)
    points[rows["lon"].isna()] = None
    return points


def _policy(store: Store, day: date) -> Policy:
    return parse_policy(store.rules_text(day))


def _show(life: dict[str, Any], arguments: argparse.Namespace) -> None:
    if arguments.format == "json":
        put(as_json(life))
        return
    level = "重大" if life["major"] else "一般"
    tell(f"隐患 {life['hazard_id']}（{level}）：{life['state_name']}，自 {_minute(life['since'])}")
    for name, value in life["facts"].items():
        tell(f"{SAID_WORDS[name]}：{value}")
    missing = missing_five(life)
    if missing:
        tell(f"五落实还缺：{'、'.join(missing)}")
    if life["steps"]:
        rows = [
            [_minute(each["at"]), each["action_name"], each["state_name"], _who(each), _said(each)]
            for each in life["steps"]
        ]
        put(table(("时间", "办理", "办理后", "谁", "原因和内容"), rows, [False] * 5))
    else:
        tell("还没有在系统里办理过。")
    for each in life["possible"]:
        roles = "、".join(role["name"] for role in each["roles"])
        needs = f"；办理要求：{'、'.join(each['needs_said'])}" if each["needs_said"] else ""
        tell(f"可以办：{each['action']} {each['name']}（{roles}）{needs}")


def _minute(moment: str) -> str:
    return moment[:16].replace("T", " ")


def _who(taken: dict[str, Any]) -> str:
    return f"{taken['actor']}（{taken['role_name']}）" if taken["role_name"] else str(taken["actor"])


def _said(taken: dict[str, Any]) -> str:
    facts = json.loads(taken["facts"]) if taken["facts"] else {}
    told = [taken["reason"] or "", *(f"{SAID_WORDS[name]} {value}" for name, value in facts.items())]
    photos = f"照片 {taken['photos']}" if taken["photos"] else ""
    return "；".join(each for each in [*told, photos] if each)
