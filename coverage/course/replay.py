"""A hazard's life, step by step: the same function judges a new step and replays the old ones."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from types import MappingProxyType

from coverage.course.timing import RECURRENCE_DAYS
from coverage.course.transitions import (
    ACTION_WORDS,
    OF_ACTION,
    ROLE_WORDS,
    STATE_WORDS,
    TRANSITIONS,
    Action,
    Need,
    Role,
    State,
    Transition,
)
from geodata.errors import StepProblem

FIVE: Mapping[str, str] = MappingProxyType(
    {"measures": "措施", "responsible": "责任人", "deadline": "时限", "funds": "资金", "plan": "预案"}
)
"""五落实: field → what it is called."""
FACTS = (*FIVE, "supervisor")
"""Fields of a hazard that a step may change."""
FIRE = "消防"


@dataclass(frozen=True)
class Policy:
    """What a town asks for.

    Attributes
    ----------
    photos
        Actions that need a photo.
    recurrence_days
        Within how many days after one was put right the same hazard at the same place recurs.
    """

    photos: frozenset[Action] = frozenset()
    recurrence_days: int = RECURRENCE_DAYS


@dataclass(frozen=True)
class Step:
    """One step of a hazard's life.

    Attributes
    ----------
    action, at, actor, role
        What, when (aware), who (a name or id, as typed), as whom.
    reason
        Why, in the words of who did it; empty for none.
    facts
        Fields of `FACTS` that it sets: texts, the deadline a date.
    photos
        How many photos it has.
    """

    action: Action
    at: datetime
    actor: str
    role: Role
    reason: str = ""
    facts: Mapping[str, str | date] = field(default_factory=dict)
    photos: int = 0


@dataclass(frozen=True)
class Course:
    """How a hazard stands.

    Attributes
    ----------
    state, since
        Where it stands, and the moment of the last step (of finding it, when there is none).
    major, category
        Level 重大; category as the ledger has it.
    facts
        Fields of `FACTS` as they are now.
    rectified_at, rectified_by, closed_at
        Of the last time that it was put right and closed, None when it is not.
    asked_by, back
        Who asked for it to be void, and where it stood then.
    """

    state: State
    since: datetime
    major: bool = False
    category: str = ""
    facts: Mapping[str, str | date] = field(default_factory=dict)
    rectified_at: datetime | None = None
    rectified_by: str | None = None
    closed_at: datetime | None = None
    asked_by: str | None = None
    back: State | None = None


def take(course: Course, step: Step, policy: Policy) -> Course:
    """Take a step.

    Raises
    ------
    StepProblem
        Says everything that is in the way: state, role, time, each thing that is missing.
    """
    wrong = _wrong(course, step, OF_ACTION[step.action], policy)
    if wrong:
        raise StepProblem(f"不能办理“{ACTION_WORDS[step.action]}”：{'；'.join(wrong)}。")
    return _moved(course, step)


def replay(first: Course, steps: Iterable[Step]) -> Course:
    """Go through steps that were taken, in their order: they were judged then, by the rules of their day."""
    course = first
    for step in steps:
        course = _moved(course, step)
    return course


def _moved(course: Course, step: Step) -> Course:
    line = OF_ACTION[step.action]
    after = line.after or (course.back if step.action is Action.DENY_VOID else course.state)
    if after is None:
        raise StepProblem("记录不完整：不知道申请误录以前是什么状态。请运行 wangge check。")
    moved = replace(course, state=after, since=step.at, facts={**course.facts, **step.facts})
    return _marked(moved, course, step)


def _marked(moved: Course, before: Course, step: Step) -> Course:
    """Keep who put it right and when, and who asked for what."""
    match step.action:
        case Action.FIX | Action.RECTIFY:
            return replace(moved, rectified_at=step.at, rectified_by=step.actor)
        case Action.FAIL | Action.REOPEN:
            return replace(moved, rectified_at=None, rectified_by=None, closed_at=None)
        case Action.CLOSE:
            return replace(moved, closed_at=step.at)
        case Action.ASK_VOID:
            return replace(moved, asked_by=step.actor, back=before.state)
        case Action.DENY_VOID | Action.CONFIRM_VOID:
            return replace(moved, asked_by=None, back=None)
        case _:
            return moved


def possible(course: Course, role: Role) -> list[Transition]:
    """Give the lines of the table that a role may use now, in the table's order; what they need is not asked."""
    return [line for line in TRANSITIONS if course.state in line.before and role in line.roles and _fits(course, line)]


