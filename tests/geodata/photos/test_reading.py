"""When pictures were taken."""

from __future__ import annotations

from datetime import datetime

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from geodata.photos.exif import Exif
from geodata.photos.reading import moment_of, moments

TIMES = st.none() | st.datetimes(datetime(1980, 1, 1), datetime(2100, 1, 1)).map(lambda at: at.isoformat())
# clocks are put forward and back
TURNS = st.sampled_from(["2024-03-31T02:30:00", "2024-10-27T02:30:00", "1999-12-31T23:59:59", "2000-01-01T00:00:00"])


@given(TIMES | TURNS, TIMES, st.none() | st.integers(-720, 840), st.sampled_from(["Asia/Shanghai", "Europe/Berlin"]))
def test_one_as_many(taken: str | None, gps: str | None, offset: int | None, timezone: str) -> None:
    """The moment of one picture, and its camera's error, are those that it has among many."""
    found, error = moment_of(Exif(taken=taken, offset=offset, gps_time=gps), timezone)
    columns = ("id", "name", "direction_ref", "camera", "phash", "lon", "lat", "altitude", "direction")
    frame = pd.DataFrame([dict.fromkeys((*columns, "accuracy", "width", "height"))])
    among, _ = moments(frame.assign(row=1, taken=taken, offset=offset, gps_time=gps), timezone)
    expected, expected_error = among["taken_at"].iat[0], among["clock_error"].iat[0]
    assert (found is None) == pd.isna(expected)
    assert found is None or found == expected.to_pydatetime()
    assert (error is None) == pd.isna(expected_error)
    assert error is None or error == expected_error
