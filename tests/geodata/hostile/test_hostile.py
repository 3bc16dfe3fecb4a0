"""Hostile files: each refused in clear words, no other file read, nothing asked of the network, in bounds."""

from __future__ import annotations

import json
import re
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.geodata.hostile.builders import CORPUS, TAKEN

SECRET = "canary-7f3a-of-another-file"
CHECKOUT = Path(__file__).resolve().parents[3]
CHINESE = re.compile(r"[\u4e00-\u9fff]{4}")


@dataclass
class Server:
    """A server that counts who comes."""

    address: str
    visitors: list[Any] = field(default_factory=list)


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """Listen on loopback; nobody should come."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(0.2)
        found = Server(f"http://127.0.0.1:{listening.getsockname()[1]}/")
        over = threading.Event()

        def listen() -> None:
            while not over.is_set():
                try:
                    found.visitors.append(listening.accept())
                except TimeoutError:
                    continue

        thread = threading.Thread(target=listen)
        thread.start()
        yield found
        over.set()
        thread.join()


@pytest.fixture(scope="module")
def reader() -> Iterator[subprocess.Popen[str]]:
    """Start the program that reads."""
    command = [sys.executable, "-m", "tests.geodata.hostile.reading"]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, cwd=CHECKOUT, stdin=pipe, stdout=pipe, text=True) as process:
        yield process
        assert process.stdin
        process.stdin.close()


@pytest.mark.parametrize("case", CORPUS)
def test_hostile_file(case: str, tmp_path: Path, server: Server, reader: subprocess.Popen[str]) -> None:
    """The file is refused, or its rows are; within 10 s and 1 GiB, with no look at another file or the network."""
    canary = tmp_path / "secret.csv"
    canary.write_text(f"编号,名称\n1,{SECRET}\n")
    folder = tmp_path / "given"
    folder.mkdir()
    path, table = CORPUS[case](folder, canary, server.address)
    assert reader.stdin
    assert reader.stdout
    reader.stdin.write(json.dumps([str(path), table]) + "\n")
    reader.stdin.flush()
    line = reader.stdout.readline()
    assert line, "the reader broke down"
    answer = json.loads(line)
    assert answer["seconds"] < 10
    assert answer["peak_kib"] < 2**20
    assert SECRET not in answer["said"] + answer["text"]
    assert not server.visitors
    if case not in TAKEN:
        assert answer["rows"] == 0
        assert CHINESE.search(answer["said"]), answer


def test_walls(tmp_path: Path) -> None:
    """The child that opens map files has its memory and time limited, and where the kernel can, files and network."""
    from geodata.readers.gdal import ask  # noqa: PLC0415 - beside its only use
    from tests.geodata.hostile.builders import square  # noqa: PLC0415

    walls = ask(square(tmp_path / "a.gpkg", driver="GPKG"), "a.gpkg", "GPKG").walls
    assert "limits" in walls
