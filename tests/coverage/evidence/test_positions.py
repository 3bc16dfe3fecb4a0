"""The geotag against the place."""

from __future__ import annotations

import shapely

from geodata.datum.shifts import wgs84_to_bd09, wgs84_to_gcj02
from tests.coverage.evidence.towns import degrees, graded, ledger, marks, visit

PLACES = {"a": (0.0, 0.0), "b": (400.0, 0.0), "c": (800.0, 0.0), "d": (1200.0, 0.0)}


def only(**more: object) -> str:
    """Give the marks of one visit of a."""
    at = more.pop("spot", (3.0, 4.0))
    return marks(ledger(PLACES, [visit("a", at, **more)]))["i0"]  # type: ignore[arg-type]


def test_near_far_between() -> None:
    """Up to tolerance and accuracy nothing is marked, up to 200 m more it is off, beyond it is far."""
    assert [only(spot=(metres, 0.0)) for metres in (109, 111, 309, 311)] == ["", "off", "off", "far"]


def test_accuracy_is_honest_noise() -> None:
    """What the phone itself calls uncertain is no distance, up to 100 m."""
    assert only(spot=(190.0, 0.0), accuracy=100.0) == ""
    assert only(spot=(210.0, 0.0), accuracy=5000.0) == "off"


def test_sources() -> None:
    """Mock speaks against, typed and none are weak."""
    assert [only(geotag=word) for word in ("mock", "typed", "exif")] == ["mock", "typed", ""]
    assert only(spot=None) == "no-position"


def test_same_spot() -> None:
    """One position to the last digit at places 400 m apart is marked, a centimetre beside it is not."""
    spot = (200.0, 30.0)
    rows = [visit("a", spot, 0), visit("b", spot, 60)]
    assert all("same-spot" in each for each in marks(ledger(PLACES, rows)).values())
    beside = [visit("a", spot, 0), visit("b", (200.1, 30.0), 60)]
    assert not any("same-spot" in each for each in marks(ledger(PLACES, beside)).values())


def test_coarse_positions_may_be_the_same() -> None:
    """Three decimals are a square of 100 m, a fix of the network says 100 m: places 250 m apart may share one."""
    near = {"a": (0.0, 0.0), "b": (250.0, 0.0)}
    coarse = shapely.Point(113.651, 22.801)
    rounded = [visit(name, None, 60 * n, geotag="gps", geometry=coarse) for n, name in enumerate("ab")]
    assert not any("same-spot" in each for each in marks(ledger(near, rounded)).values())
    cell = [visit(name, (120.0, 30.0), 60 * n, accuracy=100.0) for n, name in enumerate("ab")]
    assert not any("same-spot" in each for each in marks(ledger(near, cell)).values())
    sharp = [visit(name, (120.0, 30.0), 60 * n) for n, name in enumerate("ab")]
    assert all("same-spot" in each for each in marks(ledger(near, sharp)).values())


def test_a_phone_that_repeats_its_fix_in_one_building() -> None:
    """Places within the tolerance may share a position; so may visits of one place."""
    near = {"a": (0.0, 0.0), "b": (60.0, 0.0)}
    rows = [visit("a", (20.0, 0.0), 0), visit("b", (20.0, 0.0), 20), visit("a", (20.0, 0.0), 9000)]
    assert set(marks(ledger(near, rows)).values()) == {""}


def test_own_point_of_the_place() -> None:
    """A position put on the place's own point is not same-spot, however often."""
    rows = [visit("a", (0.0, 0.0), 0), visit("a", (0.0, 0.0), 1500), visit("b", (400.0, 0.0), 3000)]
    assert set(marks(ledger(PLACES, rows)).values()) == {""}


def shifted(shift: object, count: int) -> dict[str, str]:
    """Give the marks of visits of as many places by a phone that shifts."""
    rows = []
    for n, place in enumerate(list(PLACES)[:count]):
        point = degrees(PLACES[place])
        assert point is not None
        lon, lat = shift(point.x, point.y)  # type: ignore[operator]
        rows.append(visit(place, (0.0, 0.0), 60 * n, geometry=shapely.Point(float(lon), float(lat))))
    return marks(ledger(PLACES, rows))


def test_phone_in_another_system() -> None:
    """Three visits that fit the shift are a phone's setting, no distance; two may be chance."""
    assert set(shifted(wgs84_to_gcj02, 3).values()) == {"gcj02"}
    assert set(shifted(wgs84_to_bd09, 4).values()) == {"bd09"}
    assert set(shifted(wgs84_to_gcj02, 2).values()) == {"far"}


def test_a_phone_switched_to_another_system_midway() -> None:
    """Good positions of before don't hide that all that are off fit the shift."""
    right = [visit(name, PLACES[name], 60 * n) for n, name in enumerate(PLACES)]
    points = [degrees(PLACES[name]) for name in PLACES]
    shifted_points = [shapely.Point(*map(float, wgs84_to_gcj02(point.x, point.y))) for point in points if point]
    later = [
        visit(name, None, 3000 + 60 * n, geotag="gps", geometry=shifted_points[n]) for n, name in enumerate(PLACES)
    ]
    told = list(marks(ledger(PLACES, right + later)).values())
    assert told == [""] * 4 + ["gcj02"] * 4


def test_shifted_is_weak_not_suspect() -> None:
    """A shifted position stays C: the figures do not verify it."""
    point = degrees((0.0, 0.0))
    assert point is not None
    lon, lat = wgs84_to_gcj02(point.x, point.y)
    rows = [visit("a", None, 2000 * n, geotag="gps", geometry=shapely.Point(float(lon), float(lat))) for n in range(3)]
    told = graded(ledger(PLACES, rows))
    assert set(told["grade"]) == {"C"}
    assert not told["suspect"].any()
    assert "手机坐标系疑似GCJ-02" in told["why"].iloc[0]
