"""The table of a hazard's life."""

from __future__ import annotations

from coverage.course.transitions import (
    ACTION_WORDS,
    NEED_WORDS,
    OF_ACTION,
    ROLE_WORDS,
    STATE_WORDS,
    TRANSITIONS,
    Action,
    Need,
    Role,
    State,
    diagram,
    table,
)
from geodata.tables import OFFICERS


def test_every_action_has_one_line() -> None:
    """No action is written twice, none is left out, every word has its Chinese."""
    assert [line.action for line in TRANSITIONS] == list(Action)
    assert set(OF_ACTION) == set(ACTION_WORDS) == set(Action)
    assert set(STATE_WORDS) == set(State)
    assert set(ROLE_WORDS) == set(Role)
    assert set(NEED_WORDS) == set(Need)


def test_roles_are_those_of_officers() -> None:
    """Besides the enterprise itself, roles are those that the list of officers knows."""
    assert set(Role) - {Role.ENTERPRISE} == set(OFFICERS.column("role").choices.values())


def test_every_state_can_be_reached_and_left() -> None:
    """From found every state is reached; only void is final, and closed only by being opened again."""
    reached, before = {State.FOUND}, set[State]()
    while reached != before:
        before = set(reached)
        reached |= {line.after for line in TRANSITIONS if line.after and line.before & reached}
    assert reached == set(State)
    stuck = {state for state in State if not any(state in line.before for line in TRANSITIONS)}
    assert stuck == {State.VOID}


def test_the_enterprise_never_judges_itself() -> None:
    """It puts right and reports; it neither re-checks, closes, extends nor has anything declared void."""
    mine = {line.action for line in TRANSITIONS if Role.ENTERPRISE in line.roles}
    assert mine == {Action.FIX, Action.START, Action.RECTIFY, Action.UPDATE}


def test_documents_follow_the_table() -> None:
    """The diagram has an arrow for each line that moves, the table a row for each line."""
    drawn = diagram()
    assert "rectified --> rectifying: 复查不合格" in drawn
    assert "recheckd" not in drawn
    moves = sum(len(line.before - {line.after}) for line in TRANSITIONS if line.after)
    assert drawn.count(": ") == moves
    assert len(table().splitlines()) == 2 + len(TRANSITIONS)
