"""Steps of a hazard's life: one at a time, and ten thousand random lives."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from random import Random

import pytest

from coverage.course.replay import FIVE, Course, Policy, Step, possible, replay, take
from coverage.course.transitions import Action, Role, State
from geodata.errors import StepProblem

START = datetime(2024, 6, 3, 1, tzinfo=UTC)
FOUND = Course(State.FOUND, START)
MAJOR = Course(State.FOUND, START, major=True, category="消防通道")
WHOLE: dict[str, str | date] = {
    "measures": "拆除违建",
    "responsible": "甲厂负责人",
    "deadline": date(2024, 6, 30),
    "funds": "2万元",
    "plan": "停用并看守",
}
NOTHING = Policy()


def step(action: Action, role: Role = Role.CLERK, actor: str = "甲", hours: float = 1, **more: object) -> Step:
    """Give a step some hours after the start."""
    return Step(action, START + timedelta(hours=hours), actor, role, **more)  # type: ignore[arg-type]


def whole_life() -> list[Step]:
    """Give a life without trouble, each step by somebody else."""
    return [
        step(Action.ASSIGN, Role.CLERK, "文", 1, facts={"responsible": "丙", "deadline": date(2024, 6, 10)}),
        step(Action.START, Role.ENTERPRISE, "丙", 2),
        step(Action.RECTIFY, Role.ENTERPRISE, "丙", 3, photos=1),
        step(Action.PASS, Role.INSPECTOR, "安", 4),
        step(Action.CLOSE, Role.GRID_MANAGER, "长", 5),
    ]


def lived(first: Course, steps: list[Step]) -> Course:
    """Take steps one after another."""
    course = first
    for one in steps:
        course = take(course, one, NOTHING)
    assert replay(first, steps) == course
    return course


def test_a_whole_life() -> None:
    """Found, assigned, put right, re-checked, closed; who and when is kept."""
    end = lived(FOUND, whole_life())
    assert end.state is State.CLOSED
    assert (end.rectified_by, end.rectified_at, end.closed_at) == (
        "丙",
        START + timedelta(hours=3),
        START + timedelta(hours=5),
    )


def test_who_puts_right_can_not_close() -> None:
    """Neither the re-check nor the closing is his; somebody else's is taken."""
    course = lived(FOUND, whole_life()[:3])
    for action in (Action.PASS, Action.FAIL):
        with pytest.raises(StepProblem, match="丙是整改的人，要由别人办理"):
            take(course, step(action, Role.INSPECTOR, "丙", 9, reason="没有做"), NOTHING)
    course = take(course, whole_life()[3], NOTHING)
    with pytest.raises(StepProblem, match="丙是整改的人"):
        take(course, step(Action.CLOSE, Role.GRID_MANAGER, "丙", 9), NOTHING)


def test_a_failed_re_check_goes_back() -> None:
    """It is under rectification again, and nobody has put it right."""
    course = lived(FOUND, whole_life()[:3])
    course = take(course, step(Action.FAIL, Role.INSPECTOR, "安", 9, reason="通道仍堵"), NOTHING)
    assert (course.state, course.rectified_at, course.rectified_by) == (State.RECTIFYING, None, None)


def test_a_closed_one_is_opened_again() -> None:
    """With a reason and a new deadline; it is neither rectified nor closed then."""
    closed = lived(FOUND, whole_life())
    with pytest.raises(StepProblem, match="要写明原因"):
        take(closed, step(Action.REOPEN, Role.CLERK, "文", 9), NOTHING)
    again = step(Action.REOPEN, Role.CLERK, "文", 9, reason="回头看又发现", facts={"deadline": date(2024, 7, 1)})
    course = take(closed, again, NOTHING)
    assert (course.state, course.rectified_at, course.closed_at) == (State.ASSIGNED, None, None)


def test_void_needs_a_second_person() -> None:
    """Who asks can't confirm; denied, it stands where it stood."""
    course = lived(FOUND, whole_life()[:3])
    asked = take(course, step(Action.ASK_VOID, Role.CLERK, "文", 6, reason="重复登记"), NOTHING)
    with pytest.raises(StepProblem, match="文是申请的人"):
        take(asked, step(Action.CONFIRM_VOID, Role.CLERK, "文", 7), NOTHING)
    assert take(asked, step(Action.CONFIRM_VOID, Role.LEADER, "书", 7), NOTHING).state is State.VOID
    denied = take(asked, step(Action.DENY_VOID, Role.LEADER, "书", 7, reason="不重复"), NOTHING)
    assert replace(denied, since=course.since) == course


def test_each_missing_one_of_the_five_is_named() -> None:
    """A major hazard leaves assigned only with all five; a general one needs none of them."""
    assigned = take(MAJOR, step(Action.ASSIGN, facts={"responsible": "丙", "deadline": date(2024, 6, 30)}), NOTHING)
    with pytest.raises(StepProblem, match="五落实还缺措施、资金、预案"):
        take(assigned, step(Action.START, Role.ENTERPRISE, "丙", 2), NOTHING)
    filled = take(assigned, step(Action.UPDATE, Role.CLERK, "文", 2, facts=WHOLE), NOTHING)
    assert take(filled, step(Action.START, Role.ENTERPRISE, "丙", 3), NOTHING).state is State.RECTIFYING
    assert set(FIVE) == set(WHOLE)


def test_fire_has_two_supervisors() -> None:
    """双督办: one name is not enough for a major fire hazard; other major ones need one, general ones none."""
    one, two = ({"supervisor": names} for names in ("书记", "书记、镇长"))
    with pytest.raises(StepProblem, match="两名督办领导"):
        take(MAJOR, step(Action.SUPERVISE, facts=one), NOTHING)
    assert take(MAJOR, step(Action.SUPERVISE, facts=two), NOTHING).facts["supervisor"] == "书记、镇长"
    assert take(replace(MAJOR, category="电气"), step(Action.SUPERVISE, facts=one), NOTHING).state is State.FOUND
    with pytest.raises(StepProblem, match="只用于重大隐患"):
        take(FOUND, step(Action.SUPERVISE, facts=two), NOTHING)


