"""How wide a text is where Chinese characters take two cells: on terminals and in columns of sheets."""

from __future__ import annotations

import unicodedata


def cells(text: str) -> int:
    """Count the cells that a printable text takes: two for a Chinese character (UAX #11 W, F)."""
    if text.isascii():
        return len(text)
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else not unicodedata.combining(c) for c in text)
