"""The real files, row for row."""

from __future__ import annotations

from pathlib import Path

import pytest
import shapely

from geodata.errors import FileProblem
from geodata.importing import import_file
from geodata.model import Town
from geodata.store import create_store

CHICAGO = (
    ("areas", "police_districts.geojson", "district", 23, 23),
    ("areas", "police_beats.geojson", "grid", 275, 275),
    ("areas", "community_areas.geojson", "community", 77, 77),
    ("places", "places_gbk.csv", None, 7605, 7605),
    ("inspections", "inspections_utf8bom.csv", None, 17159, 17159),
    ("hazards", "hazards_utf8.csv", None, 32976, 32693),
)


def test_chicago(shared_data: Path, tmp_path: Path) -> None:
    """All of Chicago comes in, every row accounted for; a second import changes nothing."""
    with create_store(tmp_path / "c.gpkg", Town("芝加哥", "990002", "America/Chicago")) as store:
        said: dict[str, list[str]] = {}
        for again in (False, True):
            for table, name, level, read, kept in CHICAGO:
                (report,) = import_file(store, table, [shared_data / "chicago" / name], level=level)
                assert (report.rows_read, len(report.rejected)) == (read, read - kept)
                assert (report.unchanged if again else report.inserted) == kept
                assert report.inserted + report.updated + report.unchanged == kept
                said.setdefault(name, report.warnings)
                if not again:
                    assert report.encoding == {"places_gbk.csv": "gbk", "inspections_utf8bom.csv": "utf-8-sig"}.get(
                        name, "utf-8"
                    )
                if table == "hazards":
                    assert all("重复" in fault.problem for fault in report.rejected)
        ledger = store.ledger()
        assert ledger.inspections.geometry.isna().sum() == 110
        assert any("110 行没有坐标" in text for text in said["inspections_utf8bom.csv"])
        assert any("“Canvass” 17159 行" in text for text in said["inspections_utf8bom.csv"])
        assert any("没有完全落在一个上级区域内" in text for text in said["community_areas.geojson"])
        beats = ledger.areas[ledger.areas["level"] == "grid"]
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
