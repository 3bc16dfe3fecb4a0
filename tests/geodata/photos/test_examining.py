"""What the doctor says of photos."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from geodata.doctor import Ground
from geodata.errors import FileProblem
from geodata.photos.examining import are_photos, examine_photos
from tests.geodata.photos.pictures import photo

ZONE = "Asia/Shanghai"
TRUTH = {
    "45-gps_ifd.jpg": ("2012-06-23 06:55:49", None),
    "DSCN0010.jpg": ("2008-10-22 16:28:39", (11.885127, 43.467448)),
    "DSCN0012.jpg": ("2008-10-22 16:29:49", (11.885395, 43.467157)),
    "DSCN0021.jpg": ("2008-10-22 16:38:20", (11.884538, 43.467082)),
    "DSCN0025.jpg": ("2008-10-22 16:43:21", (11.881635, 43.468365)),
    "DSCN0042.jpg": ("2008-10-22 17:00:07", (11.881478, 43.464455)),
    "image00971.jpg": (None, None),
    "image01088.jpg": (None, None),
    "samplefilehub.heif": (None, None),
}


def test_the_real_photos(shared_data: Path) -> None:
    """Of every real photo the doctor says when and where it was taken, or that it does not say so itself."""
    found = examine_photos(shared_data / "photos", Ground.unknown(), ZONE)
    said = {
        row["shown"].split("/")[1]: (
            row["taken_at"] and row["taken_at"][:19].replace("T", " "),
            row["lon"] and (round(row["lon"], 6), round(row["lat"], 6)),
        )
        for row in json.loads(json.dumps(found.as_dict()))["photos"]
    }
    assert said == TRUTH
    assert (found.rows, found.rejected, found.asks) == (9, [], "")
    assert found.datum is not None
    assert (found.datum.system, found.datum.how) == ("wgs84", "metadata")
    assert "5 张照片的相机时间与卫星时间相差" in found.warnings[0]


def test_one_photo(tmp_path: Path) -> None:
    """One photo without a position has no system; one that is none is told."""
    bare = examine_photos(photo(tmp_path / "a.jpg", at=None), Ground.unknown(), ZONE)
    assert (bare.rows, bare.datum, bare.asks) == (1, None, "")
    (tmp_path / "b.jpg").write_bytes(b"x")
    bad = examine_photos(tmp_path / "b.jpg", Ground.unknown(), ZONE)
    assert (len(bad.photos), len(bad.rejected)) == (0, 1)
    with pytest.raises(FileProblem):
        examine_photos(tmp_path / "gone.jpg", Ground.unknown(), ZONE)


def test_which_are_photos(tmp_path: Path) -> None:
    """Folders and the endings of photos; ledgers are not."""
    assert are_photos(tmp_path)
    assert are_photos(Path("A.HEIC"))
    assert not are_photos(Path("a.csv"))
