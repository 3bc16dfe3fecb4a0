"""The real files, row for row."""

from __future__ import annotations

from pathlib import Path

import pytest
import shapely

from geodata.errors import FileProblem
from geodata.importing import import_file
from geodata.model import Town
from geodata.store import create_store

pytestmark = pytest.mark.long

CHICAGO = (
    ("police_districts.geojson", "district", 23),
    ("police_beats.geojson", "grid", 275),
    ("community_areas.geojson", "community", 77),
)


def test_chicago(shared_data: Path, tmp_path: Path) -> None:
    """Chicago's areas come in with the grids before their communities; a second import changes nothing.

    What is inspected there: tests/api/cli/test_chicago.py.
    """
    with create_store(tmp_path / "c.gpkg", Town("芝加哥", "990002", "America/Chicago")) as store:
        for again in (False, True):
            for name, level, rows in CHICAGO:
                (report,) = import_file(store, "areas", [shared_data / "chicago" / name], level=level)
                assert (report.rows_read, len(report.rejected)) == (rows, 0)
                assert (report.unchanged if again else report.inserted) == rows
                assert report.inserted + report.updated + report.unchanged == rows
                assert report.encoding == "utf-8"
                if level == "community":
                    assert any("没有完全落在一个上级区域内" in text for text in report.warnings)
        areas = store.ledger("areas").areas
        beats = areas[areas["level"] == "grid"]
        assert beats["parent"].notna().all()
        assert set(beats["parent_level"]) == {"community"}
        assert store.check() == []


@pytest.mark.parametrize(
    ("name", "inserted", "closed", "dropped", "overlap"),
    [
        ("towns_unclosed_rings.geojson", 32, 25, [29], "48 对相邻区域重叠，共 3.71 km²"),
        (
            "towns_other_source.geojson",
            33,
            0,
            [],
            "共 0.45 km²：石碣镇（第 9 行）与石龙镇（第 10 行）",
        ),
    ],
)
def test_dongguan(
    shared_data: Path, tmp_path: Path, name: str, inserted: int, closed: int, dropped: list[int], overlap: str
) -> None:
    """Both sources of Dongguan come in; every repair is told with its row, overlaps with their size."""
    with create_store(tmp_path / "d.gpkg", Town("东莞市", "441900")) as store:
        path = shared_data / "dongguan" / name
        (report,) = import_file(store, "areas", [path], level="town", columns={"code": "id"})
        assert (report.rows_read, report.inserted) == (inserted, inserted)
        assert sum("闭合" in repair.what for repair in report.repaired) == closed
        assert [repair.row for repair in report.repaired if "2 个点" in repair.what] == dropped
        aligned = [repair for repair in report.repaired if "对齐边界" in repair.what]
        assert len(report.repaired) == closed + len(dropped) + len(aligned)
        assert all(1 <= repair.row <= inserted for repair in report.repaired)
        assert any(overlap in text for text in report.warnings)
        assert store.ledger("areas").areas.geometry.dropna().is_valid.all()
        assert store.check() == []
        (again,) = import_file(store, "areas", [path], level="town", columns={"code": "id"})
        assert again.unchanged == inserted


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("gpxv1_0.gpx", ""),
        ("test1.gpx", ""),
        ("test2_no_millis.gpx", "没有两个带时间的点"),
        ("no_trkpt.gpx", "里没有点（trkpt）"),
        ("no_trkseg.gpx", "里没有段（trkseg）"),
        ("no_trk.gpx", "里没有轨迹（trk）。"),
        ("test-only-wpt.gpx", "里没有轨迹（trk），只有.*航点（wpt）"),
    ],
)
def test_gpx_good_and_odd(shared_data: Path, tmp_path: Path, name: str, reason: str) -> None:
    """Tracks with times come in, with one time a point; the others are refused with the reason."""
    with create_store(tmp_path / "t.gpkg", Town("甲镇", "990001001")) as store:
        path = shared_data / "tracks" / name
        if reason:
            with pytest.raises(FileProblem, match=reason):
                import_file(store, "tracks", [path])
            return
        (report,) = import_file(store, "tracks", [path])
        assert (report.rows_read, report.inserted, report.rejected) == (1, 1, [])
        track = store.ledger("tracks").tracks.iloc[0]
        assert len(track["times"].split(";")) == len(shapely.get_coordinates(track.geometry))


def test_car_tracks(shared_data: Path, tmp_path: Path) -> None:
    """6,682 timed points of 132 cars become 132 tracks; every point is in a line or was told as dropped."""
    with create_store(tmp_path / "t.gpkg", Town("霍夫", "990001001", "Europe/Berlin")) as store:
        path = shared_data / "tracks" / "cars_points.csv"
        (report,) = import_file(store, "tracks", [path])
        assert (report.rows_read, report.inserted, report.rejected) == (6682, 132, [])
        tracks = store.ledger("tracks").tracks
        kept = len(shapely.get_coordinates(tracks.geometry.array))
        dropped = dict.fromkeys(("同一时刻", "漂移", "孤立"), 0)
        for repair in report.repaired:
            for part in repair.what.split("；"):
                for word in dropped:
                    dropped[word] += int(part.split()[1]) if word in part else 0
        assert (kept, dropped) == (6498, {"同一时刻": 179, "漂移": 2, "孤立": 3})
        assert kept + sum(dropped.values()) == 6682
        assert tracks["times"].str.count(";").sum() + len(tracks) == kept
        (again,) = import_file(store, "tracks", [path])
        assert again.unchanged == 132
