"""Tables at hand: as they were read from the store, and the rows that were posted since."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cached_property
from threading import Lock

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from pandas.api.extensions import ExtensionArray

Ints = npt.NDArray[np.int64]

MANY = 32
"""So many short frames are put together into one."""


class Part:
    """Some rows of a table, found by their ids and by their places."""

    def __init__(self, rows: pd.DataFrame) -> None:
        self.rows = rows
        self._arrays: dict[str, ExtensionArray] = {}

    def array(self, name: str) -> ExtensionArray:
        """Give a column: a GeoDataFrame takes longer to hand one out than to take some rows of it."""
        if name not in self._arrays:
            self._arrays[name] = self.rows[name].array
        return self._arrays[name]

    @cached_property
    def ids(self) -> frozenset[str]:
        """The ids of the rows."""
        return frozenset(self.rows["id"])

    @cached_property
    def extent(self) -> shapely.Polygon | None:
        """The box around all shapes; None where there is none."""
        shapes = np.asarray(self.rows["geometry"].array, dtype=object)
        return None if shapely.is_missing(shapes).all() else shapely.box(*shapely.total_bounds(shapes))

    @cached_property
    def _by_place(self) -> tuple[dict[str, int], Ints, Ints]:
        """The number of each place, the rows in order of it, and where each place's rows begin."""
        codes, words = pd.factorize(self.rows["place_id"])
        numbers = {word: number for number, word in enumerate(words.tolist())}
        counts = np.bincount(codes + 1, minlength=len(words) + 1)  # those without a place come first
        return numbers, np.argsort(codes, kind="stable"), np.cumsum(counts)

    def of_places(self, place_ids: Collection[str]) -> Ints:
        """Give the positions of the rows of some places, in order."""
        numbers, order, starts = self._by_place
        wanted = [numbers[each] for each in place_ids if each in numbers]
        runs = [order[starts[number] : starts[number + 1]] for number in wanted]
        return np.sort(np.concatenate(runs)) if runs else np.empty(0, dtype=np.int64)


class Table:
    """One table: a long frame that was read, and short ones of rows that came later, in order of writing.

    Its rows never change; the whole frame is put together when somebody asks for it.

    Attributes
    ----------
    reading
        The same for a table and all that grew out of it: the first rows of the one are those of the other.
    """

    def __init__(self, parts: Sequence[Part], reading: object | None = None) -> None:
        self._parts = tuple(parts)
        self.reading = reading or object()
        self._lock = Lock()

    @property
    def whole(self) -> pd.DataFrame:
        """All rows, in the order they were first written."""
        with self._lock:
            if len(self._parts) > 1:
                self._parts = (_together(self._parts),)
            return self._parts[0].rows

    @property
    def parts(self) -> tuple[Part, ...]:
        """The parts: what was read, what came later."""
        return self._parts

    @property
    def frames(self) -> list[pd.DataFrame]:
        """The same rows, frame after frame."""
        return [part.rows for part in self._parts]

    def grown(self, rows: pd.DataFrame) -> Table:
        """Give the table with rows added at its end."""
        read, *later = self._parts
        if len(later) >= MANY:
            later = [_together(later)]
        return Table((read, *later, Part(rows)), self.reading)

    def since(self, count: int) -> tuple[list[pd.DataFrame], int]:
        """Give the rows after the first so many, frame after frame, and how many rows there are."""
        found, passed = [], 0
        for rows in self.frames:
            if passed + len(rows) > count:
                found.append(rows.iloc[max(count - passed, 0) :])
            passed += len(rows)
        return found, passed

    def of_places(self, place_ids: Collection[str], columns: Sequence[str]) -> pd.DataFrame:
        """Give some columns of the rows of some places, without putting the table together."""
        found = [(part, part.of_places(place_ids)) for part in self._parts]
        some = [(part, at) for part, at in found if len(at)] or found[:1]
        # column by column: choosing columns of a long GeoDataFrame costs more than its few rows
        frames = [pd.DataFrame({name: part.array(name).take(at) for name in columns}) for part, at in some]
        frame = frames[0] if len(frames) == 1 else pd.concat(frames, ignore_index=True)
        return gpd.GeoDataFrame(frame, geometry="geometry") if "geometry" in columns else frame

    def extent(self) -> shapely.Polygon | None:
        """Give the box around the shapes of a table that nothing can be posted to."""
        (part,) = self._parts
        return part.extent

    def knows(self, row_id: str) -> bool:
        """Say whether a row has this id."""
        return any(row_id in part.ids for part in self._parts)


def _together(parts: Sequence[Part]) -> Part:
    return Part(pd.concat([part.rows for part in parts], ignore_index=True))


class Tables(Mapping[str, pd.DataFrame]):
    """The frames of a ledger by name, each put together when it is asked for."""

    def __init__(self, tables: Mapping[str, Table]) -> None:
        self.tables = dict(tables)

    @classmethod
    def read(cls, frames: Mapping[str, pd.DataFrame]) -> Tables:
        """Give frames as they were read."""
        return cls({name: Table([Part(frame)]) for name, frame in frames.items()})

    def __getitem__(self, name: str) -> pd.DataFrame:
        """Give the whole frame of a table."""
        return self.tables[name].whole

    def __iter__(self) -> Iterator[str]:
        """Give the names."""
        return iter(self.tables)

    def __len__(self) -> int:
        """Count the tables."""
        return len(self.tables)

    def replaced(self, frames: Mapping[str, pd.DataFrame]) -> Tables:
        """Give them with some tables read anew."""
        return Tables(self.tables | Tables.read(frames).tables)

    def grown(self, name: str, rows: pd.DataFrame) -> Tables:
        """Give them with rows added to a table."""
        return Tables(self.tables | {name: self.tables[name].grown(rows)})

    def inspections_of(self, place_ids: Collection[str], columns: Sequence[str]) -> Tables:
        """Give them with the inspections of some places alone, and of those some columns."""
        return self.replaced({"inspections": self.tables["inspections"].of_places(place_ids, columns)})
