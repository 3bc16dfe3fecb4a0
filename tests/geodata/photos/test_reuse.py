"""The same picture at two inspections."""

from __future__ import annotations

import io

import imagehash
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageEnhance

from geodata.photos.reuse import SAME_BITS, alike, near_duplicates
from tests.geodata.photos.pictures import scene


def hashed(picture: Image.Image) -> int:
    """Give the hash as a number."""
    return int(str(imagehash.phash(picture.convert("L"))), 16)


def again(picture: Image.Image, quality: int) -> Image.Image:
    """Compress a picture again."""
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=quality)
    return Image.open(out)


@pytest.mark.parametrize("seed", range(5))
def test_the_same_picture_is_near(seed: int) -> None:
    """Compressed again, made smaller, darker, a picture is told to be the same; another picture is not."""
    picture = scene(seed)
    variants = [again(picture, 35), picture.resize((320, 240)), ImageEnhance.Brightness(picture).enhance(0.9)]
    for variant in variants:
        assert (hashed(variant) ^ hashed(picture)).bit_count() <= SAME_BITS
    others = [(hashed(scene(other)) ^ hashed(picture)).bit_count() for other in range(50) if other != seed]
    assert min(others) > SAME_BITS


@given(
    st.lists(st.tuples(st.integers(0, 63), st.sampled_from([None, "I1", "I2"]), st.booleans()), max_size=12),
)
def test_oracle(rows: list[tuple[int, str | None, bool]]) -> None:
    """Every pair of which one is new, of two inspections, that differs in few bits; each pair once."""
    hashes = [(1 << size) - 1 for size, _, _ in rows]
    photos = pd.DataFrame(
        {
            "id": pd.Series([str(at) for at in range(len(rows))], dtype="str"),
            "name": pd.Series(["n"] * len(rows), dtype="str"),
            "phash": pd.Series([f"{value:016x}" for value in hashes], dtype="str"),
            "inspection_id": pd.Series([inspection for _, inspection, _ in rows], dtype="str"),
        }
    )
    found = near_duplicates(photos, np.array([new for _, _, new in rows], dtype=bool))
    pairs = [tuple(sorted((int(a), int(b)))) for a, b in zip(found["id"], found["other_id"], strict=True)]
    expected = [
        (a, b)
        for a in range(len(rows))
        for b in range(a + 1, len(rows))
        if (rows[a][2] or rows[b][2])
        and rows[a][1] is not None
        and rows[b][1] is not None
        and rows[a][1] != rows[b][1]
        and (hashes[a] ^ hashes[b]).bit_count() <= SAME_BITS
    ]
    assert sorted(pairs) == expected


@given(st.lists(st.integers(0, 2**64 - 1), min_size=1, max_size=6), st.data())
def test_alike_against_every_pair(seeds: list[int], data: st.DataObject) -> None:
    """Each hash that has a likeness before it is later in some pair, and every pair is alike."""
    flips = st.lists(st.integers(0, 63), max_size=5)
    made = data.draw(st.lists(st.tuples(st.sampled_from(seeds), flips), max_size=12))
    hashes = np.array([seed ^ sum(1 << bit for bit in set(bits)) for seed, bits in made], dtype=np.uint64)
    early, late = alike(hashes)
    apart = np.bitwise_count(hashes[:, None] ^ hashes)
    assert (early < late).all()
    assert (apart[early, late] <= SAME_BITS).all()
    had = [n for n in range(len(hashes)) if (apart[n, :n] <= SAME_BITS).any()]
    assert sorted(set(late.tolist())) == had
