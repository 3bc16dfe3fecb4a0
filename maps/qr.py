"""QR codes as vectors."""

from __future__ import annotations

import re

import segno

QUIET = 4
"""Modules left white around (ISO/IEC 18004)."""
MASK = 1
"""Every mask can be read. Looking for the one that scores best takes four times as long, a minute for a town's day."""
RUN = re.compile(b"\x01+")


def qr_svg(text: str) -> str:
    """Give the QR code of a text, level M, as an SVG document: black runs of modules, the quiet zone around them.

    Raises
    ------
    ValueError
        The text is longer than a code holds (2,331 bytes).
    """
    rows = segno.make(text, error="m", mask=MASK, micro=False, boost_error=False).matrix
    side = len(rows) + 2 * QUIET
    runs = "".join(
        f"M{run.start() + QUIET} {row + QUIET}h{run.end() - run.start()}v1h-{run.end() - run.start()}z"
        for row, modules in enumerate(rows)
        for run in RUN.finditer(bytes(modules))
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}"><path fill="#000000" d="{runs}"/></svg>'
    )
