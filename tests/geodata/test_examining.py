"""What the doctor says of a whole file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from geodata.datum import to_wgs84
from geodata.doctor import Ground
from geodata.errors import FileProblem
from geodata.examining import DRAWN, examine
from geodata.importing import import_file
from geodata.model import Town
from geodata.store import create_store

Write = Callable[..., Path]
TRUTH = {
    "chicago/places_gbk.csv": ("places", 7605, "gbk", "wgs84"),
    "chicago/inspections_utf8bom.csv": ("inspections", 17159, "utf-8-sig", "wgs84"),
    "chicago/hazards_utf8.csv": ("hazards", 32976, "utf-8", "wgs84"),
    "chicago/police_beats.geojson": ("areas", 275, "utf-8", "wgs84"),
    "chicago/police_districts.geojson": ("areas", 23, "utf-8", "wgs84"),
    "chicago/community_areas.geojson": ("areas", 77, "utf-8", "wgs84"),
    "dongguan/towns_other_source.geojson": ("areas", 33, "utf-8", "wgs84"),
    "tracks/cars_points.csv": ("tracks", 6682, "utf-8", "wgs84"),
    "tracks/cars_ground_truth.csv": ("roads", 132, "utf-8", "wgs84"),
    "tracks/test1.gpx": ("tracks", 1, "utf-8", "wgs84"),
    "tracks/gpxv1_0.gpx": ("tracks", 1, "utf-8", "wgs84"),
    "tracks/no_trkpt.gpx": ("tracks", 1, "utf-8", None),
    "roads/helsinki.osm.pbf": ("roads", 2461, "utf-8", "wgs84"),
    "roads/north-bayreuth.osm.pbf": ("roads", 2056, "utf-8", "wgs84"),
    "routing/best_known.csv": (None, 6, "utf-8", None),
    "routing/p5.4.z.txt": (None, 68, "utf-8", None),
}
NO_LEDGER = {
    "tracks/no_trk.gpx": "没有轨迹",
    "tracks/test-only-wpt.gpx": "没有轨迹",
    "districting/ID.json": "不是 GeoJSON 要素集合",
    "SOURCES.md": r"还不能读 \.md",
}


@pytest.mark.parametrize("name", TRUTH)
def test_the_real_files(name: str, shared_data: Path) -> None:
    """Of every real file the doctor says the table, the rows, the encoding and the system."""
    found = examine(shared_data / name, Ground.unknown())
    system = found.datum.system if found.datum else None
    assert (found.table, found.rows, found.encoding, system) == TRUTH[name]
    assert not found.asks


@pytest.mark.parametrize("name", NO_LEDGER)
def test_files_that_are_no_ledger(name: str, shared_data: Path) -> None:
    """What is no ledger is said to be none."""
    with pytest.raises(FileProblem, match=NO_LEDGER[name]):
        examine(shared_data / name, Ground.unknown())


def test_undeclared_bd09(shared_data: Path, tmp_path: Path) -> None:
    """Dongguan's file that doesn't say so is BD-09: 0.885 against 0.69 as GCJ-02 and 0.60 as it stands."""
    with create_store(tmp_path / "a.gpkg", Town("东莞市", "441900")) as store:
        known = shared_data / "dongguan" / "towns_other_source.geojson"
        import_file(store, "areas", [known], level="town", columns={"code": "id"})
        ground = Ground.of(store.ledger())
    found = examine(shared_data / "dongguan" / "towns_unclosed_rings.geojson", ground)
    assert found.datum is not None
    assert (found.datum.system, found.datum.how) == ("bd09", "estimated")
    overlaps = [float(*finding.fit.figures.values()) for finding in found.diagnosis.findings[:3]]
    assert [finding.way.system for finding in found.diagnosis.findings[:3]] == ["bd09", "gcj02", "wgs84"]
    assert overlaps == pytest.approx([0.885, 0.69, 0.60], abs=0.006)
    assert sum("闭合" in repair.what for repair in found.repaired) == 25
    assert [repair.row for repair in found.repaired if "丢弃" in repair.what] == [29]


def test_headers_of_a_table(file: Write) -> None:
    """The table is the one that understands most headers; what it does not understand is said."""
    found = examine(file("a.csv", "编号,企业名称,经度,纬度,心情\nP1,一厂,113.6,22.8,好\n"), Ground.unknown())
    assert (found.table, found.unknown) == ("places", ("心情",))


def test_one_that_must_be_asked(file: Write) -> None:
    """Where an import would ask for the system, so does the doctor."""
    found = examine(file("a.csv", "编号,名称,经度,纬度\nP1,一厂,77777777,99999999\n"), Ground.unknown())
    assert found.datum is None
    assert "--datum" in found.asks


def test_kml_of_tracks(file: Write) -> None:
    """A KML with tracks is one of tracks."""
    track = "".join(f"<when>2024-03-05T01:0{n}:00Z</when><coord>113.60{n} 22.8</coord>" for n in range(5))
    path = file(
        "a.kml", f'<kml xmlns="http://www.opengis.net/kml/2.3"><Placemark><Track>{track}</Track></Placemark></kml>'
    )
    assert examine(path, Ground.unknown()).table == "tracks"


def test_positions_of_the_likeliest_ways(file: Write) -> None:
    """The likeliest ways come with the positions as they read them, to be drawn for a person; the others without."""
    rows = [(113.60, 22.80), (113.62, 22.81), (113.61, 22.83)]
    lines = "\n".join(f"P{at},厂,{lon},{lat}" for at, (lon, lat) in enumerate(rows))
    ways = examine(file("a.csv", f"编号,企业名称,经度,纬度\n{lines}\n"), Ground.unknown()).as_dict()["ways"]
    drawn = {way["system"]: way["positions"] for way in ways if "positions" in way and not way["swapped"]}
    assert [("positions" in way) for way in ways] == [at < DRAWN for at in range(len(ways))]
    assert drawn["wgs84"] == rows
    lon, lat = to_wgs84(*np.array(rows).T, "gcj02")
    assert np.array(drawn["gcj02"]) == pytest.approx(np.column_stack([lon, lat]), abs=1e-6)
