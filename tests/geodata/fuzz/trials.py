"""One trial after another: a good file is damaged and read; it is taken, or refused in clear words."""

from __future__ import annotations

import json
import queue
import subprocess
import sys
import tempfile
import threading
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

import numpy as np

from tests.geodata.fuzz.mutations import damaged
from tests.geodata.fuzz.seeds import Seed

CHECKOUT = Path(__file__).resolve().parents[3]
HANGS_S = 60.0
"""Longer than this for a file of some kilobytes is a hang."""
_GDAL_SHARE = 0.08
"""Of the trials start a child process; each of them takes as long as fifty others."""


@dataclass
class Outcome:
    """What came of the trials: how many files were read and refused, and the findings."""

    counts: Counter[str] = field(default_factory=Counter)
    findings: list[str] = field(default_factory=list)


class Reader:
    """The reading program, started again when a file has broken it."""

    def __init__(self) -> None:
        self._start()

    def _start(self) -> None:
        command = [sys.executable, "-m", "tests.geodata.hostile.reading"]
        pipe = subprocess.PIPE
        self.said = tempfile.TemporaryFile()  # noqa: SIM115 - as long as the program runs
        self.process = subprocess.Popen(command, cwd=CHECKOUT, stdin=pipe, stdout=pipe, stderr=self.said, text=True)
        self.lines: queue.Queue[str] = queue.Queue()
        threading.Thread(target=self._listen, args=(self.process.stdout,), daemon=True).start()

    def _listen(self, out: IO[str]) -> None:
        for line in out:
            self.lines.put(line)
        self.lines.put("")

    def read(self, path: Path, table: str) -> dict[str, Any] | str:
        """Give the answer, or what happened instead of one."""
        assert self.process.stdin
        self.process.stdin.write(json.dumps([str(path), table]) + "\n")
        self.process.stdin.flush()
        try:
            line = self.lines.get(timeout=HANGS_S)
        except queue.Empty:
            self.close()
            self._start()
            return f"no answer after {HANGS_S:.0f} s"
        if line:
            answer: dict[str, Any] = json.loads(line)
            return answer
        self.process.wait()
        self.said.seek(0)
        trace = self.said.read().decode("utf-8", "replace")
        self.close()
        self._start()
        return trace[-3_000:] or f"died with {self.process.returncode}"

    def close(self) -> None:
        """End the program."""
        self.process.kill()
        self.process.wait()
        for stream in (self.process.stdin, self.process.stdout, self.said):
            if stream:
                stream.close()


def run(seeds: list[Seed], trials: range, seed: int, keep: Path) -> Outcome:
    """Run trials, each by its own number alone; files with findings are kept."""
    light = [each for each in seeds if not each.through_gdal]
    heavy = [each for each in seeds if each.through_gdal]
    outcome, reader = Outcome(), Reader()
    try:
        for number in trials:
            rng = np.random.default_rng([seed, number])
            among = heavy if rng.random() < _GDAL_SHARE else light
            _try(among[rng.integers(len(among))], rng, reader, outcome, keep / f"{seed}-{number}")
    finally:
        reader.close()
    return outcome


def _try(seed: Seed, rng: np.random.Generator, reader: Reader, outcome: Outcome, keep: Path) -> None:
    with tempfile.TemporaryDirectory(prefix="fuzz-") as folder:
        files = {seed.name: damaged(seed.data, rng), **dict(seed.siblings)}
        for name, data in files.items():
            (Path(folder) / name).write_bytes(data)
        table, _, main = seed.table.partition(":")
        answer = reader.read(Path(folder) / (main or seed.name), table)
        if isinstance(answer, dict) and (answer["rows"] or answer["said"]):
            outcome.counts["read" if answer["rows"] else "refused"] += 1
            return
        keep.mkdir(parents=True, exist_ok=True)
        for name, data in files.items():
            (keep / name).write_bytes(data)
        outcome.findings.append(f"{keep}: {main or seed.name} as {table}: {answer}")
