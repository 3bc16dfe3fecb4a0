"""What a camera wrote: every tag may be missing, of another type, or a fraction with nothing below it."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL.TiffImagePlugin import IFDRational

from geodata.photos.exif import Exif, exif_of
from tests.geodata.photos.pictures import angle, gps_of

NONE = IFDRational(0, 0)


def of_gps(**tags: Any) -> Exif:
    """Understand GPS tags, the usual position where nothing else is said."""
    numbers = {"lat_ref": 1, "lat": 2, "lon_ref": 3, "lon": 4, "side": 5, "altitude": 6, "time": 7}
    numbers |= {"direction_ref": 16, "direction": 17, "datum": 18, "day": 29, "accuracy": 31}
    gps = gps_of(113.61, 22.85) | {numbers[name]: value for name, value in tags.items()}
    return exif_of({}, {}, {tag: value for tag, value in gps.items() if value is not None})


def of_times(details: dict[int, Any], main: dict[int, Any] | None = None) -> Exif:
    """Understand tags of time."""
    return exif_of(main or {}, details, {})


@given(st.floats(-180, 180), st.floats(-90, 90))
def test_there_and_back(lon: float, lat: float) -> None:
    """A position comes back within the hundredths of a second that it was written in (3 cm)."""
    found = exif_of({}, {}, gps_of(lon, lat))
    if found.lon is None:  # 0°, 0° is no position
        assert max(abs(lon), abs(lat)) < 1e-6
        return
    assert found.lon == pytest.approx(lon, abs=3e-7)
    assert found.lat == pytest.approx(lat, abs=3e-7)


@pytest.mark.parametrize(
    ("value", "degrees"),
    [
        ((IFDRational(22), IFDRational(51), NONE), None),  # up to a mile off
        ((IFDRational(22), IFDRational(513, 10), NONE), 22.855),
        ((IFDRational(2285, 100), IFDRational(0), IFDRational(0)), 22.85),
        ((IFDRational(2285, 100),), 22.85),
        ((NONE, NONE, NONE), None),
        ((22.0, 51.0, 0.0), 22.85),
        ((IFDRational(22), IFDRational(61), IFDRational(0)), None),
        ((IFDRational(91), IFDRational(0), IFDRational(0)), None),
        ((IFDRational(22), IFDRational(51), IFDRational(0), IFDRational(0)), None),
        ("22", None),
        (b"\x00", None),
        ((math.nan, 0.0, 0.0), None),
        ((), None),
    ],
)
def test_angles(value: Any, degrees: float | None) -> None:
    """Degrees, minutes and seconds in one, two or three numbers; what would be far off or is none is given up."""
    found = of_gps(lat=value)
    assert found.lat == (None if degrees is None else pytest.approx(degrees))
    assert (found.lon is None) == (degrees is None)
    assert bool(found.notes) == (degrees is None)


@pytest.mark.parametrize(("ref", "sign"), [("S", -1), ("s", -1), ("N\0", 1), (b"S\0", -1), ("South", -1)])
def test_hemispheres(ref: Any, sign: int) -> None:
    """The hemisphere is its first letter, as text or bytes."""
    assert of_gps(lat_ref=ref).lat == pytest.approx(sign * 22.85)


@pytest.mark.parametrize("ref", ["", "?", None, 7, "\0"])
def test_hemisphere_missing(ref: Any) -> None:
    """A hemisphere that is not written is left open, and named."""
    found = of_gps(lat_ref=ref)
    assert (found.lat, found.unsigned) == (pytest.approx(22.85), ("lat",))


def test_nowhere() -> None:
    """0°, 0° is a device that had no fix."""
    found = of_gps(lon=angle(0), lat=angle(0))
    assert (found.lon, found.lat) == (None, None)
    assert "没有定上位" in found.notes[0]


@pytest.mark.parametrize(
    ("side", "altitude", "metres"),
    [
        (b"\x00", IFDRational(123, 10), 12.3),
        (b"\x01", IFDRational(123, 10), -12.3),
        (1, 5.0, -5),
        (None, 5.0, 5),
        (b"\x00", NONE, None),
        (b"\x00", IFDRational(10**6), None),
        (b"", 5.0, 5),
    ],
)
def test_altitude(side: Any, altitude: Any, metres: float | None) -> None:
    """Above or below the sea; none that is higher than any mountain."""
    assert of_gps(side=side, altitude=altitude).altitude == (None if metres is None else pytest.approx(metres))


@pytest.mark.parametrize(
    ("direction", "ref", "told"),
    [
        (90.5, "T", (90.5, "true")),
        (360.0, "M", (0, "magnetic")),
        (361.0, "T", (None, "true")),
        (None, "T", (None, None)),
    ],
)
def test_direction(direction: Any, ref: str, told: tuple[float | None, str | None]) -> None:
    """Clockwise from north, of which it says whether the magnet's; none beyond a turn."""
    found = of_gps(direction=direction, direction_ref=ref)
    assert (found.direction, found.direction_ref) == told


