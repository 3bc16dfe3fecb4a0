"""Places that no department answers for: whom to ask first, 谁主管、谁为主、谁靠近谁牵头."""

from __future__ import annotations

import numpy as np
import pandas as pd

from grids.graph import Floats

ORDER = ("谁主管", "谁为主", "谁靠近")
"""Who is in charge of the industry; who has most to do there; who is near."""


def orphans(places: pd.DataFrame, x: Floats, y: Floats, areas: pd.Series) -> pd.DataFrame:
    """List the places without a department, with the departments to ask, in order.

    1. The one in charge of most places of its industry. 2. The one in charge of most places of its area. 3. The one in
    charge of the nearest place.

    Parameters
    ----------
    places
        id, name, industry, department.
    x, y
        (p,) metres, NaN without a position.
    areas
        (p,) the area that holds each place, for the second question; missing where it is not known.

    Returns
    -------
    id, name, industry, ask (the first department to ask), by (a word of `ORDER`), and for each of `ORDER` a column
    with that department; missing where nobody is found.
    """
    from scipy.spatial import cKDTree  # noqa: PLC0415 - slow import

    owned = places["department"].notna().to_numpy()
    lost = np.flatnonzero(~owned)
    asked = pd.DataFrame(index=range(len(lost)))
    for word, groups in ((ORDER[0], places["industry"]), (ORDER[1], areas)):
        most = _most(groups[owned], places["department"][owned])
        asked[word] = groups.iloc[lost].map(most).to_numpy(dtype=object)
    near = np.full(len(lost), None, dtype=object)
    known, wanted = np.flatnonzero(owned & ~np.isnan(x)), np.flatnonzero(~np.isnan(x[lost]))
    if len(known) and len(wanted):
        _, at = cKDTree(np.column_stack([x[known], y[known]])).query(np.column_stack([x, y])[lost[wanted]])
        near[wanted] = places["department"].to_numpy(dtype=object)[known[at]]
    asked[ORDER[2]] = near
    given = np.asarray(asked.notna(), dtype=bool)
    first = given.argmax(axis=1) if len(lost) else np.zeros(0, dtype=int)
    some = np.asarray(given.any(axis=1))
    values = asked.to_numpy(dtype=object)
    own = places.iloc[lost][["id", "name", "industry"]].reset_index(drop=True)
    ask = [values[row, column] if some[row] else None for row, column in enumerate(first)]
    by = [ORDER[column] if some[row] else None for row, column in enumerate(first)]
    return own.assign(ask=pd.Series(ask, dtype="str"), by=pd.Series(by, dtype="str"), **asked.astype("str"))


def _most(groups: pd.Series, departments: pd.Series) -> pd.Series:
    """Give the department with most places of each group; of equal ones the first by name."""
    counts = pd.DataFrame({"group": groups, "department": departments}).value_counts().reset_index(name="n")
    order = counts.sort_values(["group", "n", "department"], ascending=[True, False, True])
    return order.drop_duplicates("group").set_index("group")["department"]
