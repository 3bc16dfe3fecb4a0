"""Photos a second: read behind walls, beside Pillow in one process without any.

Pictures of a phone's size (12 million pixels, 1–3 MB) with EXIF; both sides give position, time, thumbnail, hash and
SHA-256. `python benchmarks/photos.py [PHOTOS]`
"""

from __future__ import annotations

import hashlib
import io
import sys
import tempfile
from pathlib import Path
from time import perf_counter

import imagehash
import numpy as np
from PIL import Image

from geodata.photos.picture import THUMBNAIL_PX
from geodata.photos.pool import look_at_all

WIDE, HIGH, DIFFERENT = 4000, 3000, 8


def made(folder: Path, count: int) -> list[Path]:
    """Write photos: a few scenes with some noise, each file with a time of its own."""
    rng = np.random.default_rng(1)
    paths = []
    for number in range(DIFFERENT):
        blots = Image.fromarray(rng.integers(0, 256, (12, 16, 3), dtype=np.uint8))
        scene = np.asarray(blots.resize((WIDE, HIGH), Image.Resampling.BICUBIC), dtype=np.int16)
        noisy = np.clip(scene + rng.integers(-12, 12, scene.shape, dtype=np.int16), 0, 255).astype(np.uint8)
        out = io.BytesIO()
        Image.fromarray(noisy).save(out, "JPEG", quality=80)
        for copy in range(number, count, DIFFERENT):
            exif = Image.Exif()
            exif.get_ifd(0x8769)[36867] = f"2026:06:03 10:{copy // 60 % 60:02}:{copy % 60:02}"
            exif.get_ifd(0x8825).update({1: "N", 2: (22.0, 51.0, 0.0), 3: "E", 4: (113.0, 36.0, copy % 60 / 1.0)})
            head = out.getvalue()
            block = b"Exif\0\0" + exif.tobytes().removeprefix(b"Exif\0\0")
            data = head[:2] + b"\xff\xe1" + (len(block) + 2).to_bytes(2, "big") + block + head[2:]
            paths.append(folder / f"{copy:05}.jpg")
            paths[-1].write_bytes(data)
    return sorted(paths)


def plainly(paths: list[Path]) -> int:
    """Read photos as a short script would."""
    found = 0
    for path in paths:
        data = path.read_bytes()
        hashlib.sha256(data).hexdigest()
        with Image.open(io.BytesIO(data)) as image:
            found += bool(image.getexif().get_ifd(0x8825))
            image.load()
            imagehash.phash(image)
            image.thumbnail((THUMBNAIL_PX, THUMBNAIL_PX))
            image.save(io.BytesIO(), "JPEG")
    return found


def main(count: int = 200) -> int:
    """Run both; exits 1 when a photo is not read."""
    with tempfile.TemporaryDirectory() as folder:
        paths = made(Path(folder), count)
        start = perf_counter()
        looked = list(look_at_all(paths))
        ours = perf_counter() - start
        start = perf_counter()
        plain = plainly(paths)
        theirs = perf_counter() - start
    read = sum(each.picture is not None and each.picture.exif.lon is not None for each in looked)
    sys.stdout.write(
        f"{count} photos of {WIDE}×{HIGH}: {count / ours:.1f} a second behind walls, {count / theirs:.1f} a second by "
        f"a plain script in one process; ratio of the times {ours / theirs:.2f}\n"
    )
    return int(read != count or plain != count)


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
