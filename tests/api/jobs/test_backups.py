"""When a backup is due, and who makes it."""

from __future__ import annotations

from datetime import datetime, time
from pathlib import Path
from threading import Event
from zoneinfo import ZoneInfo

import pytest
from pydantic import ValidationError

from api.jobs.backups import Schedule, clock, due_since, export_head, heads_file, made
from api.jobs.folder import Places
from api.jobs.kinds import backup_path, draft_of_backup
from api.problems import NotFoundProblem
from api.settings import Settings
from geodata.errors import StoreProblem
from geodata.model import Town
from geodata.store import create_store, open_store
from geodata.store.backup import back_up
from geodata.store.heads import read_heads

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
    schedule = Schedule(TWO, ZONE, lambda: made[-1] if made else None, lambda _: made.append(now))
    for now in (on(30, 2), on(30, 2, 1), on(30, 23), datetime(2024, 7, 1, 2, tzinfo=ZONE)):
        schedule.look(now)
    assert [each.day for each in made] == [30, 1]


def test_goes_on_after_a_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    """A disk that was full, a file that was held: it is tried again, and the fault is in the log."""
    monkeypatch.setattr("api.jobs.backups.LOOK_S", 0.001)
    tried, enough = list[datetime](), Event()

    def make(due: datetime) -> None:
        tried.append(due)
        if len(tried) == 1:
            raise StoreProblem("磁盘已满")
        if len(tried) == 2:
            raise OSError
        enough.set()

    schedule = Schedule(TWO, ZONE, lambda: None, make)
    schedule.open()
    assert enough.wait(20)
    schedule.close()


@pytest.fixture
def places(tmp_path: Path) -> Places:
    """Make an empty town, and the folder of its backups."""
    places = Places(tmp_path / "town.gpkg", tmp_path / "backups")
    create_store(places.store, Town("某镇", "441900121")).close()
    places.backups.mkdir()
    return places


def test_the_head_goes_out_with_each_backup(places: Places) -> None:
    """The audit's head of each backup is added to a text beside the backups, which holds against the store."""
    first = places.backups / "1.zip"
    back_up(places.store, first)
    assert export_head(places, first) == ""
    with open_store(places.store, write=True) as store:
        store.write_rules("# 新规则\n", actor="clerk", source="rules.toml")
    second = places.backups / "2.zip"
    back_up(places.store, second)
    assert export_head(places, second) == ""
    with open_store(places.store) as store:
        heads = read_heads(heads_file(places), store.town.code)
        assert len(heads) == 2
        assert heads[-1] == store.head()
        assert store.check_audit(heads) == []


def test_a_head_that_cannot_go_out_is_said(places: Places) -> None:
    """Where somebody changed the text of heads the backup stands, and it is said why no head was added."""
    kept = places.backups / "1.zip"
    back_up(places.store, kept)
    heads_file(places).write_text("别的\n", encoding="utf-8")
    assert "审计链头没有导出" in export_head(places, kept)
    assert heads_file(places).read_text(encoding="utf-8") == "别的\n"
    assert kept.is_file()


def test_backups_of_other_towns(tmp_path: Path) -> None:
    """In a folder of several towns only the own backups are listed and given out; none are written into each other."""
    own, other = (Places(tmp_path / f"{name}.gpkg", tmp_path) for name in ("town", "town-2"))
    for name in (
        "town-20240601-020000",
        "town-2-20240602-020000",
        "20240603-020000",
        "town-手写",
        "town-20240604-020000",
    ):
        (tmp_path / f"{name}.zip").touch()
    assert [each.path.stem for each in made(own)] == ["town-20240604-020000", "town-20240601-020000"]
    assert [each.path.stem for each in made(other)] == ["town-2-20240602-020000"]
    with pytest.raises(NotFoundProblem):
        backup_path(own, "town-2-20240602-020000.zip")
    assert draft_of_backup(own, 1) != draft_of_backup(other, 1)


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
