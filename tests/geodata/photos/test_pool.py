"""Pictures through the child processes: each read or told by itself, hashes and thumbnails right."""

from __future__ import annotations

import io
import struct
import zlib
from hashlib import sha256
from pathlib import Path

import pytest
from PIL import Image

from geodata.photos.picture import THUMBNAIL_PX
from geodata.photos.pool import Looked, look_at_all
from tests.geodata.photos.pictures import jpeg, scene


def png_of(width: int, height: int) -> bytes:
    """Make a PNG that says it is of any size."""

    def part(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + part(b"IHDR", head) + part(b"IDAT", zlib.compress(b"\0")) + part(b"IEND", b"")


def large_jpeg(width: int, height: int) -> bytes:
    """Make a JPEG whose header says that it is of any size."""
    data = bytearray(jpeg())
    at = data.index(b"\xff\xc0")
    struct.pack_into(">HH", data, at + 5, height, width)
    return bytes(data)


UNFIT = {
    "empty.jpg": (b"", "是空文件"),
    "text.jpg": (b"not a picture at all", "不是 JPG 或 HEIC 照片"),
    "screen.jpg": (png_of(400, 800), "是 PNG 图片，不是手机或相机直接拍下的格式"),
    "bomb.jpg": (large_jpeg(65_000, 65_000), "像素太多"),
    "head.jpg": (jpeg()[:40], "照片已损坏"),
    "half.jpg": (jpeg()[:9_000], "照片不完整"),
    "zip.jpg": (b"PK\x03\x04" + b"x" * 99, "压缩包"),
    "video.jpg": (b"\0\0\0\x18ftypmp42" + b"x" * 99, "是视频"),
    "none.heic": (b"\0\0\0\x18ftypheic" + b"x" * 99, "照片已损坏"),
    "page.jpg": (b"%PDF-1.7", "是 PDF 文件"),
}


@pytest.fixture(scope="module")
def looked(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Looked]:
    """Look at good and bad files in one go."""
    folder = tmp_path_factory.mktemp("photos")
    turned = jpeg(scene(2, (640, 480)), main={274: 6})
    good = {"good.jpg": jpeg(scene(1)), "turned.jpg": turned, "black.jpg": jpeg(Image.new("RGB", (640, 480)))}
    files = good | {name: data for name, (data, _) in UNFIT.items()} | {"last.jpg": jpeg(scene(3))}
    for name, data in files.items():
        (folder / name).write_bytes(data)
    found = list(look_at_all([folder / name for name in files] + [folder / "gone.jpg"]))
    return dict(zip([*files, "gone.jpg"], found, strict=True))


@pytest.mark.parametrize("name", UNFIT)
def test_unfit(name: str, looked: dict[str, Looked]) -> None:
    """What is no photo is told what it is, and what to do."""
    assert looked[name].picture is None
    assert UNFIT[name][1] in looked[name].unfit


def test_the_others_are_read(looked: dict[str, Looked]) -> None:
    """Bad files cost the good ones nothing: in order, with their digest, place and time."""
    for name in ("good.jpg", "last.jpg"):
        found = looked[name].picture
        assert found
        assert (found.width, found.height) == (640, 480)
        assert (round(found.exif.lon or 0, 5), round(found.exif.lat or 0, 5)) == (113.61, 22.85)
    assert looked["good.jpg"].id == sha256(jpeg(scene(1))).hexdigest()
    assert "打不开" in looked["gone.jpg"].unfit


def test_thumbnail(looked: dict[str, Looked]) -> None:
    """A thumbnail is small, the right way up, and holds nothing that the camera wrote."""
    found = looked["turned.jpg"].picture
    assert found
    small = Image.open(io.BytesIO(found.thumbnail))
    assert max(small.size) == THUMBNAIL_PX
    assert small.size[0] < small.size[1]
    assert (found.width, found.height) == (480, 640)
    assert not small.getexif()


def test_hash(looked: dict[str, Looked]) -> None:
    """A blank picture has no hash: it would be like every other blank one."""
    black, good, other = (looked[name].picture for name in ("black.jpg", "good.jpg", "last.jpg"))
    assert black
    assert good
    assert other
    assert black.phash is None
    assert good.phash
    assert other.phash
    assert good.phash != other.phash


def test_heic(shared_data: Path) -> None:
    """A HEIC picture is read as a JPEG is."""
    (found,) = look_at_all([shared_data / "photos/samplefilehub.heif"])
    assert found.picture
    assert (found.picture.width, found.picture.height) == (640, 426)
    assert Image.open(io.BytesIO(found.picture.thumbnail)).format == "JPEG"


def test_damaged_exif(tmp_path: Path) -> None:
    """Whatever byte of the EXIF is wrong, the photo is read or told, and the next one is read."""
    data = jpeg()
    paths = []
    for at in range(24, 330, 6):
        broken = bytearray(data)
        broken[at] ^= 0xFF
        paths.append(tmp_path / f"{at:03}.jpg")
        paths[-1].write_bytes(bytes(broken))
    found = list(look_at_all(paths))
    assert all(each.picture or each.unfit for each in found)
    assert sum(each.picture is not None for each in found) > 40
