"""When a backup is due, and who makes it."""

from __future__ import annotations

from datetime import datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from pydantic import ValidationError

from api.jobs.backups import Schedule, clock, due_since
from api.settings import Settings
from geodata.errors import StoreProblem

ZONE = ZoneInfo("Asia/Shanghai")
TWO = time(2)


def on(day: int, hour: int, minute: int = 0) -> datetime:
    """Give a moment of June 2024 in the town."""
    return datetime(2024, 6, day, hour, minute, tzinfo=ZONE)


@pytest.mark.parametrize(
    ("last", "now", "due"),
    [
        (None, on(30, 1), True),  # never made: at once
        (on(29, 2), on(30, 1, 59), False),
        (on(29, 2), on(30, 2), True),
        (on(30, 2), on(30, 23), False),
        (on(29, 15), on(30, 2), True),  # by hand yesterday: tonight's is due all the same
        (on(25, 2), on(30, 1), True),  # no service ran for days: the one that was missed
        (datetime(2024, 6, 29, 18, 30, tzinfo=ZoneInfo("UTC")), on(30, 3), False),
    ],
)
def test_due(last: datetime | None, now: datetime, due: bool) -> None:
    """A backup is due when its hour has come since the last one, also while no service ran."""
    assert due_since(last, TWO, now) is due


def test_made_once_a_day() -> None:
    """Looking again makes no second one; a failed one counts as tried until the next night."""
    made: list[datetime] = []
    now = on(30, 2)
    schedule = Schedule(TWO, ZONE, lambda: made[-1] if made else None, lambda: made.append(now))
    for now in (on(30, 2), on(30, 2, 1), on(30, 23), datetime(2024, 7, 1, 2, tzinfo=ZONE)):
        schedule.look(now)
    assert [each.day for each in made] == [30, 1]


@pytest.mark.parametrize(("name", "text"), [("backup_at", "2:00"), ("backup_at", "24:00"), ("backup_keep", "0d")])
def test_settings_that_are_refused(tmp_path: Path, name: str, text: str) -> None:
    """An hour or a rotation that nobody can read is refused before the service begins."""
    with pytest.raises(ValidationError, match=name):
        Settings(store=tmp_path / "town.gpkg", **{name: text})


def test_an_hour() -> None:
    """02:00 is an hour; anything else is refused."""
    assert clock("02:00") == TWO
    with pytest.raises(StoreProblem, match="02:00"):
        clock("两点")
