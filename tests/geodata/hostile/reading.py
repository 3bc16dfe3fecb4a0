"""The program that reads one hostile file after another, as an import would: one line of JSON each on stdout."""

from __future__ import annotations

import json
import resource
import sys
from pathlib import Path

import numpy as np
import shapely

from geodata.errors import FileProblem
from geodata.model import Town
from geodata.readers import Read, read
from geodata.tables import TABLES

TOWN = Town("虎门镇", "441900121", "Asia/Shanghai")


def check(found: Read, table: str) -> None:
    """Every row that was read came in or was rejected; positions are on the earth."""
    if table != "tracks":  # of tracks, points come in as lines
        assert found.rows_read == len(found.frame) + len(found.rejected)
    if "geometry" in found.frame.columns:
        xy = shapely.get_coordinates(found.frame.geometry.array)
        assert np.isfinite(xy).all()
        assert (np.abs(xy) <= (180, 90)).all()


def spent() -> float:
    """Give the seconds of processor time of this process and its children: a busy machine makes none of them longer."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in used)


def peak_kib() -> int:
    """Give the most memory of this process and its children so far.

    Its own from the kernel's high-water mark: `ru_maxrss` begins with what the process had that started this one.
    """
    status = Path("/proc/self/status").read_text()
    own = int(status.split("VmHWM:")[1].split()[0])
    return max(own, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)


def main() -> None:
    """Read requests (JSON: path, table) from stdin until it ends."""
    for line in sys.stdin:
        path, table = json.loads(line)
        started = spent()
        said, rows, text = "", 0, ""
        try:
            found = read(Path(path), TABLES[table], town=TOWN, level="grid" if table == "areas" else None)
            rows, said = len(found.frame), "；".join(fault.problem for fault in found.rejected)
            check(found, table)
            text = found.frame.drop(columns="geometry", errors="ignore").to_csv() + str(found.warnings)
        except FileProblem as problem:
            said = str(problem)
        answer = {"said": said, "rows": rows, "text": text, "seconds": spent() - started, "peak_kib": peak_kib()}
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
