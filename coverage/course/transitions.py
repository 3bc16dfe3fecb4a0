"""The one table of a hazard's life: state × action × role → state; interface, pages and documents follow it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType


class State(StrEnum):
    """Where a hazard stands."""

    FOUND = "found"
    ASSIGNED = "assigned"
    RECTIFYING = "rectifying"
    RECTIFIED = "rectified"
    RECHECKED = "rechecked"
    CLOSED = "closed"
    REFUSED = "refused"
    VOID_ASKED = "void-asked"
    VOID = "void"


class Action(StrEnum):
    """What somebody does about it."""

    ASSIGN = "assign"
    FIX = "fix"
    START = "start"
    RECTIFY = "rectify"
    PASS = "pass"  # noqa: S105 - a re-check is passed
    FAIL = "fail"
    CLOSE = "close"
    REOPEN = "reopen"
    EXTEND = "extend"
    REFUSE = "refuse"
    UPDATE = "update"
    SUPERVISE = "supervise"
    URGE = "urge"
    ASK_VOID = "ask-void"
    CONFIRM_VOID = "confirm-void"
    DENY_VOID = "deny-void"


class Role(StrEnum):
    """Who may do it; the roles of `officers`, and the enterprise itself."""

    INSPECTOR = "inspector"
    GRID_MANAGER = "grid_manager"
    CLERK = "clerk"
    LEADER = "leader"
    DEPARTMENT = "department"
    ENTERPRISE = "enterprise"


class Need(StrEnum):
    """What a step must bring, or what must hold when it is taken."""

    REASON = "reason"
    RESPONSIBLE = "responsible"
    DEADLINE = "deadline"
    LATER_DEADLINE = "later-deadline"
    SUPERVISOR = "supervisor"
    NOTICE = "notice"
    MAJOR = "major"
    GENERAL = "general"
    FIVE = "five"
    PHOTO = "photo"
    OTHER_THAN_RECTIFIER = "other-than-rectifier"
    OTHER_THAN_ASKER = "other-than-asker"


@dataclass(frozen=True)
class Transition:
    """One line of the table.

    Attributes
    ----------
    action, before, roles
        Who of `roles` may do what in which states.
    after
        The state then; None: it stays as it is, or goes back to where it was before the void was asked for.
    needs
        What must be brought or hold.
    """

    action: Action
    before: frozenset[State]
    after: State | None
    roles: frozenset[Role]
    needs: tuple[Need, ...] = ()


OPEN = frozenset({State.FOUND, State.ASSIGNED, State.RECTIFYING, State.REFUSED})
"""Not put right yet."""
STANDING = OPEN | {State.RECTIFIED, State.RECHECKED}
"""Not at an end yet."""
LIVE = STANDING | {State.VOID_ASKED}
"""Somebody has still to do something."""
PUT_RIGHT = frozenset({State.RECTIFIED, State.RECHECKED, State.CLOSED})

_EVERYBODY = frozenset(Role)
_ON_SITE = frozenset({Role.ENTERPRISE, Role.INSPECTOR, Role.GRID_MANAGER, Role.DEPARTMENT})
_INSPECTING = frozenset({Role.INSPECTOR, Role.GRID_MANAGER, Role.DEPARTMENT, Role.LEADER})
_MANAGING = frozenset({Role.GRID_MANAGER, Role.CLERK, Role.DEPARTMENT, Role.LEADER})
_OFFICE = frozenset({Role.CLERK, Role.LEADER})
_CONFIRMING = _OFFICE | {Role.GRID_MANAGER}


def _line(
    action: Action, before: frozenset[State] | State, after: State | None, roles: frozenset[Role], *needs: Need
) -> Transition:
    return Transition(action, frozenset({before}) if isinstance(before, State) else before, after, roles, needs)


TRANSITIONS: tuple[Transition, ...] = (
    _line(Action.ASSIGN, frozenset({State.FOUND, State.ASSIGNED}), State.ASSIGNED, _MANAGING,
          Need.RESPONSIBLE, Need.DEADLINE),
    _line(Action.FIX, State.FOUND, State.RECTIFIED, _ON_SITE, Need.GENERAL, Need.PHOTO),
    _line(Action.START, frozenset({State.ASSIGNED, State.REFUSED}), State.RECTIFYING, _ON_SITE, Need.FIVE),
    _line(Action.RECTIFY, State.RECTIFYING, State.RECTIFIED, _ON_SITE, Need.PHOTO),
    _line(Action.PASS, State.RECTIFIED, State.RECHECKED, _INSPECTING, Need.OTHER_THAN_RECTIFIER, Need.PHOTO),
    _line(Action.FAIL, State.RECTIFIED, State.RECTIFYING, _INSPECTING, Need.OTHER_THAN_RECTIFIER, Need.REASON),
    _line(Action.CLOSE, State.RECHECKED, State.CLOSED, _MANAGING, Need.OTHER_THAN_RECTIFIER),
    _line(Action.REOPEN, frozenset({State.RECHECKED, State.CLOSED}), State.ASSIGNED, _MANAGING,
          Need.REASON, Need.DEADLINE),
    _line(Action.EXTEND, frozenset({State.ASSIGNED, State.RECTIFYING, State.REFUSED}), None, _MANAGING,
          Need.REASON, Need.LATER_DEADLINE),
    _line(Action.REFUSE, frozenset({State.ASSIGNED, State.RECTIFYING}), State.REFUSED, _INSPECTING, Need.REASON),
    _line(Action.UPDATE, STANDING, None, _EVERYBODY),
    _line(Action.SUPERVISE, STANDING, None, _OFFICE, Need.MAJOR, Need.SUPERVISOR),
    _line(Action.URGE, STANDING, None, _OFFICE, Need.NOTICE),
    _line(Action.ASK_VOID, STANDING | {State.CLOSED}, State.VOID_ASKED, _EVERYBODY - {Role.ENTERPRISE}, Need.REASON),
    _line(Action.CONFIRM_VOID, State.VOID_ASKED, State.VOID, _CONFIRMING, Need.OTHER_THAN_ASKER),
    _line(Action.DENY_VOID, State.VOID_ASKED, None, _CONFIRMING, Need.OTHER_THAN_ASKER, Need.REASON),
)  # fmt: skip
"""Every step that there is; an action has one line."""

OF_ACTION: Mapping[Action, Transition] = MappingProxyType({line.action: line for line in TRANSITIONS})

NEXT: Mapping[State, tuple[Action, tuple[Role, ...]]] = MappingProxyType(
    {
        State.FOUND: (Action.ASSIGN, (Role.GRID_MANAGER, Role.CLERK, Role.DEPARTMENT)),
        State.ASSIGNED: (Action.START, (Role.ENTERPRISE,)),
        State.RECTIFYING: (Action.RECTIFY, (Role.ENTERPRISE,)),
        State.RECTIFIED: (Action.PASS, (Role.INSPECTOR,)),
        State.RECHECKED: (Action.CLOSE, (Role.GRID_MANAGER,)),
        State.REFUSED: (Action.URGE, (Role.LEADER, Role.CLERK)),
        State.VOID_ASKED: (Action.CONFIRM_VOID, (Role.CLERK, Role.GRID_MANAGER, Role.LEADER)),
    }
)
"""What moves a hazard on, and whose turn it is: of those who may by the table, the ones it is left to."""

STATE_WORDS: Mapping[State, str] = MappingProxyType(
    {
        State.FOUND: "待交办",
        State.ASSIGNED: "已交办",
        State.RECTIFYING: "整改中",
        State.RECTIFIED: "待复查",
        State.RECHECKED: "待销号",
        State.CLOSED: "已销号",
        State.REFUSED: "拒不整改",
        State.VOID_ASKED: "待确认误录",
        State.VOID: "误录",
    }
)
ACTION_WORDS: Mapping[Action, str] = MappingProxyType(
    {
        Action.ASSIGN: "交办",
        Action.FIX: "当场整改",
        Action.START: "开始整改",
        Action.RECTIFY: "报告整改完成",
        Action.PASS: "复查合格",
        Action.FAIL: "复查不合格",
        Action.CLOSE: "销号",
        Action.REOPEN: "重新整改",
        Action.EXTEND: "延长期限",
        Action.REFUSE: "登记拒不整改",
        Action.UPDATE: "更新进展",
        Action.SUPERVISE: "挂牌督办",
        Action.URGE: "下发督办单",
        Action.ASK_VOID: "申请作误录",
        Action.CONFIRM_VOID: "确认误录",
        Action.DENY_VOID: "不是误录",
    }
)
ROLE_WORDS: Mapping[Role, str] = MappingProxyType(
    {
        Role.INSPECTOR: "安全员",
        Role.GRID_MANAGER: "网格长",
        Role.CLERK: "安委办",
        Role.LEADER: "领导",
        Role.DEPARTMENT: "行业部门",
        Role.ENTERPRISE: "企业",
    }
)


def diagram() -> str:
    """Give the table as a state diagram (Mermaid), for the documents."""
    lines = ["stateDiagram-v2", f"    [*] --> {_node(State.FOUND)}"]
    lines += [f'    state "{word}" as {_node(state)}' for state, word in STATE_WORDS.items()]
    for line in TRANSITIONS:
        if line.after is None:
            continue
        lines += [
            f"    {_node(state)} --> {_node(line.after)}: {ACTION_WORDS[line.action]}"
            for state in State
            if state in line.before and state != line.after
        ]
    lines += [f"    {_node(state)} --> [*]" for state in (State.CLOSED, State.VOID)]
    return "\n".join(lines)


def table() -> str:
    """Give the table as Markdown, for the documents."""
    rows = ["| 办理 | 在什么状态 | 之后 | 谁可以 | 要求 |", "|---|---|---|---|---|"]
    for line in TRANSITIONS:
        before = "、".join(STATE_WORDS[state] for state in State if state in line.before)
        roles = "、".join(ROLE_WORDS[role] for role in Role if role in line.roles)
        needs = "、".join(NEED_WORDS[need] for need in line.needs) or "—"
        after = STATE_WORDS[line.after] if line.after else "不变"
        if line.action is Action.DENY_VOID:
            after = "回到申请以前"
        rows.append(f"| {ACTION_WORDS[line.action]} | {before} | {after} | {roles} | {needs} |")
    return "\n".join(rows)


def _node(state: State) -> str:
    return state.replace("-", "_")


NEED_WORDS: Mapping[Need, str] = MappingProxyType(
    {
        Need.REASON: "写明原因",
        Need.RESPONSIBLE: "责任人",
        Need.DEADLINE: "整改期限",
        Need.LATER_DEADLINE: "新的整改期限（晚于原期限）",
        Need.SUPERVISOR: "督办领导（消防类两名）",
        Need.NOTICE: "送达对象、督办期限（编号由系统给）",
        Need.MAJOR: "只限重大隐患",
        Need.GENERAL: "只限一般隐患",
        Need.FIVE: "重大隐患五落实齐全（措施、责任、时限、资金、预案）",
        Need.PHOTO: "照片（镇里要求时）",
        Need.OTHER_THAN_RECTIFIER: "复查（销号）人不得是整改人",
        Need.OTHER_THAN_ASKER: "确认人不得是申请人",
    }
)
