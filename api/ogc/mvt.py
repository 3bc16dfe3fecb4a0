"""Points as a Mapbox Vector Tile 2.1: https://github.com/mapbox/vector-tile-spec/tree/master/2.1.

Only what points need: one layer, each point a feature with the values of a few columns.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

EXTENT = 4096
Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


def encode(name: str, x: Ints, y: Ints, columns: Mapping[str, Sequence[Any]]) -> bytes:
    """Give a tile of one layer.

    Parameters
    ----------
    x, y
        n positions in the tile: 0 to 4095, from its west and from its north.
    columns
        Values of n features by name: str, int, bool; None: the feature has no such value.
    """
    keys, values = list(columns), dict[tuple[type, Any], int]()
    tags = [b""] * len(x)
    for number, column in enumerate(columns.values()):
        head = _varint(number)
        tags = [
            so_far if value is None else so_far + head + _varint(values.setdefault((type(value), value), len(values)))
            for so_far, value in zip(tags, column, strict=True)
        ]
    features = [_feature(*each) for each in zip(tags, x.tolist(), y.tolist(), strict=True)]
    layer = [
        _bytes(1, name.encode()),
        *(_bytes(2, feature) for feature in features),
        *(_bytes(3, key.encode()) for key in keys),
        *(_bytes(4, _value(value)) for _, value in values),
        _number(5, EXTENT),
        _number(15, 2),
    ]
    return _bytes(3, b"".join(layer))


def _feature(tags: bytes, x: int, y: int) -> bytes:
    """Give a point: MoveTo once, then its position, in zigzag."""
    return _bytes(2, tags) + b"\x18\x01" + _bytes(4, b"\x09" + _varint(x << 1) + _varint(y << 1))


def _value(value: str | int | bool) -> bytes:
    if isinstance(value, bool):
        return _number(7, int(value))
    return _number(5, value) if isinstance(value, int) else _bytes(1, value.encode())


def _bytes(field: int, content: bytes) -> bytes:
    return _varint(field << 3 | 2) + _varint(len(content)) + content


def _number(field: int, value: int) -> bytes:
    return _varint(field << 3) + _varint(value)


def _varint(value: int) -> bytes:
    if value < 0x80:
        return _SHORT[value]
    parts = bytearray()
    while value > 0x7F:
        parts.append(value & 0x7F | 0x80)
        value >>= 7
    parts.append(value)
    return bytes(parts)


_SHORT = [bytes([value]) for value in range(0x80)]
