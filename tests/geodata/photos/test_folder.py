"""Which files are photos."""

from __future__ import annotations

from pathlib import Path

import pytest

from geodata.errors import FileProblem
from geodata.photos.folder import MAX_DEPTH, find_photos


def test_folders(tmp_path: Path) -> None:
    """Photos below a folder in one order, with the folders they lie in; hidden ones and links are passed by."""
    top = tmp_path / "六月"
    for name in ("A1/b.JPG", "A1/a.heic", "c.jpg", "说明.docx", ".隐藏.jpg", "@eaDir/x.jpg"):
        path = top / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x")
    (top / "link.jpg").symlink_to(top / "c.jpg")
    (top / "around").symlink_to(top)
    found, others = find_photos([top])
    assert [each.shown for each in found] == ["六月/c.jpg", "六月/A1/a.heic", "六月/A1/b.JPG"]
    assert found[1].folders == ("A1", "六月")
    assert others == 1


def test_named_files(tmp_path: Path) -> None:
    """What is named by itself is looked into whatever its name."""
    path = tmp_path / "odd.dat"
    path.write_bytes(b"x")
    assert [each.shown for each in find_photos([path])[0]] == ["odd.dat"]


def test_nothing_there(tmp_path: Path) -> None:
    """No such path, and no photo in it, are told."""
    with pytest.raises(FileProblem, match="找不到"):
        find_photos([tmp_path / "gone"])
    with pytest.raises(FileProblem, match="没有照片"):
        find_photos([tmp_path])


def test_too_deep(tmp_path: Path) -> None:
    """Folders in folders without end are refused."""
    path = tmp_path
    for _ in range(MAX_DEPTH + 2):
        path /= "d"
    path.mkdir(parents=True)
    with pytest.raises(FileProblem, match="层以上的文件夹"):
        find_photos([tmp_path])
