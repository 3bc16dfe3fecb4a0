"""How far long work is, on a terminal: rows done and rows a second, drawn over itself; nothing anywhere else.

With `WANGGE_PROGRESS=json` it is told in lines of JSON instead, for programs that run us:
`{"progress": {"label": "places.csv", "stage": "写入", "done": 20000, "of": 33826}}` (0 of 0: it can't be told).

Own code, not tqdm: its licence is in part MPL, and a line that counts Chinese as two cells is these few lines.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from time import monotonic
from types import TracebackType
from typing import Self, TextIO

from api.cli.terminal import cut, printable
from geodata.widths import cells

WIDTH = 24
EVERY_S = 0.1
LABEL = 30


class Progress:
    """A line on stderr while it is a terminal: `with Progress("places.csv") as progress: … progress.tell(done, of)`."""

    def __init__(
        self, label: str, *, unit: str = "行", stream: TextIO | None = None, clock: Callable[[], float] = monotonic
    ) -> None:
        """Name the work, and what is counted; draws on stderr when no stream is given."""
        self._stream = stream or sys.stderr
        self._clock = clock
        self._unit = unit
        self._label = cut(printable(label), LABEL)
        self._as_json = os.environ.get("WANGGE_PROGRESS") == "json"
        self._shown = self._as_json or self._stream.isatty()
        self._stage, self._began, self._drawn, self._cells = "", 0.0, float("-inf"), 0

    def __enter__(self) -> Self:
        """Begin."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Leave the line empty: what comes next is said in its place."""
        if not self._as_json:
            self._draw("")

    def tell(self, stage: str, done: int = 0, of: int = 0) -> None:
        """Say what is being done, and how many rows of how many (none of none: it can't be told)."""
        now = self._clock()
        fresh = stage != self._stage
        if fresh:
            self._stage, self._began = stage, now
        if not (fresh or done == of or now - self._drawn >= EVERY_S):
            return
        self._drawn = now
        if self._as_json:
            told = {"label": self._label, "stage": stage, "done": done, "of": of}
            self._stream.write(json.dumps({"progress": told}, ensure_ascii=False) + "\n")
            self._stream.flush()
            return
        self._draw(f"{self._label} {stage}" + (self._bar(done, of, now - self._began) if of else "…"))

    def _bar(self, done: int, of: int, seconds: float) -> str:
        full = WIDTH * done // of
        rate = f"，{done / seconds:,.0f} {self._unit}/秒" if seconds > 0 and done else ""
        return f" {'█' * full}{'░' * (WIDTH - full)} {done:,}/{of:,} {self._unit}{rate}"

    def _draw(self, text: str) -> None:
        if not self._shown:
            return
        width = cells(text)
        if text or self._cells:
            self._stream.write("\r" + text + " " * max(0, self._cells - width) + "\r" * (not text))
            self._stream.flush()
        self._cells = width
