"""Photos' way into the store: attached or made into inspections, told, undone, never half-written."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import shapely
from PIL.TiffImagePlugin import IFDRational

from geodata.datum import from_wgs84
from geodata.errors import FileProblem, RowsRejected, StoreProblem, UndoProblem
from geodata.importing import import_file
from geodata.photos.importing import PhotoReport, import_photos
from geodata.store import Store
from geodata.store.thumbnails import read_thumbnail, thumbnails_path
from tests.geodata.photos.pictures import AT, photo

VISITS = "检查编号,企业编号,检查时间,检查人,照片\n"


@pytest.fixture
def album(tmp_path: Path) -> Path:
    """Give a folder for photos."""
    folder = tmp_path / "六月照片"
    folder.mkdir()
    return folder


def visits(town: Store, tmp_path: Path, *rows: str) -> None:
    """Import inspections."""
    path = tmp_path / "visits.csv"
    path.write_text(VISITS + "".join(f"{row}\n" for row in rows))
    import_file(town, "inspections", [path], datum="wgs84")


def take(town: Store, album: Path, **how: Any) -> PhotoReport:
    """Import a folder."""
    return import_photos(town, [album], **how)


def stored(town: Store) -> pd.DataFrame:
    """Give the store's photos by name."""
    return town.ledger("photos").frames["photos"].set_index("name")


def test_attached(town: Store, album: Path, tmp_path: Path) -> None:
    """By the name that the inspection gives, else by time and place; the rest is listed with the reason."""
    visits(town, tmp_path, "V1,P1,2026-06-03 10:10,,", "V2,P2,2026-06-09 09:00,,named.jpg")
    photo(album / "near.jpg", 1)
    photo(album / "named.jpg", 2, at=None)
    photo(album / "far.jpg", 3, at=(113.65, 22.85))
    report = take(town, album)
    assert (report.rows_read, report.inserted, report.rejected) == (3, 3, [])
    assert [(each["photo"], each["inspection_id"], each["how"]) for each in report.attached] == [
        ("六月照片/named.jpg", "V2", "name"),
        ("六月照片/near.jpg", "V1", "time"),
    ]
    assert [each["photo"] for each in report.unattached] == ["六月照片/far.jpg"]
    assert "前后 30 分钟" in report.unattached[0]["why"]
    photos = stored(town)
    assert photos["place_id"].dropna().to_dict() == {"named.jpg": "P2", "near.jpg": "P1"}
    near = photos.loc["near.jpg"]
    assert (round(near.geometry.x, 5), round(near.geometry.y, 5)) == AT
    assert near["taken_at"] == pd.Timestamp("2026-06-03 10:00", tz="Asia/Shanghai")
    assert town.check() == []


def test_twice_changes_nothing(town: Store, album: Path, tmp_path: Path) -> None:
    """The same photos again change nothing; an inspection that came later is found then."""
    photo(album / "a.jpg")
    take(town, album)
    again = take(town, album)
    assert (again.unchanged, again.attached) == (1, [])
    visits(town, tmp_path, "V1,P1,2026-06-03 10:10,,")
    later = take(town, album)
    assert (later.updated, len(later.attached)) == (1, 1)
    assert take(town, album).unchanged == 1


def test_made_into_inspections(town: Store, album: Path) -> None:
    """Photos that no inspection explains become inspections of the places where they were taken, once."""
    photo(album / "a.jpg", 1)
    photo(album / "b.jpg", 2, minutes=10)
    photo(album / "c.jpg", 3, at=(113.66, 22.85))
    photo(album / "d.jpg", 4, at=(113.69, 22.85))
    report = take(town, album, as_inspections=True)
    assert [(each["place_id"], each["photos"]) for each in report.made_inspections] == [("P1", 2), ("P2", 1)]
    assert [(each["photo"], each["why"]) for each in report.unattached] == [
        ("六月照片/d.jpg", "100 米以内没有场所，没有生成检查记录")
    ]
    done = town.ledger("inspections").inspections
    assert done["geotag"].tolist() == ["exif", "exif"]
    again = take(town, album, as_inspections=True)
    assert (again.unchanged, again.made_inspections) == (4, [])
    assert town.check() == []


def test_undone(town: Store, album: Path) -> None:
    """Made inspections can't be undone before their photos; then both can, and nothing is left."""
    photo(album / "a.jpg")
    report = take(town, album, as_inspections=True)
    assert report.import_id is not None
    assert report.made_import_id is not None
    with pytest.raises(UndoProblem, match=rf"已有 1 行照片.*请先撤销导入 {report.import_id}"):
        town.undo(report.made_import_id, actor="t")
    town.undo(report.import_id, actor="t")
    town.undo(report.made_import_id, actor="t")
    assert stored(town).empty
    assert town.ledger("inspections").inspections.empty
    assert town.check() == []


def test_dry_run(town: Store, album: Path) -> None:
    """A dry run says what would be, and writes nothing, no thumbnail either."""
    photo(album / "a.jpg")
    version = town.version()
    report = take(town, album, as_inspections=True, dry_run=True)
    assert (report.inserted, len(report.made_inspections), report.import_id) == (1, 1, None)
    assert town.version() == version
    assert not thumbnails_path(town.path).exists()


def test_bad_files(town: Store, album: Path) -> None:
    """Bad files are rejected each by itself; with strict, all is refused; nothing but bad ones is an error."""
    photo(album / "a.jpg")
    (album / "b.jpg").write_bytes(b"no picture")
    (album / "说明.txt").write_text("x")
    with pytest.raises(RowsRejected):
        take(town, album, strict=True)
    assert stored(town).empty
    report = take(town, album)
    assert (report.rows_read, report.inserted) == (2, 1)
    assert [(fault.row, fault.value) for fault in report.rejected] == [(2, "六月照片/b.jpg")]
    assert any("1 个别的文件" in warning for warning in report.warnings)
    with pytest.raises(FileProblem, match="没有一张照片能用"):
        import_photos(town, [album / "b.jpg"])


