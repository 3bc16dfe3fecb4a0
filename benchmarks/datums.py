"""Datums: seconds for a million positions, and by how many metres the ways back of two well-known libraries miss.

Both sides turn the same random positions of China in one run: wangge a million, the libraries (which take one position
at a time) a part of them. The libraries are asked for the way back from what wangge's way there gives.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import eviltransform
import numpy as np

from geodata.datum import from_wgs84, to_wgs84

Pair = tuple[np.ndarray, np.ndarray]
COUNT, PART = 1_000_000, 100_000
GCOORD = Path(__file__).resolve().parent.parent / "node_modules" / "gcoord"
ASK = """
const gcoord = require(process.argv[1]);
const {points, from} = JSON.parse(require('fs').readFileSync(0, 'utf8'));
const start = process.hrtime.bigint();
const turned = points.map(point => gcoord.transform(point, gcoord[from], gcoord.WGS84));
const seconds = Number(process.hrtime.bigint() - start) / 1e9;
process.stdout.write(JSON.stringify({turned, seconds}));
"""


def main() -> None:
    """Print both tables."""
    random = np.random.default_rng(1)
    china = random.uniform(73, 136, COUNT), random.uniform(3, 54, COUNT)
    print(f"{'system':10}{'out s/M':>9}{'back s/M':>10}{'there and back, worst m':>26}")
    for system in ("gcj02", "bd09", "gcj02mc", "bd09mc", "epsg:3857", "epsg:4547"):
        start = time.perf_counter()
        moved = from_wgs84(*china, system)
        middle = time.perf_counter()
        back = to_wgs84(*moved, system)
        end = time.perf_counter()
        worst = (
            apart(back, china)[np.abs(china[0] - 114) < 20].max() if system == "epsg:4547" else apart(back, china).max()
        )
        print(f"{system:10}{middle - start:9.2f}{end - middle:10.2f}{worst:26.1e}")
    part = china[0][:PART], china[1][:PART]
    print(f"\n{'way back':34}{'s/M':>8}{'median m':>10}{'worst m':>9}{'> 1 m':>8}   worst at")
    for name, system, turn in ways_back():
        back, seconds = turn(from_wgs84(*part, system))
        off = apart(back, part)
        worst_at = int(off.argmax())
        where = f"{part[0][worst_at]:.2f}, {part[1][worst_at]:.2f}"
        share = f"{(off > 1).mean():.1%}"
        rate = seconds / PART * 1e6
        print(f"{name:34}{rate:8.1f}{np.median(off):10.1e}{off.max():9.2g}{share:>8}   {where}")


def ways_back() -> list[tuple[str, str, Callable[[Pair], tuple[Pair, float]]]]:
    """Give each way back: its name, the system it starts from, and the function that says positions and seconds."""
    systems = {"gcj02": "GCJ02", "bd09": "BD09", "bd09mc": "BD09MC"}
    ours = [
        (f"wangge {key}", key, lambda pair, key=key: timed(lambda: to_wgs84(pair[0], pair[1], key))) for key in systems
    ]
    evil = [
        (f"eviltransform {name}", key, lambda pair, name=name: timed(lambda: one_by_one(pair, name)))
        for key, name in (("gcj02", "gcj2wgs"), ("gcj02", "gcj2wgs_exact"), ("bd09", "bd2wgs"))
    ]
    if shutil.which("node") is None:
        print("no node on this machine: gcoord is left out")
        return ours + evil
    return (
        ours
        + evil
        + [(f"gcoord {name}", key, lambda pair, name=name: gcoord(pair, name)) for key, name in systems.items()]
    )


def timed(turn: Callable[[], Pair]) -> tuple[Pair, float]:
    """Give what a function gives, and the seconds it took."""
    start = time.perf_counter()
    return turn(), time.perf_counter() - start


def one_by_one(pair: Pair, name: str) -> Pair:
    """Turn positions by eviltransform, which takes and gives latitude first."""
    turned = np.array([getattr(eviltransform, name)(lat, lon) for lon, lat in zip(*pair, strict=True)])
    return turned[:, 1], turned[:, 0]


def gcoord(pair: Pair, name: str) -> tuple[Pair, float]:
    """Turn positions by gcoord in one process of Node.js."""
    asked = json.dumps({"points": np.column_stack(pair).tolist(), "from": name})
    done = subprocess.run(
        ["node", "-e", ASK, str(GCOORD)], input=asked, capture_output=True, text=True, check=True, timeout=600
    )
    answer = json.loads(done.stdout)
    turned = np.array(answer["turned"])
    return (turned[:, 0], turned[:, 1]), answer["seconds"]


def apart(a: Pair, b: Pair) -> np.ndarray:
    """Give the distance between positions in degrees, in metres."""
    return np.hypot((a[0] - b[0]) * np.cos(np.radians(b[1])), a[1] - b[1]) * 111_320


if __name__ == "__main__":
    main()