@pytest.mark.parametrize(
    ("day", "time", "told"),
    [
        ("2026:06:03", (2.0, 0.0, 5.9), "2026-06-03T02:00:05"),
        ("2026-06-03", (IFDRational(23), IFDRational(59), IFDRational(60)), "2026-06-04T00:00:00"),
        ("2026:06:03", (24.0, 0.0, 0.0), None),
        ("2026:13:03", (2.0, 0.0, 0.0), None),
        ("9999:12:31", (23.0, 0.0, 0.0), None),
        ("2026:06:03", (2.0, NONE, 0.0), None),
        ("2026:06:03", (2.0, 0.0), None),
        (None, (2.0, 0.0, 0.0), None),
        (b"\xff\xfe", (2.0, 0.0, 0.0), None),
    ],
)
def test_satellite_time(day: Any, time: Any, told: str | None) -> None:
    """The satellites' time needs day and clock, both such as there are."""
    assert of_gps(day=day, time=time).gps_time == told


@pytest.mark.parametrize(
    ("details", "taken", "offset"),
    [
        ({36867: "2026:06:03 10:00:00"}, "2026-06-03T10:00:00", None),
        ({36867: "2026:06:03 10:00:00", 36881: "+08:00"}, "2026-06-03T10:00:00", 480),
        ({36867: "2026:06:03 10:00:00", 36881: "-0330"}, "2026-06-03T10:00:00", -210),
        ({36867: "2026:06:03 10:00:00", 36881: "+99:00"}, "2026-06-03T10:00:00", None),
        ({36867: "0000:00:00 00:00:00", 36868: "2026:06:03 10:00:00"}, "2026-06-03T10:00:00", None),
        ({36867: "    :  :     :  :  "}, None, None),
        ({36867: 3}, None, None),
        ({36867: "9999:12:31 23:00:00"}, None, None),
    ],
)
def test_camera_time(details: dict[int, Any], taken: str | None, offset: int | None) -> None:
    """The time of taking, else of digitising, in the camera's own zone where it names one."""
    found = of_times(details)
    assert (found.taken, found.offset) == (taken, offset)


def test_time_of_change() -> None:
    """Only the time of the last change: used, and said."""
    found = of_times({}, {306: "2026:06:03 10:00:00"})
    assert found.taken == "2026-06-03T10:00:00"
    assert "修改时间" in found.notes[0]


@pytest.mark.parametrize(
    ("make", "model", "told"),
    [("HUAWEI", "HUAWEI P60", "HUAWEI P60"), ("Apple", "iPhone", "Apple iPhone"), (None, None, None), (b"A\0", 3, "A")],
)
def test_camera(make: Any, model: Any, told: str | None) -> None:
    """Maker and model, the maker's name once."""
    assert exif_of({271: make, 272: model}, {}, {}).camera == told


tags = st.dictionaries(
    st.sampled_from([*range(1, 32), 271, 272, 274, 306, *range(36867, 36883)]),
    st.one_of(
        st.none(),
        st.text(),
        st.binary(),
        st.integers(),
        st.floats(),
        st.builds(IFDRational, st.integers(), st.integers(0, 9)),
        st.lists(st.one_of(st.builds(IFDRational, st.integers(0, 99), st.integers(0, 9)), st.text())).map(tuple),
    ),
)


@given(tags, tags, tags)
def test_whatever_stands_there(main: dict[int, Any], details: dict[int, Any], gps: dict[int, Any]) -> None:
    """Any tags at all give plain values that can be: nothing breaks."""
    found = exif_of(main, details, gps)
    assert (found.lon is None) == (found.lat is None)
    assert found.lon is None or (abs(found.lon) <= 180 and found.lat is not None and abs(found.lat) <= 90)
    assert found.altitude is None or math.isfinite(found.altitude)
    assert found.orientation in range(1, 9)
    assert all(text is None or text.isprintable() for text in (found.camera, found.map_datum))