def test_copies(town: Store, album: Path) -> None:
    """A copy of a photo in the same folder is rejected with the name of the first."""
    (album / "b.jpg").write_bytes(photo(album / "a.jpg").read_bytes())
    report = take(town, album)
    assert report.inserted == 1
    assert "与“六月照片/a.jpg”一模一样" in report.rejected[0].problem


def test_reused_picture(town: Store, album: Path, tmp_path: Path) -> None:
    """The same picture, compressed again, at two inspections is told with both names."""
    visits(town, tmp_path, "V1,P1,2026-06-03 10:10,,", "V2,P1,2026-06-08 10:10,,")
    photo(album / "first.jpg", 7)
    take(town, album)
    photo(album / "again.jpg", 7, minutes=5 * 24 * 60, quality=50)
    report = take(town, album)
    (told,) = [warning for warning in report.warnings if "同一张照片" in warning]
    assert "“again.jpg”（检查 V2）与“first.jpg”（检查 V1）几乎一样" in told


def test_officers(town: Store, album: Path, tmp_path: Path) -> None:
    """The innermost folder named after an officer says who took it; who is named in the command comes first."""
    officers = tmp_path / "officers.csv"
    officers.write_text("编号,姓名\nA1,张三\nA2,李四\n")
    import_file(town, "officers", [officers])
    photo(album / "张三" / "a.jpg", 1)
    photo(album / "别处" / "b.jpg", 2)
    take(town, album)
    assert stored(town).loc["a.jpg", "officer"] == "A1"
    assert pd.isna(stored(town).loc["b.jpg", "officer"])
    take(town, album, officer="李四")
    assert stored(town)["officer"].tolist() == ["A2", "A2"]


def test_time_zones(town: Store, album: Path) -> None:
    """A camera that names its zone is believed; one that is off from the satellites' time is told."""
    photo(album / "a.jpg", 1, details={36881: "+00:00"})
    gps = {29: "2026:06:03", 7: (IFDRational(1), IFDRational(0), IFDRational(0))}
    photo(album / "b.jpg", 2, gps=gps)
    photo(album / "c.jpg", 3, details={36867: "1980:01:01 00:00:00"}, gps=gps)
    report = take(town, album)
    taken = {name: at.tz_convert("UTC").isoformat() for name, at in stored(town)["taken_at"].items()}
    assert taken == {
        "a.jpg": "2026-06-03T10:00:00+00:00",
        "b.jpg": "2026-06-03T02:00:00+00:00",
        "c.jpg": "2026-06-03T01:00:00+00:00",
    }
    assert stored(town).loc["b.jpg", "clock_error"] == 3600
    (told,) = [warning for warning in report.warnings if "卫星时间" in warning]
    assert "1 张" in told
    assert "六月照片/b.jpg（+60 分钟）" in told
    assert any("时钟没有设置" in repair.what for repair in report.repaired)


def test_hemisphere_of_the_town(town: Store, album: Path) -> None:
    """A photo that leaves its hemisphere out is on the town's side, and that is told."""
    photo(album / "a.jpg", gps={1: "", 3: ""})
    report = take(town, album)
    assert round(stored(town).loc["a.jpg"].geometry.x, 5) == AT[0]
    assert "按东经" in report.repaired[0].what


def test_another_datum(town: Store, album: Path) -> None:
    """A person may say that the camera app wrote GCJ-02."""
    lon, lat = (float(value[0]) for value in from_wgs84(*np.array(AT)[:, np.newaxis], "gcj02"))
    photo(album / "a.jpg", at=(lon, lat))
    report = take(town, album, datum="gcj02")
    assert report.datum.system == "gcj02"
    found = stored(town).loc["a.jpg"].geometry
    assert shapely.Point(AT).distance(found) < 1e-5


def test_thumbnails(town: Store, album: Path) -> None:
    """Thumbnails stand beside the store by the photo's id; another program's file there is left alone."""
    photo(album / "a.jpg")
    take(town, album)
    found = read_thumbnail(town.path, stored(town).loc["a.jpg", "id"])
    assert found is not None
    assert found.startswith(b"\xff\xd8")
    assert read_thumbnail(town.path, "0" * 64) is None
    thumbnails_path(town.path).unlink()
    with sqlite3.connect(thumbnails_path(town.path)) as other:
        other.execute("CREATE TABLE mine (x)")
    photo(album / "b.jpg", 2)
    with pytest.raises(StoreProblem, match="不是网格的缩略图文件"):
        take(town, album)
    assert stored(town).index.tolist() == ["a.jpg"]


def test_hostile_names(town: Store, album: Path) -> None:
    """Names that a terminal would obey are made harmless."""
    photo(album / "a\x1b[31m\n.jpg")
    report = take(town, album)
    (name,) = stored(town).index
    assert name.isprintable()
    assert report.inserted == 1


def test_many(town: Store, album: Path) -> None:
    """A large folder comes in, in order, a few pictures in memory at a time."""
    told = []
    for at in range(60):
        photo(album / f"{at:03}.jpg", at, minutes=at)
    report = import_photos(town, [album], progress=lambda done, of: told.append((done, of)))
    assert report.inserted == 60
    assert told[-1] == (60, 60)
    assert [each["row"] for each in report.unattached] == list(range(1, 61))
