"""One picture: is it a photo that can be read, what its EXIF says, its thumbnail and its perceptual hash."""

from __future__ import annotations

import io
import struct
import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from geodata.photos.exif import Exif, exif_of

if TYPE_CHECKING:
    from PIL import Image

MAX_PIXELS = 210_000_000
"""Of a JPEG, which is decoded at an eighth of its size: the largest sensor of a phone has 200 million."""
MAX_HEIC_PIXELS = 64_000_000
"""Of a HEIC picture, and of any other that can only be decoded whole."""
CAMERA = frozenset({"JPEG", "HEIF"})
"""Formats as phones and cameras write them: what a folder of photos may hold."""
POSTED = CAMERA | {"PNG", "WebP"}
"""Formats that a form may send: what somebody signed or marked on a photo is no camera's file."""
THUMBNAIL_PX = 320
THUMBNAIL_QUALITY = 70
MIN_CONTRAST = 4.0
"""Standard deviation of the grey values (of 0–255) below which a picture looks like any other dark or white one."""
HEIF_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"})

_EXIF, _GPS = 0x8769, 0x8825
_EXIF_ERRORS = (SyntaxError, struct.error, ValueError, TypeError, KeyError, IndexError, AttributeError, OSError)
"""What Pillow raises for EXIF that is cut off or points anywhere."""
_TURNS = {2: 0, 3: 3, 4: 1, 5: 5, 6: 4, 7: 6, 8: 2}
"""EXIF orientation → PIL.Image.Transpose that undoes it."""


class Unfit(Exception):
    """The bytes are no photo that can be used; the text says what they are and what to do."""


@dataclass(frozen=True)
class Picture:
    """A photo as it was read: displayed size in pixels, EXIF, hash (16 hex digits, None for a blank one), JPEG."""

    width: int
    height: int
    exif: Exif
    phash: str | None
    thumbnail: bytes


def look_at(data: bytes, kinds: frozenset[str] = CAMERA) -> Picture:
    """Read one picture.

    Parameters
    ----------
    kinds
        Formats that are taken, as `kind_of` names them.

    Raises
    ------
    Unfit
        None of these formats; too many pixels; damaged.
    """
    from PIL import Image, UnidentifiedImageError  # noqa: PLC0415 - slow import

    kind = kind_of(data)
    if kind == "HEIF":
        from pi_heif import register_heif_opener  # noqa: PLC0415 - slow import

        register_heif_opener(thumbnails=False)
    elif kind not in kinds:
        raise Unfit(_OTHERS.get(kind, "不是 JPG 或 HEIC 照片，或者已损坏；请换成手机或相机里的原照片"))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # EXIF that is odd: told when it is read
            image = Image.open(io.BytesIO(data), formats=(kind.upper(),))
    except Image.DecompressionBombError as error:
        raise Unfit(f"像素太多（超过 {MAX_PIXELS // 1_000_000} 百万），不是正常的照片，已拒绝") from error
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError, RuntimeError) as error:
        raise Unfit("照片已损坏，打不开；请从手机或相机里重新拷贝原照片") from error
    with image:
        return _picture(image, kind)


def kind_of(data: bytes) -> str:
    """Name the format that the first bytes tell, empty for none that is known."""
    if data[4:8] == b"ftyp":
        brand = data[8:12]
        if brand in HEIF_BRANDS:
            return "HEIF"
        return "AVIF" if brand in (b"avif", b"avis") else "video"
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "WebP"
    starts = {
        b"\xff\xd8\xff": "JPEG",
        b"\x89PNG": "PNG",
        b"GIF8": "GIF",
        b"BM": "BMP",
        b"%PDF": "PDF",
        b"PK\x03\x04": "zip",
        b"II*\0": "TIFF",
        b"MM\0*": "TIFF",
    }
    return next((kind for start, kind in starts.items() if data.startswith(start)), "")


_NO_CAMERA = "不是手机或相机直接拍下的格式（多半是截图或转发的图），不能作检查照片；请换成原照片（JPG 或 HEIC）"
_OTHERS = {
    **{kind: f"是 {kind} 图片，{_NO_CAMERA}" for kind in ("PNG", "WebP", "GIF", "BMP", "AVIF")},
    "TIFF": "是 TIFF（或相机的 RAW）文件，还不能读；请另存为 JPG",
    "video": "是视频，不是照片",
    "PDF": "是 PDF 文件，不是照片",
    "zip": "是压缩包或办公文件，不是照片；压缩包请先解压",
}


def _picture(image: Image.Image, kind: str) -> Picture:
    width, height = image.size
    most = MAX_PIXELS if kind == "JPEG" else MAX_HEIC_PIXELS
    if width * height > most:
        raise Unfit(f"有 {width}×{height} 像素，超过上限（{most // 1_000_000} 百万），已拒绝；请确认是手机拍的照片")
    exif = read_exif(image)
    if kind == "JPEG":
        image.draft("RGB", (2 * THUMBNAIL_PX, 2 * THUMBNAIL_PX))
    try:
        image.load()
    except (OSError, SyntaxError, ValueError, EOFError, RuntimeError) as error:
        raise Unfit("照片不完整（后半截缺失或已损坏）；请从手机或相机里重新拷贝原照片") from error
    turn = exif.orientation if kind == "JPEG" else 1  # the HEIC decoder turns the picture itself
    small = _upright(image, turn)
    if turn >= 5:
        width, height = height, width
    return Picture(width, height, exif, _hash(small), _jpeg(small))


def read_exif(image: Image.Image) -> Exif:
    """Read what the camera wrote; of EXIF that is damaged, what can be read of it."""
    directories: list[dict[int, Any]] = [{}, {}, {}]
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        try:
            tags = image.getexif()
            directories[0] = dict(tags)
            directories[1] = dict(tags.get_ifd(_EXIF))
            directories[2] = dict(tags.get_ifd(_GPS))
            damaged = False
        except _EXIF_ERRORS:
            damaged = True
    exif = exif_of(*directories)
    if damaged or said:
        exif.notes.append("照片的拍摄信息（EXIF）有损坏，只用了读得出的部分")
    return exif


def _upright(image: Image.Image, orientation: int) -> Image.Image:
    """Give the picture small and the right way up."""
    from PIL import Image  # noqa: PLC0415

    plain = image.convert("RGB")
    plain.thumbnail((2 * THUMBNAIL_PX, 2 * THUMBNAIL_PX), Image.Resampling.BILINEAR)
    return plain.transpose(Image.Transpose(_TURNS[orientation])) if orientation in _TURNS else plain


def _hash(picture: Image.Image) -> str | None:
    """Give the perceptual hash (DCT, 64 bit) as 16 hex digits; None for a picture with nothing on it."""
    import imagehash  # noqa: PLC0415 - slow import
    import numpy as np  # noqa: PLC0415

    grey = picture.convert("L")
    if float(np.asarray(grey).std()) < MIN_CONTRAST:
        return None
    return str(imagehash.phash(grey))


def _jpeg(picture: Image.Image) -> bytes:
    """Give the thumbnail: pixels alone, nothing that the camera wrote."""
    from PIL import Image  # noqa: PLC0415

    small = picture.copy()
    small.thumbnail((THUMBNAIL_PX, THUMBNAIL_PX), Image.Resampling.LANCZOS)
    small.info.clear()
    out = io.BytesIO()
    small.save(out, "JPEG", quality=THUMBNAIL_QUALITY, optimize=True)
    return out.getvalue()
