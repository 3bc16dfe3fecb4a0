"""Time between check-ins."""

from __future__ import annotations

import pytest

from tests.coverage.evidence.towns import NINE, ledger, marks, visit

Rows = list[dict[str, object]]


def at_places(steps: list[tuple[float, float]], **more: object) -> tuple[dict[str, tuple[float, float] | None], Rows]:
    """Give places on a line and visits there: each (metres east, minutes)."""
    places: dict[str, tuple[float, float] | None] = {f"p{n}": (metres, 0.0) for n, (metres, _) in enumerate(steps)}
    rows = [visit(f"p{n}", (metres + 1, n + 1), minutes, **more) for n, (metres, minutes) in enumerate(steps)]
    return places, rows


def marked(steps: list[tuple[float, float]], code: str, mode: str = "walk", **more: object) -> list[bool]:
    """Say which of the visits have the mark."""
    places, rows = at_places(steps, **more)
    return [code in each.split(";") for each in marks(ledger(places, rows, mode=mode)).values()]


def test_speed_of_walkers_and_drivers() -> None:
    """Between 10 minutes 15 m/s is the bound on foot, 40 m/s at the wheel, tolerance and accuracies taken off."""
    assert marked([(0, 0), (9200, 10)], "speed") == [False, False]
    assert marked([(0, 0), (9400, 10)], "speed") == [False, True]
    assert marked([(0, 0), (24400, 10)], "speed", mode="car") == [False, False]
    assert marked([(0, 0), (24700, 10)], "speed", mode="car") == [False, True]


def test_the_one_that_jumps_is_marked() -> None:
    """Away and back: the one far off is marked, those before and after are not."""
    assert marked([(0, 0), (300, 20), (30000, 24), (600, 28)], "speed") == [False, False, True, False]


def test_times_cut_to_minutes() -> None:
    """Times of whole minutes may be a minute apart more."""
    start = NINE.replace(second=0)
    places, rows = at_places([(0, 0), (1900, 1)])
    whole = [row | {"at": start.replace(minute=n)} for n, row in enumerate(rows)]
    assert not any("speed" in each for each in marks(ledger(places, whole)).values())
    assert [("speed" in each) for each in marks(ledger(places, rows)).values()] == [False, True]


def test_times_noted_to_the_hour() -> None:
    """An office that notes full hours is in no hurry and no flight; with seconds the same times are a hurry."""
    places, rows = at_places([(300 * n, 0) for n in range(12)])
    hours = [row | {"at": NINE.replace(hour=9 + n // 6, minute=0, second=0)} for n, row in enumerate(rows)]
    assert set(marks(ledger(places, hours)).values()) == {""}
    exact = [row | {"at": row["at"].replace(second=n + 1)} for n, row in enumerate(hours)]  # type: ignore[attr-defined]
    assert any("hurry" in each for each in marks(ledger(places, exact)).values())


def test_days_only() -> None:
    """A ledger that gives days has no pace."""
    places, rows = at_places([(0, 0), (9000, 0), (400, 0)])
    days = [row | {"at": NINE.replace(hour=0, minute=0, second=0)} for row in rows]
    assert set(marks(ledger(places, days)).values()) == {""}


@pytest.mark.parametrize("source", ["gps", "typed"])
def test_hurry(source: str) -> None:
    """Five places 80 m apart in 45 s each nobody looks at; in 101 s each somebody may."""
    assert marked([(80 * n, 0.75 * n) for n in range(5)], "hurry", geotag=source) == [True] * 5
    assert not any(marked([(80 * n, 101 / 60 * n) for n in range(5)], "hurry", geotag=source))


def test_shops_of_one_building() -> None:
    """Several shops of one building within a minute are no hurry, nor is one place in several rows."""
    assert not any(marked([(5 * n, 0.4 * n) for n in range(5)], "hurry"))
    places, rows = at_places([(0, 0)])
    assert set(marks(ledger(places, rows * 3)).values()) == {""}


def test_whole_estate() -> None:
    """Ten factories 60 m apart, 2 minutes each, are quick and honest."""
    assert not any(marked([(60 * n, 2 * n) for n in range(10)], "hurry"))


def test_burst() -> None:
    """From one spot within minutes: places 160 m apart are marked, 110 m apart are not, nor with 11 minutes between."""

    def burst(apart: float, minutes: float) -> list[bool]:
        rows = [visit("a", (0.0, 0.0)), visit("b", (4.0, 3.0), minutes)]
        told = marks(ledger({"a": (0.0, 1.0), "b": (apart, 0.0)}, rows))
        return ["burst" in each for each in told.values()]

    assert burst(160, 5) == [True, True]
    assert burst(110, 5) == [False, False]
    assert burst(160, 11) == [False, False]


def test_unknown_officers_are_not_one_person() -> None:
    """Rows without an officer have no pace."""
    places, rows = at_places([(0, 0), (30000, 1), (0, 2)], officer=None)
    assert set(marks(ledger(places, rows)).values()) == {""}
