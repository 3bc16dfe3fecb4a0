"""Pictures that are gone or damaged are named."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

from geodata.photos.checking import check_pictures
from geodata.photos.keeping import photos_folder


def kept(store: Path, data: bytes) -> tuple[str, Path]:
    """Put a picture beside a store as a post does; give its id and its file."""
    photo = sha256(data).hexdigest()
    file = photos_folder(store) / photo[:2] / f"{photo}.jpg"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(data)
    return photo, file


def test_whole(tmp_path: Path) -> None:
    """Nothing is said while all are there; one that is still being written is none; a town without photos neither."""
    store = tmp_path / "town.gpkg"
    assert check_pictures(store, []) == []
    photo, file = kept(store, b"one")
    (file.parent / ".half.part").write_bytes(b"ha")
    assert check_pictures(store, [photo]) == []


def test_gone_and_damaged(tmp_path: Path) -> None:
    """One that was taken away and one with a bit turned are named, each with what to do."""
    store = tmp_path / "town.gpkg"
    (one, first), (two, second), (three, _) = (kept(store, data) for data in (b"one", b"two", b"three"))
    first.unlink()
    second.write_bytes(b"twp")
    gone, damaged = check_pictures(store, [one, two, three])
    assert "1 张照片的原件不在" in gone
    assert one in gone
    assert "1 张照片的内容和编号不符" in damaged
    assert two in damaged
    assert "备份" in gone
    assert "备份" in damaged
