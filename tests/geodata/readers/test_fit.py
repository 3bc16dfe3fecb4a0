"""FIT recordings, made here byte by byte as the FIT protocol lays them out."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geodata.errors import FileProblem
from geodata.readers.fit import read_fit
from tests.geodata.readers.recordings import checksum, fit

START = 1_709_600_400  # 2024-03-05 01:00 UTC
GOOD = fit((START, 113.1, 22.8), (START + 5, None, None), (START + 60, 113.101, 22.8), (START + 120, 113.102, 22.8))


def test_records(tmp_path: Path) -> None:
    """Records are the fixes of one track of the officer whose name the file has; those without position are told."""
    path = tmp_path / "张三.fit"
    path.write_bytes(GOOD)
    raw = read_fit(path)
    assert raw.columns["officer"] == ["张三"]
    assert raw.columns["times"] == ["0;60;120"]
    assert str(raw.columns["start"][0]) == "2024-03-05 01:00:00+00:00"
    assert [repair.what for repair in raw.repaired] == ["去掉 1 个没有时间或没有位置的点"]
    assert raw.shapes is not None
    assert raw.shapes[0].geoms[0].coords[1] == pytest.approx((113.101, 22.8), abs=1e-7)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"no fit at all, only words", "不是完好的 FIT"),
        (GOOD[:-20], "不是完好的 FIT"),
        (GOOD[:40] + b"\x00" + GOOD[41:], "不是完好的 FIT"),
        (fit((START, None, None)), "没有定位点"),
        (fit(), "没有定位点"),
    ],
)
def test_refused(tmp_path: Path, data: bytes, reason: str) -> None:
    """What is no FIT, is cut off, fails its checksum, or has no positions is refused with the reason."""
    path = tmp_path / "a.fit"
    path.write_bytes(data)
    with pytest.raises(FileProblem, match=reason):
        read_fit(path)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.integers(12, len(GOOD) - 3), st.integers(0, 255)), max_size=4))
def test_any_damage(tmp_path: Path, damage: list[tuple[int, int]]) -> None:
    """Whatever bytes are changed, checksums mended: tracks or a clear refusal."""
    body = bytearray(GOOD[:-2])
    for at, value in damage:
        body[at] = value
    head = bytes(body[:12])
    data = head + struct.pack("<H", checksum(head)) + bytes(body[14:])
    path = tmp_path / "a.fit"
    path.write_bytes(data + struct.pack("<H", checksum(data)))
    try:
        read_fit(path)
    except FileProblem:
        return


def test_too_many_messages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file of more messages than anybody records in a day or two is refused."""
    monkeypatch.setattr("geodata.readers.fit.MAX_FRAMES", 3)
    path = tmp_path / "a.fit"
    path.write_bytes(GOOD)
    with pytest.raises(FileProblem, match="超过 3 条记录"):
        read_fit(path)