def test_a_major_one_is_not_fixed_on_the_spot() -> None:
    """What can be put right at once is, but a major hazard goes its whole way."""
    assert take(FOUND, step(Action.FIX, Role.INSPECTOR), NOTHING).state is State.RECTIFIED
    with pytest.raises(StepProblem, match="先交办"):
        take(MAJOR, step(Action.FIX, Role.INSPECTOR), NOTHING)


def test_a_deadline_is_only_put_off() -> None:
    """An extension has a reason and a later day."""
    assigned = take(FOUND, whole_life()[0], NOTHING)
    with pytest.raises(StepProblem, match="晚于原来的 2024-06-10"):
        take(assigned, step(Action.EXTEND, hours=2, reason="等配件", facts={"deadline": date(2024, 6, 10)}), NOTHING)
    course = take(assigned, step(Action.EXTEND, hours=2, reason="等", facts={"deadline": date(2024, 6, 20)}), NOTHING)
    assert (course.state, course.facts["deadline"]) == (State.ASSIGNED, date(2024, 6, 20))


def test_photos_where_the_town_wants_them() -> None:
    """The town says which steps need a photo."""
    course, policy = lived(FOUND, whole_life()[:2]), Policy(frozenset({Action.RECTIFY}))
    with pytest.raises(StepProblem, match="照片"):
        take(course, step(Action.RECTIFY, Role.ENTERPRISE, "丙", 3), policy)
    assert take(course, step(Action.RECTIFY, Role.ENTERPRISE, "丙", 3, photos=1), policy).state is State.RECTIFIED


def test_everything_wrong_is_said_at_once() -> None:
    """State, role, time, unknown fields and needs stand in one sentence."""
    with pytest.raises(StepProblem, match=r"现在是“待交办”.*企业不能办理.*早于上一步.*不能修改 level.*写明原因"):
        take(FOUND, step(Action.EXTEND, Role.ENTERPRISE, hours=-1, facts={"level": "一般"}), NOTHING)


# what the documents say, written down a second time, line by line
LEGAL = {
    ("found", "assign"): "assigned", ("assigned", "assign"): "assigned", ("found", "fix"): "rectified",
    ("assigned", "start"): "rectifying", ("refused", "start"): "rectifying", ("rectifying", "rectify"): "rectified",
    ("rectified", "pass"): "rechecked", ("rectified", "fail"): "rectifying", ("rechecked", "close"): "closed",
    ("rechecked", "reopen"): "assigned", ("closed", "reopen"): "assigned", ("assigned", "refuse"): "refused",
    ("rectifying", "refuse"): "refused", ("void-asked", "confirm-void"): "void",
}  # fmt: skip
STAYS = {
    "extend": {"assigned", "rectifying", "refused"},
    "update": {"found", "assigned", "rectifying", "refused", "rectified", "rechecked"},
    "supervise": {"found", "assigned", "rectifying", "refused", "rectified", "rechecked"},
}


def random_step(random: Random, course: Course) -> Step:
    """Draw any step: often one that could be, with or without what it needs."""
    role = random.choice(list(Role))
    lines = possible(course, role)
    action = random.choice(lines).action if lines and random.random() < 0.8 else random.choice(list(Action))
    facts: dict[str, str | date] = {}
    if random.random() < 0.7:
        facts = {name: WHOLE[name] for name in random.sample(list(WHOLE), random.randint(0, len(WHOLE)))}
        if random.random() < 0.6:
            facts["deadline"] = date(2024, 6, 10) + timedelta(days=random.randint(0, 60))
        if random.random() < 0.5:
            facts["supervisor"] = random.choice(["书记", "书记、镇长", ""])
    reason = random.choice(["", "原因", "原因"])
    at = course.since + timedelta(minutes=random.randint(-2, 600))
    return Step(action, at, random.choice("甲乙丙"), role, reason, facts, random.randint(0, 1))


def test_ten_thousand_random_lives() -> None:
    """No step leads where the documents don't, a refused one changes nothing, history replays to the present."""
    random = Random(20240630)
    reached: set[str] = set()
    taken = refused = 0
    for _ in range(10_000):
        first = random.choice([FOUND, MAJOR])
        policy = random.choice([NOTHING, Policy(frozenset({Action.RECTIFY, Action.FIX}))])
        course, history, asked_from = first, [], None
        for _ in range(random.randint(1, 14)):
            one = random_step(random, course)
            try:
                after = take(course, one, policy)
            except StepProblem:
                refused += 1
                continue
            taken += 1
            if one.action is Action.ASK_VOID:
                asked_from = course.state
                assert after.state is State.VOID_ASKED
            elif one.action is Action.DENY_VOID:
                assert after.state is asked_from
            elif str(one.action) in STAYS:
                assert str(course.state) in STAYS[one.action]
                assert after.state is course.state
            else:
                assert str(after.state) == LEGAL[str(course.state), str(one.action)]
            if one.action in (Action.PASS, Action.FAIL, Action.CLOSE):
                assert one.actor != course.rectified_by
            if after.major and one.action is Action.START:
                assert all(after.facts.get(name) for name in FIVE)
            assert (after.closed_at is not None) <= (after.rectified_at is not None)
            history.append(one)
            course = after
        assert replay(first, history) == course
        reached.add(str(course.state))
    assert reached == {str(state) for state in State}
    assert taken > 20_000
    assert refused > 20_000
