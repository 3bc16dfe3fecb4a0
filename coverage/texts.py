"""Columns of texts, looked through by Arrow where they lie: no Python text is made of any row."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

UNKNOWN_TEXT = -1


def numbers_among(texts: pd.Series, words: pd.Series) -> npt.NDArray[np.int64]:
    """Give the first position of each text among some words, `UNKNOWN_TEXT` (-1) for a missing one and any other."""
    found = pc.index_in(_arrow(texts), value_set=_arrow(words), skip_nulls=True)
    return np.asarray(found.fill_null(UNKNOWN_TEXT).to_numpy(), dtype=np.int64)


def is_one_of(texts: pd.Series, words: Collection[str]) -> npt.NDArray[np.bool_]:
    """Say which texts are one of a few words; a missing one is not."""
    column = _arrow(texts)
    flags = np.zeros(len(texts), dtype=bool)
    for word in words:  # compared one by one: a table of words would be asked for every row
        flags |= pc.equal(column, word).fill_null(False).to_numpy()
    return flags


def is_ascending(texts: pd.Series) -> bool:
    """Say whether each text is greater than the one before; none is missing then."""
    column = _arrow(texts).combine_chunks()
    return len(column) < 2 or pc.all(pc.less(column[:-1], column[1:]), skip_nulls=False).as_py() is True


def _arrow(texts: pd.Series) -> pa.ChunkedArray:
    """Give a column as Arrow has it: without a copy where it is one of Arrow already."""
    made = pa.array(texts.array, type=pa.large_string(), from_pandas=True)
    column = made if isinstance(made, pa.ChunkedArray) else pa.chunked_array([made])
    return column.cast(pa.large_string())  # of a column without a text it is made as short strings
