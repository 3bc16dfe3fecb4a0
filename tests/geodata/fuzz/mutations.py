"""What happens to files on their way: bytes lost, turned, doubled; numbers gone wild; members of archives damaged."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Callable

import numpy as np

MOST = 4
"""Damages of one file."""
_NUMBER = re.compile(rb"-?\d+(?:\.\d+)?")
_WORD = re.compile(rb"[A-Za-z_]{3,}|[\x80-\xff]{3,}")
_WILD = (
    b"nan", b"1e400", b"-1e400", b"99999999999999999999", b"-0", b"0x41", b"", b"1/0", b"\xef\xbc\x91", b"None",
    b"true", b"2147483648", b"-1", b"1e-320", b"0000", b"113.6,22.8", b"null", b"[[]]", b"45292.5",
)  # fmt: skip
_MARKS = (
    b"\0", b"\xff\xfe", b"\xef\xbb\xbf", b'"', b"'", b",", b"\n", b"\r", b"\t", b"<", b">", b"&#0;", b"]]>", b"\x1a",
    b"\xed\xa0\x80", b"{", b"}", b"[", b"]", b"=1+1", b"\\u0000", b"\xe4\xb8", b"\x81", b"</a>", b";", b"POLYGON EMPTY",
)  # fmt: skip


def damaged(data: bytes, rng: np.random.Generator) -> bytes:
    """Give a file after one to `MOST` damages; in an archive a member is damaged as often as the archive."""
    if data.startswith(b"PK") and rng.random() < 0.5:
        return _member_damaged(data, rng)
    for _ in range(min(int(rng.geometric(0.5)), MOST)):
        data = _WAYS[rng.integers(len(_WAYS))](data, rng)
    return data


def _spot(data: bytes, rng: np.random.Generator) -> int:
    return int(rng.integers(len(data) + 1))


def _stretch(data: bytes, rng: np.random.Generator) -> tuple[int, int]:
    start = _spot(data, rng)
    return start, min(len(data), start + int(np.exp(rng.uniform(0, np.log(max(len(data), 2))))))


def _turn_bits(data: bytes, rng: np.random.Generator) -> bytes:
    turned = bytearray(data)
    for _ in range(int(rng.integers(1, 9)) if turned else 0):
        turned[rng.integers(len(turned))] ^= 1 << int(rng.integers(8))
    return bytes(turned)


def _noise(data: bytes, rng: np.random.Generator) -> bytes:
    start, end = _stretch(data, rng)
    end = min(end, start + 64)
    return data[:start] + rng.bytes(end - start) + data[end:]


def _extreme(data: bytes, rng: np.random.Generator) -> bytes:
    at, size = _spot(data, rng), int(rng.choice([1, 2, 4, 8]))
    value = (b"\0" * size, b"\xff" * size, b"\x7f" + b"\xff" * (size - 1), b"\xff" * (size - 1) + b"\x7f")
    return data[:at] + value[rng.integers(4)] + data[at + size :]


def _cut_off(data: bytes, rng: np.random.Generator) -> bytes:
    return data[: _spot(data, rng)]


def _cut_out(data: bytes, rng: np.random.Generator) -> bytes:
    start, end = _stretch(data, rng)
    return data[:start] + data[end:]


def _double(data: bytes, rng: np.random.Generator) -> bytes:
    start, end = _stretch(data, rng)
    times = int(rng.integers(2, 30)) if end - start < 2_000 else 2
    return data[:start] + data[start:end] * times + data[end:]


def _move(data: bytes, rng: np.random.Generator) -> bytes:
    start, end = _stretch(data, rng)
    rest = data[:start] + data[end:]
    at = _spot(rest, rng)
    return rest[:at] + data[start:end] + rest[at:]


def _put_mark(data: bytes, rng: np.random.Generator) -> bytes:
    at = _spot(data, rng)
    return data[:at] + _MARKS[rng.integers(len(_MARKS))] + data[at:]


def _wild_number(data: bytes, rng: np.random.Generator) -> bytes:
    return _replaced(data, _NUMBER, _WILD[rng.integers(len(_WILD))], rng)


def _other_word(data: bytes, rng: np.random.Generator) -> bytes:
    words = _WORD.findall(data[:20_000])
    return _replaced(data, _WORD, words[rng.integers(len(words))], rng) if words else data


def _replaced(data: bytes, pattern: re.Pattern[bytes], by: bytes, rng: np.random.Generator) -> bytes:
    found = list(pattern.finditer(data, _spot(data, rng) // 2, len(data)))
    if not found:
        return data
    one = found[rng.integers(len(found))]
    return data[: one.start()] + by + data[one.end() :]


def _member_damaged(data: bytes, rng: np.random.Generator) -> bytes:
    """Damage one member of an archive and pack all anew."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = {entry.filename: archive.read(entry) for entry in archive.infolist()}
    except (zipfile.BadZipFile, zlib.error, OSError):
        return data
    name = list(members)[rng.integers(len(members))]
    members[name] = damaged(members[name], rng)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for each, content in members.items():
            archive.writestr(each, content)
    return packed.getvalue()


_WAYS: tuple[Callable[[bytes, np.random.Generator], bytes], ...] = (
    _turn_bits, _noise, _extreme, _cut_off, _cut_out, _double, _move, _put_mark,
    _wild_number, _wild_number, _wild_number, _other_word, _other_word,
)  # fmt: skip
