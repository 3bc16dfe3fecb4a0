"""Pictures of papers too large to be held at once: drawn in strips, one below another, and joined row by row.

A0 at 300 pixels an inch has 140 million pixels, 0.4 GB. PDFium draws them from the PDF in a fifth of the time that the
typesetter takes for a picture of its own.
"""

from __future__ import annotations

import io
import math
import struct
import zlib
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pypdfium2

Pixels = npt.NDArray[np.uint8]
POINT = 72.0
"""Points of an inch."""

MOST_PIXELS = 18_000_000
"""Of a strip."""
SIGNATURE = b"\x89PNG\r\n\x1a\n"
UP = b"\x02"
"""PNG filter 2: each row as what differs from the one above (PNG, third edition, 9.2)."""
LEVEL = 4
"""Of zlib: half the time of 6 at 5 % more bytes."""


@dataclass(frozen=True)
class Strips:
    """How many strips a picture is drawn in, and how many rows of pixels each has."""

    count: int
    rows: int

    @classmethod
    def of(cls, width: int, height: int) -> Strips:
        """Cut a picture of so many pixels."""
        rows = math.ceil(height / math.ceil(width * height / MOST_PIXELS))
        return cls(math.ceil(height / rows), rows)


def picture_of(paper: bytes, width: int, height: int, ppi: float) -> bytes:
    """Draw the first page of a PDF as a PNG of so many pixels, strip by strip (by PDFium)."""
    strips = Strips.of(width, height)
    with pypdfium2.PdfDocument(paper) as document:
        page = document[0]
        right, top = page.get_size()
        step = strips.rows * POINT / ppi

        def drawn(at: int) -> Pixels:
            upper, lower = at * step, min((at + 1) * step, top)
            crop = (0.0, top - lower, max(0.0, right - width * POINT / ppi), upper)
            bitmap = page.render(scale=ppi / POINT, crop=crop, rev_byteorder=True)
            pixels: Pixels = np.asarray(bitmap.to_numpy())[:, :width, :3]
            return pixels

        return joined((drawn(at) for at in range(strips.count)), width, height)


def joined(strips: Iterable[Pixels], width: int, height: int) -> bytes:
    """Join strips (rows, width, 3) into one PNG of so many rows; rows below them are cut off.

    The file is written as the PNG specification says (chunks IHDR, IDAT, IEND; 8 bits of red, green, blue a pixel).
    """
    out, packer = io.BytesIO(), zlib.compressobj(LEVEL)
    out.write(SIGNATURE)
    out.write(_chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)))
    above, written = np.zeros(width * 3, np.uint8), 0
    for strip in strips:
        rows = strip[: height - written]
        flat = rows.reshape(len(rows), -1)
        filtered = np.empty((len(flat), 1 + flat.shape[1]), np.uint8)
        filtered[:, 0] = UP[0]
        np.subtract(flat[:1], above, out=filtered[:1, 1:])
        np.subtract(flat[1:], flat[:-1], out=filtered[1:, 1:])
        out.write(_chunk(b"IDAT", packer.compress(filtered.data)))
        above, written = flat[-1].copy(), written + len(flat)
    out.write(_chunk(b"IDAT", packer.flush()))
    out.write(_chunk(b"IEND", b""))
    return out.getvalue()


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
