"""Frames of which a few rows became others."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from coverage.visits import Ints


def with_rows(frame: pd.DataFrame, rows: Ints, fresh: pd.DataFrame, names: Sequence[str]) -> pd.DataFrame:
    """Give a frame with some rows of some columns replaced by fresh ones.

    Columns that stay as they are are shared with it; where all do, it is the same frame.

    Parameters
    ----------
    rows, fresh
        Positions in the frame; as many rows, in that order.
    names
        The columns that may have changed.
    """
    others = [name for name in names if len(rows) and not frame[name].array.take(rows).equals(fresh[name].array)]
    if not others:
        return frame
    made = {name: frame[name] for name in frame.columns}
    for name in others:
        made[name] = frame[name].copy()
        made[name].array[rows] = fresh[name].array
    return pd.DataFrame(made, copy=False)
