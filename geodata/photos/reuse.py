"""The same picture at two inspections: perceptual hashes that hardly differ."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import numpy.typing as npt
import pandas as pd

SAME_BITS = 4
"""Of 64: a picture that was compressed again, made smaller or darker differs by up to 2 (`test_reuse`), pictures of
different things by 16 and more of those measured."""
_AT_ONCE = 8_000_000


def near_duplicates(photos: pd.DataFrame, new: npt.NDArray[np.bool_]) -> pd.DataFrame:
    """Find pairs of photos that show the same and belong to different inspections, one of them new.

    Parameters
    ----------
    photos
        id, name, phash (16 hex digits), inspection_id; n rows, anything but the id may be missing.
    new
        n flags.

    Returns
    -------
    One row a pair, the closest first: id, name, inspection_id, other_id, other_name, other_inspection_id, bits (of 64
    that differ).
    """
    held = np.flatnonzero((photos["phash"].notna() & photos["inspection_id"].notna()).to_numpy())
    hashes = np.array([int(text, 16) for text in photos["phash"].iloc[held]], dtype=np.uint64)
    inspection = pd.factorize(photos["inspection_id"].iloc[held])[0]
    mine = np.flatnonzero(new[held])
    left, right, bits = [], [], []
    step = max(1, _AT_ONCE // max(1, len(held)))
    for start in range(0, len(mine), step):
        some = mine[start : start + step]
        apart = np.bitwise_count(hashes[some][:, np.newaxis] ^ hashes)
        near = (apart <= SAME_BITS) & (inspection[some][:, np.newaxis] != inspection)
        row, other = np.nonzero(near)
        kept = ~new[held][other] | (some[row] < other)  # two new ones are one pair
        left.append(some[row][kept])
        right.append(other[kept])
        bits.append(apart[row, other][kept])
    a, b = (held[np.concatenate([[], *parts]).astype(np.int64)] for parts in (left, right))
    names = ["id", "name", "inspection_id"]
    one = photos.iloc[a][names].reset_index(drop=True)
    two = photos.iloc[b][names].add_prefix("other_").reset_index(drop=True)
    pairs = pd.concat([one, two], axis=1).assign(bits=np.concatenate([[], *bits]).astype(np.int64))
    return pairs.sort_values(["bits", "name", "other_name"], kind="stable", ignore_index=True)


def alike(hashes: npt.NDArray[np.uint64]) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Give for hashes in order of time the pairs that show which picture was there before.

    Of equal hashes each is paired with the first of them and with the one before it; of others that differ in at most
    `SAME_BITS` bits the first ones are. Two hashes that differ in 4 bits are equal in one of 5 parts: only those that
    share a part are compared.

    Returns
    -------
    Two arrays of positions, one entry a pair; the first position is the earlier.
    """
    order = np.argsort(hashes, kind="stable")
    words, number = np.unique(hashes[order], return_inverse=True)
    first = order[np.searchsorted(hashes[order], words)]
    follows = np.flatnonzero(number[1:] == number[:-1]) + 1
    before = np.column_stack([order[follows - 1], order[follows]])
    at_first = np.column_stack([first[number[follows]], order[follows]])
    near = np.sort(first[_near_words(words)], axis=1)
    pairs = np.unique(np.concatenate([before, at_first, near]), axis=0).astype(np.int64)
    return pairs[:, 0], pairs[:, 1]


def _near_words(words: npt.NDArray[np.uint64]) -> npt.NDArray[np.int64]:
    """Give pairs (k, 2) of positions of different words that differ in at most `SAME_BITS` bits."""
    found = [np.empty((0, 2), dtype=np.int64)]
    edges = np.linspace(0, 64, SAME_BITS + 2).astype(np.uint64)
    for low, high in pairwise(edges):
        part = (words >> low) & ((np.uint64(1) << (high - low)) - np.uint64(1))
        order = np.argsort(part, kind="stable")
        key = part[order]
        for apart in range(1, len(words)):
            same = np.flatnonzero(key[apart:] == key[:-apart])
            if not len(same):
                break
            one, two = order[same], order[same + apart]
            near = np.bitwise_count(words[one] ^ words[two]) <= SAME_BITS
            found.append(np.column_stack([one[near], two[near]]))
    return np.concatenate(found)
