"""Cursors: which rows a page ended with, as a word in the address of the next one that nobody needs to understand.

Counting rows from the beginning (`offset`) repeats or loses some when others are written meanwhile; a cursor names the
last rows themselves, and the next page is what stands behind them. Of several, because the very last may be gone from
the list by then: a gap that was closed.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Sequence
from hashlib import blake2b

import numpy as np
import pandas as pd
from pydantic import TypeAdapter, ValidationError

from api.problems import InputProblem

Name = tuple[str, ...]
"""What tells a row of a list from the others: the text of one or more columns."""
MOST_NAMES = 8
MOST_BYTES = 1500
"""Of the names in a cursor, where there is more than one."""
MOST_CHARS = 8192
_CHECK_BYTES = 6
_NAMES = TypeAdapter(list[Name])


def cursor_of(path: str, names: Sequence[Name]) -> str:
    """Give the cursor of a page of the list at a path, by the names of its last rows, the last one last."""
    kept = list(names[-MOST_NAMES:])
    while len(kept) > 1 and len(_packed(kept)) > MOST_BYTES:
        kept = kept[1:]
    content = _packed(kept)
    return base64.urlsafe_b64encode(_check(path, content) + content).decode().rstrip("=")


def names_of(path: str, cursor: str) -> list[Name]:
    """Give the names in a cursor; InputProblem for a word that is none, or that of another list."""
    try:
        packed = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError) as error:
        raise _no_cursor() from error
    check, content = packed[:_CHECK_BYTES], packed[_CHECK_BYTES:]
    if check != _check(path, content):
        raise _no_cursor()
    try:
        return _NAMES.validate_json(content)  # the check is no secret: who can count may write one
    except ValidationError as error:
        raise _no_cursor() from error


def names_in(rows: pd.DataFrame, columns: Sequence[str]) -> list[Name]:
    """Give the name of each row, by the columns that tell them apart."""
    return list(zip(*(rows[column].astype(str).tolist() for column in columns), strict=True))


def position_behind(whole: pd.DataFrame, columns: Sequence[str], names: Sequence[Name]) -> int:
    """Give where in a list the rows behind those of a cursor begin; InputProblem when none of them is left."""
    for name in reversed(names):
        found = np.arange(len(whole))
        for column, word in zip(columns, name, strict=False):
            found = found[np.asarray(whole[column].array.take(found).astype(str) == word)]
        if len(found):
            return int(found[-1]) + 1
    raise InputProblem("上一页最后的几行都已经不在这份清单里。请去掉 cursor，从第一页重新看。")


def _no_cursor() -> InputProblem:
    return InputProblem("cursor 应为这份清单上一页的 next 里给出的那个，请不要自己写。")


def _packed(names: Sequence[Name]) -> bytes:
    return json.dumps(names, ensure_ascii=False, separators=(",", ":")).encode()


def _check(path: str, content: bytes) -> bytes:
    return blake2b(path.encode() + b"\0" + content, digest_size=_CHECK_BYTES).digest()
