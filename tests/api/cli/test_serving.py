"""`wangge serve` and `wangge demo`, as processes."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest

from api.serving import bound
from api.settings import Settings

WANGGE = [sys.executable, "-c", "import sys; from api.cli import main; sys.exit(main())"]


@contextmanager
def running(folder: Path, *words: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Run a command that serves; give it and the address it says."""
    env = os.environ | {"PYTHONUNBUFFERED": "1"}
    pipe = subprocess.PIPE
    with subprocess.Popen([*WANGGE, *words], cwd=folder, env=env, stdout=pipe, stderr=pipe, text=True) as process:
        try:
            assert process.stdout
            said = ""
            while not (found := re.search(r"http://127\.0\.0\.1:\d+/", said)):
                line = process.stdout.readline()
                assert line, (said, process.stderr and process.stderr.read())
                said += line
            yield process, found.group()
        finally:
            process.terminate()


def test_demo_serves_in_an_empty_folder(tmp_path: Path) -> None:
    """`wangge demo` makes the town in demo/, says its figures, and serves it at the address it prints."""
    with running(tmp_path, "demo", "--port", "0") as (_, address), urllib.request.urlopen(address, timeout=60) as page:
        assert page.status == 200
        assert "合成数据（非真实）" in page.read().decode("utf-8")
    assert [path.name for path in (tmp_path / "demo").glob("*.gpkg")] == ["village-1.gpkg"]


@pytest.fixture
def town(tmp_path: Path, wangge: Callable[..., Any]) -> Path:
    """Give an empty town."""
    store = tmp_path / "town.gpkg"
    assert wangge("init", store, "--name", "虎门镇", "--code", "441900121").code == 0
    return store


def test_stopped_by_hand(town: Path) -> None:
    """Ctrl-C stops the service without a traceback."""
    signal.signal(signal.SIGINT, signal.default_int_handler)  # tests run in the background ignore it, and so would it
    with running(town.parent, "serve", str(town), "--port", "0") as (process, _):
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=60) == 130
        assert process.stderr
        assert "Traceback" not in process.stderr.read()


def test_answers_are_not_held_back(town: Path) -> None:
    """What follows the head of an answer does not wait until the other end acknowledges it (TCP_NODELAY)."""
    with closing(bound(Settings(store=town, port=0))) as listener:
        assert listener.proto == socket.IPPROTO_TCP  # asyncio asks for this, and for nothing else


def test_port_that_is_taken(town: Path, wangge: Callable[..., Any]) -> None:
    """A port in use is refused with what to do."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        said = wangge("serve", town, "--port", taken.getsockname()[1])
    assert said.code == 1
    assert "--port" in said.err


def test_other_hosts_need_a_flag(town: Path, wangge: Callable[..., Any]) -> None:
    """Another host than this machine is refused without the flag that names the danger."""
    said = wangge("serve", town, "--host", "0.0.0.0", "--port", 0)
    assert said.code == 1
    assert "--insecure-no-accounts" in said.err


def test_background_that_is_none(town: Path, wangge: Callable[..., Any]) -> None:
    """A background that can't be used is said before the service starts."""
    (town.parent / "a.pmtiles").write_bytes(b"PMTiles")
    said = wangge("serve", town, "--port", 0, "--background", town.parent / "a.pmtiles")
    assert said.code == 1
    assert "a.pmtiles 坏了或不能用" in said.err


def test_environment_that_is_wrong(town: Path, wangge: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> None:
    """A setting of the environment that can't be read is named."""
    monkeypatch.setenv("WANGGE_PORT", "eighty")
    said = wangge("serve", town)
    assert said.code == 2
    assert "WANGGE_PORT=eighty" in said.err
