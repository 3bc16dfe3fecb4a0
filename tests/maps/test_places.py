"""The worst state of each place."""

from __future__ import annotations

from coverage.assess import Assessment
from maps.places import STATES, worst_states


def test_a_place_is_drawn_by_its_worst_duty(assessment: Assessment) -> None:
    """Done, overdue, never, exempt, never, never: as each place's only duty stands."""
    states = [STATES[at] for at in worst_states(assessment)]
    assert states == ["done", "overdue", "never", "nothing", "never", "never"]
