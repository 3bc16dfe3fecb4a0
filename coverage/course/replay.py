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
NOTICE: Mapping[str, str] = MappingProxyType(
    {"number": "督办单编号", "nth": "第几次督办", "addressee": "送达", "answer_by": "督办期限"}
)
"""What a step `urge` keeps of the 督办单; nothing of the hazard changes with it, its deadline least of all."""
FACT_WORDS: Mapping[str, str] = MappingProxyType({**FIVE, "deadline": "整改期限", "supervisor": "督办领导"})
"""What the fields of `FACTS` are called."""
SAID_WORDS: Mapping[str, str] = MappingProxyType({**FACT_WORDS, **NOTICE})
"""What may stand in a step's facts."""
DAYS = frozenset({"deadline", "answer_by"})
"""Which of all these are days."""
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
    due_soon_days
        A deadline within so many working days is near.
    stale_days
        A major hazard without an entry for more days than these is stale.
    supervise_after
        Working days overdue at which a 督办单 is drawn up, rising.
    zero_by
        Month and day by which no major hazard may stand.
    deadline_days
        Level → working days that a deadline is proposed after; a level without any gets no proposal.
    """

    photos: frozenset[Action] = frozenset()
    recurrence_days: int = RECURRENCE_DAYS
    due_soon_days: int = 3
    stale_days: int = 7
    supervise_after: tuple[int, ...] = (1, 5, 10)
    zero_by: tuple[int, int] = (12, 31)
    deadline_days: Mapping[str, int] = field(default_factory=dict)


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
        Fields of `FACTS` that it sets (of `NOTICE` for `urge`): texts, days as dates.
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
    moved = replace(course, state=after, since=step.at, facts={**course.facts, **_changed(step)})
    return _marked(moved, course, step)


def _changed(step: Step) -> Mapping[str, str | date]:
    """Give what a step changes of the hazard: nothing of a 督办单."""
    return {name: value for name, value in step.facts.items() if name in FACTS}


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
    unknown = sorted(set(step.facts) - set(NOTICE if step.action is Action.URGE else FACTS))
    if unknown:
        wrong.append(f"不能修改 {'、'.join(unknown)}")
    missing = [_missing(need, course, step, policy) for need in line.needs]
    return wrong + [sentence for sentence in missing if sentence]


def _missing(need: Need, course: Course, step: Step, policy: Policy) -> str:
    """Say what is missing of a need; an empty text when it is met."""
    facts = {**course.facts, **step.facts}
    deadline, before = step.facts.get("deadline"), course.facts.get("deadline")
    supervisors, asked = supervisors_in(str(facts.get("supervisor", ""))), supervisors_asked(course.category)
    lacking = [word for name, word in FIVE.items() if not facts.get(name)] if course.major else []
    unsaid = [word for name, word in NOTICE.items() if not step.facts.get(name)]
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
        Need.NOTICE: (bool(unsaid), f"要写明督办单的{'、'.join(unsaid)}"),
        Need.MAJOR: (not course.major, "只用于重大隐患"),
        Need.GENERAL: (course.major, "重大隐患不能当场整改了事，要先交办"),
        Need.FIVE: (bool(lacking), f"重大隐患五落实还缺{'、'.join(lacking)}"),
        Need.PHOTO: (step.action in policy.photos and not step.photos, "镇里要求附照片"),
        Need.OTHER_THAN_RECTIFIER: (course.rectified_by == step.actor, f"{step.actor}是整改的人，要由别人办理"),
        Need.OTHER_THAN_ASKER: (course.asked_by == step.actor, f"{step.actor}是申请的人，要由别人办理"),
    }
    fails, sentence = unmet[need]
    return sentence if fails else ""


def supervisors_in(text: str) -> list[str]:
    """Give the supervising leaders that a text names: 书记、镇长."""
    return list(dict.fromkeys(name.strip() for name in text.replace("，", "、").split("、") if name.strip()))


def supervisors_asked(category: str) -> int:
    """Give how many leaders have to supervise a major hazard of a category: two for fire (双督办)."""
    return 2 if FIRE in category else 1


def _is_day(value: object) -> bool:
    return isinstance(value, date)


def _later(deadline: object, before: object) -> bool:
    return isinstance(deadline, date) and (not isinstance(before, date) or deadline > before)
