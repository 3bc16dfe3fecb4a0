"""Valhalla's Meili on the streets of a benchmark: tiles of the same edges, then the pieces that it finds of tracks."""

from __future__ import annotations

import json
import subprocess
from itertools import pairwise
from pathlib import Path
from time import process_time

import numpy as np
import numpy.typing as npt
import shapely
from pyproj import Transformer

from coverage.streets.network import Network

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]


class Meili:
    """The streets of a network as tiles in a folder; every edge is a street that may be walked both ways."""

    def __init__(self, network: Network, folder: Path) -> None:
        from valhalla import PYVALHALLA_DIR  # noqa: PLC0415
        from valhalla.config import get_config  # noqa: PLC0415

        self.network, self.middles = network, network.middles()
        self.back = Transformer.from_crs(network.crs, 4326, always_xy=True)
        self.there = Transformer.from_crs(4326, network.crs, always_xy=True)
        self.config = get_config(tile_extract="", tile_dir=str(folder))
        self.config["mjolnir"] |= {"admin": "", "timezone": "", "concurrency": 1, "logging": {"type": ""}}
        self.config["meili"]["logging"] = {"type": ""}
        (folder / "roads.osm.pbf").write_bytes(_osm(network, self.back))
        (folder / "config.json").write_text(json.dumps(self.config), encoding="utf-8")
        build = Path(PYVALHALLA_DIR) / "bin" / "valhalla_build_tiles"
        command = [str(build), "-c", str(folder / "config.json"), str(folder / "roads.osm.pbf")]
        subprocess.run(command, check=True, capture_output=True)

    def match(self, tracks: list[Floats], every: float, sigma: float) -> tuple[list[Bools], float]:
        """Match tracks whose noise Meili is told; give the pieces of each and the seconds of processor."""
        from valhalla import Actor  # noqa: PLC0415

        told = {**self.config, "meili": json.loads(json.dumps(self.config["meili"]))}
        told["meili"]["default"] |= {"sigma_z": sigma, "gps_accuracy": sigma}
        actor, asked = Actor(told), {"gps_accuracy": sigma, "search_radius": float(np.clip(4 * sigma, 50, 100))}
        made, seconds = [], 0.0
        for track in tracks:
            x, y = self.back.transform(track[:, 0], track[:, 1])
            shape = [
                {"lon": lon, "lat": lat, "time": at * every} for at, (lon, lat) in enumerate(zip(x, y, strict=True))
            ]
            question = {"shape": shape, "costing": "pedestrian", "shape_match": "map_snap", "trace_options": asked}
            begun = process_time()
            answer = json.loads(actor.trace_attributes(json.dumps(question)))
            seconds += process_time() - begun
            made.append(self._found(answer))
        return made, seconds

    def _found(self, answer: dict[str, object]) -> Bools:
        line = np.array(_polyline(str(answer["shape"])))
        xy = np.column_stack(self.there.transform(line[:, 1], line[:, 0]))
        ways = [xy[edge["begin_shape_index"] : edge["end_shape_index"] + 1] for edge in answer["edges"]]  # type: ignore[attr-defined]
        way = shapely.MultiLineString([way for way in ways if len(way) > 1])
        shapely.prepare(way)
        return np.asarray(shapely.dwithin(self.middles, way, 1.0))


def _polyline(text: str) -> list[tuple[float, float]]:
    """Read a line of latitudes and longitudes, each difference in groups of five bits."""
    numbers, value, shift = [], 0, 0
    for letter in text:
        bits = ord(letter) - 63
        value |= (bits & 31) << shift
        shift += 5
        if bits < 32:
            numbers.append(~(value >> 1) if value & 1 else value >> 1)
            value = shift = 0
    at = np.cumsum(np.array(numbers).reshape(-1, 2), axis=0) / 1e6
    return [(float(lat), float(lon)) for lat, lon in at]


def _osm(network: Network, back: Transformer) -> bytes:
    """Give the edges as a file of OpenStreetMap's PBF format, each a residential way."""
    xy, line = shapely.get_coordinates(network.lines, return_index=True)
    vertices, number = np.unique(np.round(xy, 2), axis=0, return_inverse=True)
    degrees = np.round(np.column_stack(back.transform(vertices[:, 0], vertices[:, 1])) * 1e7).astype(np.int64)
    nodes = [
        _field(1, _number(1, _sign(at + 1)) + _number(8, _sign(lat)) + _number(9, _sign(lon)))
        for at, (lon, lat) in enumerate(degrees.tolist())
    ]
    begin = np.searchsorted(line, np.arange(len(network.lines) + 1)).tolist()
    ways = []
    for edge, (lo, hi) in enumerate(pairwise(begin)):
        refs = np.diff(number[lo:hi] + 1, prepend=0).tolist()
        tags = _field(2, _varint(1)) + _field(3, _varint(2))
        ways.append(_field(3, _number(1, edge + 1) + tags + _field(8, b"".join(_varint(_sign(ref)) for ref in refs))))
    header = _field(4, b"OsmSchema-V0.6")
    table = _field(1, _field(1, b"") + _field(1, b"highway") + _field(1, b"residential"))
    parts = [
        table + _field(2, b"".join(some[at : at + 8000])) for some in (nodes, ways) for at in range(0, len(some), 8000)
    ]
    return _blob(b"OSMHeader", header) + b"".join(_blob(b"OSMData", part) for part in parts)


def _blob(kind: bytes, data: bytes) -> bytes:
    body = _field(1, data)
    head = _field(1, kind) + _number(3, len(body))
    return len(head).to_bytes(4, "big") + head + body


def _field(key: int, data: bytes) -> bytes:
    return _varint(key << 3 | 2) + _varint(len(data)) + data


def _number(key: int, value: int) -> bytes:
    return _varint(key << 3) + _varint(value)


def _sign(value: int) -> int:
    return value << 1 if value >= 0 else (-value << 1) - 1


def _varint(value: int) -> bytes:
    made = bytearray()
    while value > 127:
        made.append(value & 127 | 128)
        value >>= 7
    return bytes([*made, value])
