"""Tables at hand: as they were read from the store, and the rows that were posted since."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from threading import Lock

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from pandas.api.extensions import ExtensionArray

Ints = npt.NDArray[np.int64]
Shapes = npt.NDArray[np.object_]

MANY = 32
"""So many short frames are put together into one."""


class Part:
    """Some rows of a table, found by their ids, by their places and by what else rows are asked for.

    Everybody who asks for rows by the same column shares one index of it.
    """

    def __init__(self, rows: pd.DataFrame) -> None:
        self.rows = rows
        self._arrays: dict[str, ExtensionArray] = {}
        self._indexes: dict[str, _Index] = {}

    def array(self, name: str) -> ExtensionArray:
        """Give a column: a GeoDataFrame takes longer to hand one out than to take some rows of it."""
        if name not in self._arrays:
            self._arrays[name] = self.rows[name].array
        return self._arrays[name]

    @cached_property
    def nothing(self) -> Part:
        """A part of the same columns without a row."""
        return Part(self.rows.iloc[:0].copy())

    @cached_property
    def ids(self) -> frozenset[str]:
        """The ids of the rows."""
        return frozenset(self.rows["id"])

    @cached_property
    def shapes(self) -> Shapes:
        """The shape of each row, None where there is none."""
        return np.asarray(self.rows["geometry"].array, dtype=object)

    @cached_property
    def points(self) -> Shapes:
        """A point inside of each shape."""
        return np.asarray(shapely.point_on_surface(self.shapes))

    @cached_property
    def bounds(self) -> npt.NDArray[np.float64]:
        """West, south, east and north of each shape; NaN where there is none."""
        return np.asarray(shapely.bounds(self.shapes))

    @cached_property
    def extent(self) -> shapely.Polygon | None:
        """The box around all shapes; None where there is none."""
        return None if shapely.is_missing(self.shapes).all() else shapely.box(*shapely.total_bounds(self.shapes))

    def of(self, column: str, words: Collection[str]) -> Ints:
        """Give the positions of the rows that have one of some words in a column, in order."""
        return self._index(column).of(words)

    def having(self, words: Mapping[str, Collection[str]]) -> Ints:
        """Give the positions of the rows that have, in any of some columns, one of the words wanted there, in order."""
        return np.unique(np.concatenate([self.of(column, wanted) for column, wanted in words.items()]))

    def lacking(self, column: str) -> Ints:
        """Give the positions of the rows that have nothing in a column."""
        return self._index(column).lacking

    def near(self, bounds: npt.NDArray[np.float64]) -> Ints:
        """Give the positions of the rows whose shape's box meets the box of west, south, east and north."""
        west, south, east, north = self.bounds.T
        return np.flatnonzero((west <= bounds[2]) & (east >= bounds[0]) & (south <= bounds[3]) & (north >= bounds[1]))

    def _index(self, column: str) -> _Index:
        if column not in self._indexes:  # two who come at once make the same
            self._indexes[column] = _Index.of_words(self.rows[column])
        return self._indexes[column]


@dataclass(frozen=True)
class _Index:
    """The number of each word of a column, the rows in order of it, and where each word's rows begin."""

    numbers: dict[str, int]
    order: Ints
    starts: Ints

    @classmethod
    def of_words(cls, column: pd.Series) -> _Index:
        codes, words = pd.factorize(column)
        numbers = {word: number for number, word in enumerate(words.tolist())}
        counts = np.bincount(codes + 1, minlength=len(words) + 1)  # those without a word come first
        return cls(numbers, np.argsort(codes, kind="stable"), np.cumsum(counts))

    def of(self, words: Collection[str]) -> Ints:
        wanted = [self.numbers[each] for each in words if each in self.numbers]
        runs = [self.order[self.starts[number] : self.starts[number + 1]] for number in wanted]
        return np.sort(np.concatenate(runs)) if runs else np.empty(0, dtype=np.int64)

    @property
    def lacking(self) -> Ints:
        return self.order[: self.starts[0]]


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
        self._whole: pd.DataFrame | None = None

    @property
    def whole(self) -> pd.DataFrame:
        """All rows, in the order they were first written. The parts stay, and what is known of them."""
        with self._lock:
            if self._whole is None:
                self._whole = self._parts[0].rows if len(self._parts) == 1 else _together(self._parts).rows
            return self._whole

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

    @property
    def only(self) -> Part:
        """The one part of a table that nothing can be posted to."""
        (part,) = self._parts
        return part

    def joined(self, part: Part) -> Table:
        """Give the table with rows added, all that came later in one part: short frames are mostly not rows."""
        read, *later = self._parts
        return Table((read, _together([*later, part]) if later else part), self.reading)

    def since(self, count: int) -> Iterator[tuple[Part, int]]:
        """Give the parts that have rows after the first so many, and how many of their own rows are before."""
        passed = 0
        for part in self._parts:
            if passed + len(part.rows) > count:
                yield part, max(count - passed, 0)
            passed += len(part.rows)

    def __len__(self) -> int:
        """Count the rows."""
        return sum(len(part.rows) for part in self._parts)

    def of_places(self, place_ids: Collection[str], columns: Sequence[str]) -> pd.DataFrame:
        """Give some columns of the rows of some places, without putting the table together."""
        return self.having({"place_id": place_ids}, columns)

    def having(self, words: Mapping[str, Collection[str]], columns: Sequence[str]) -> pd.DataFrame:
        """Give some columns of the rows that have, in any of some columns, one of the words wanted there."""
        found = [(part, part.having(words)) for part in self._parts]
        some = [(part, at) for part, at in found if len(at)] or found[:1]
        # column by column: choosing columns of a long GeoDataFrame costs more than its few rows
        frames = [pd.DataFrame({name: part.array(name).take(at) for name in columns}) for part, at in some]
        frame = frames[0] if len(frames) == 1 else pd.concat(frames, ignore_index=True)
        return gpd.GeoDataFrame(frame, geometry="geometry") if "geometry" in columns else frame

    def extent(self) -> shapely.Polygon | None:
        """Give the box around the shapes of a table that nothing can be posted to."""
        return self.only.extent

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

    def same(self, others: Tables) -> bool:
        """Say whether others are the very same tables: no row came to any, and none was read anew."""
        mine, theirs = self.tables, others.tables
        return mine.keys() == theirs.keys() and all(table is theirs[name] for name, table in mine.items())

    def replaced(self, frames: Mapping[str, pd.DataFrame]) -> Tables:
        """Give them with some tables read anew."""
        return Tables(self.tables | Tables.read(frames).tables)

    def grown(self, name: str, rows: pd.DataFrame) -> Tables:
        """Give them with rows added to a table."""
        return Tables(self.tables | {name: self.tables[name].grown(rows)})

    def inspections_of(self, place_ids: Collection[str], columns: Sequence[str]) -> Tables:
        """Give them with the inspections of some places alone, and of those some columns."""
        return self.replaced({"inspections": self.tables["inspections"].of_places(place_ids, columns)})