def _fits(course: Course, line: Transition) -> bool:
    return not (Need.MAJOR in line.needs and not course.major) and not (Need.GENERAL in line.needs and course.major)


def _wrong(course: Course, step: Step, line: Transition, policy: Policy) -> list[str]:
    """Give a sentence for everything that is in the way."""
    wrong = []
    if course.state not in line.before:
        allowed = "、".join(STATE_WORDS[state] for state in State if state in line.before)
        wrong.append(f"现在是“{STATE_WORDS[course.state]}”，要在“{allowed}”时才能办理")
    if step.role not in line.roles:
        wrong.append(
            f"{ROLE_WORDS[step.role]}不能办理，要由{'、'.join(ROLE_WORDS[r] for r in Role if r in line.roles)}办理"
        )
    if step.at < course.since:
        wrong.append(f"时间早于上一步（{course.since:%Y-%m-%d %H:%M}）")
    unknown = sorted(set(step.facts) - set(FACTS))
    if unknown:
        wrong.append(f"不能修改 {'、'.join(unknown)}")
    missing = [_missing(need, course, step, policy) for need in line.needs]
    return wrong + [sentence for sentence in missing if sentence]


def _missing(need: Need, course: Course, step: Step, policy: Policy) -> str:
    """Say what is missing of a need; an empty text when it is met."""
    facts = {**course.facts, **step.facts}
    deadline, before = step.facts.get("deadline"), course.facts.get("deadline")
    supervisors = [name for name in str(facts.get("supervisor", "")).replace("，", "、").split("、") if name.strip()]
    asked = 2 if FIRE in course.category else 1
    lacking = [word for name, word in FIVE.items() if not facts.get(name)] if course.major else []
    unmet: dict[Need, tuple[bool, str]] = {
        Need.REASON: (not step.reason.strip(), "要写明原因"),
        Need.RESPONSIBLE: (not facts.get("responsible"), "要写明责任人"),
        Need.DEADLINE: (not _is_day(facts.get("deadline")), "要写明整改期限"),
        Need.LATER_DEADLINE: (
            not _later(deadline, before),
            f"要写明新的期限{f'，且晚于原来的 {before}' if before else ''}",
        ),
        Need.SUPERVISOR: (
            len(supervisors) < asked,
            "消防类重大隐患要有两名督办领导" if asked > 1 else "要写明督办领导",
        ),
        Need.MAJOR: (not course.major, "只用于重大隐患"),
        Need.GENERAL: (course.major, "重大隐患不能当场整改了事，要先交办"),
        Need.FIVE: (bool(lacking), f"重大隐患五落实还缺{'、'.join(lacking)}"),
        Need.PHOTO: (step.action in policy.photos and not step.photos, "镇里要求附照片"),
        Need.OTHER_THAN_RECTIFIER: (course.rectified_by == step.actor, f"{step.actor}是整改的人，要由别人办理"),
        Need.OTHER_THAN_ASKER: (course.asked_by == step.actor, f"{step.actor}是申请的人，要由别人办理"),
    }
    fails, sentence = unmet[need]
    return sentence if fails else ""


def _is_day(value: object) -> bool:
    return isinstance(value, date)


def _later(deadline: object, before: object) -> bool:
    return isinstance(deadline, date) and (not isinstance(before, date) or deadline > before)
