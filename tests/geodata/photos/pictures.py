"""Pictures as phones write them, with the EXIF that a test asks for."""

from __future__ import annotations

import io
from datetime import datetime, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image
from PIL.TiffImagePlugin import IFDRational

GPS, DETAILS = 0x8825, 0x8769
MOMENT = datetime(2026, 6, 3, 10, 0, 0)
AT = (113.61, 22.85)
"""Where the first factory of the small town is."""


def scene(seed: int = 1, size: tuple[int, int] = (640, 480)) -> Image.Image:
    """Draw a picture that is like no other: soft blots, as of a real scene."""
    blots = np.random.default_rng(seed).integers(0, 256, (6, 8, 3), dtype=np.uint8)
    return Image.fromarray(blots).resize(size, Image.Resampling.BICUBIC)


def angle(degrees: float) -> tuple[IFDRational, ...]:
    """Give an angle as cameras write it: degrees, minutes, hundredths of seconds."""
    whole = int(abs(degrees))
    minutes = int((abs(degrees) - whole) * 60)
    seconds = Fraction(round((abs(degrees) - whole - minutes / 60) * 3600 * 10_000), 10_000)
    return IFDRational(whole), IFDRational(minutes), IFDRational(seconds.numerator, seconds.denominator)


def gps_of(lon: float, lat: float) -> dict[int, Any]:
    """Give the GPS tags of a position."""
    return {1: "S" if lat < 0 else "N", 2: angle(lat), 3: "W" if lon < 0 else "E", 4: angle(lon)}


def jpeg(
    picture: Image.Image | None = None,
    *,
    taken: datetime | None = MOMENT,
    at: tuple[float, float] | None = AT,
    main: dict[int, Any] | None = None,
    details: dict[int, Any] | None = None,
    gps: dict[int, Any] | None = None,
    quality: int = 85,
) -> bytes:
    """Make a JPEG; `main`, `details` and `gps` are tags besides."""
    exif = Image.Exif()
    exif.update(main or {})
    own = {36867: f"{taken:%Y:%m:%d %H:%M:%S}"} if taken else {}
    exif.get_ifd(DETAILS).update(own | (details or {}))
    where = (gps_of(*at) if at else {}) | (gps or {})
    if where:
        exif.get_ifd(GPS).update(where)
    out = io.BytesIO()
    (picture or scene()).save(out, "JPEG", quality=quality, exif=exif)
    return out.getvalue()


def photo(path: Path, seed: int = 1, *, minutes: float = 0, **how: Any) -> Path:
    """Write a photo taken so many minutes after `MOMENT`."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(jpeg(scene(seed), taken=MOMENT + timedelta(minutes=minutes), **how))
    return path
