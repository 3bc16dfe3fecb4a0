"""An open store: one connection, one call at a time, found again where the server was started anew."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from types import TracebackType
from typing import TYPE_CHECKING, Self

from geodata.errors import StoreProblem
from geodata.model import Town
from geodata.store.connection import PATIENCE_S, clear_words, connect
from geodata.store.dialects import Raw, dialect_at
from geodata.store.location import Where

if TYPE_CHECKING:
    import sqlalchemy as sa


class Opened:
    """What every part of an open store stands on: its connection, and whose turn it is.

    Attributes
    ----------
    path
        The file, or the address of the database.
    town
        The town as it was when the store was opened or the town last changed through this object.
    """

    def __init__(
        self, path: Where, connection: Raw, town: Town, *, writable: bool, patience: float = PATIENCE_S
    ) -> None:
        self.path = path
        self.town = town
        self._connection = connection
        self._writable = writable
        self._patience = patience
        self._closed = False
        self._one_at_a_time = threading.RLock()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the store; the last one to close a file folds the write-ahead log into it."""
        with self._one_at_a_time:
            self._closed = True
            self._connection.close()

    @cached_property
    def _engine(self) -> sa.Engine:
        from geodata.store.writing import engine_on  # noqa: PLC0415 - slow import

        return engine_on(self._connection)

    @contextmanager
    def _reading(self) -> Iterator[Raw]:
        with self._one_at_a_time, clear_words(self.path):
            self._find_again()
            yield self._connection

    def _find_again(self) -> None:
        """Connect anew where the connection broke: the server of the database was started again.

        Nothing was asked or written over it yet, so that nothing is done twice and nothing is lost.
        """
        if not self._closed and dialect_at(self.path).has_gone(self._connection):
            self._connection = connect(self.path, write=self._writable, patience=self._patience)
            self.__dict__.pop("_engine", None)

    @contextmanager
    def _writing(self) -> Iterator[sa.Connection]:
        from geodata.store.writing import transaction  # noqa: PLC0415 - slow import

        if not self._writable:
            raise StoreProblem(f"{self.path} 是以只读方式打开的，不能写入。")
        with self._one_at_a_time, clear_words(self.path):
            self._find_again()
            with transaction(self._engine) as connection:
                yield connection
