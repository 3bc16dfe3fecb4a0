"""The fixes of a recorder made into the lines of its tracks: in order of time, without jumps, cut at gaps.

The definition, fix by fix, for one track (`tests/geodata/fixes_oracle.py` says it again, slowly):

1. A fix without a time or a position is dropped (`bare`).
2. Fixes stand in order of time; one that stood behind a later one is counted (`turned`), never dropped: files are put
   together from several recorders and sorted by other columns. What a wrong clock leaves is caught by 3–6.
3. Of fixes of one moment the first in the file stays, the others are dropped (`twice`): nobody is in two places.
4. A step is a jump when it is longer than `slack_m` plus the greatest speed of the officer's way of going × its time.
   A fix with a jump to it and a jump from it, while its neighbours are no jump apart, is a spike and dropped
   (`spike`), unless the fix before it was.
5. The line is cut between fixes of different segments of the file, at a jump (`jump`), and at a gap (`gap`): more than
   `gap_s` seconds or `gap_m` metres.
6. A piece of one fix is dropped (`alone`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

import numpy as np
import numpy.typing as npt
import shapely

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

EARTH_M = 6_371_008.8
"""Mean radius of the earth, IUGG 1980."""
KINDS = ("bare", "turned", "twice", "spike", "jump", "gap", "alone")


@dataclass(frozen=True)
class Limits:
    """What a step of a track may be.

    Attributes
    ----------
    gap_s
        Five minutes: a walker comes 400 m far, more than a street block, so that a line would be made up.
    gap_m
        A kilometre: a car at 60 km/h with a fix a minute stays whole; nobody saw the streets of a longer step.
    slack_m
        What two fixes among houses may be wrong together, whatever the time between them.
    speed
        Greatest metres a second by an officer's mode. walk: 25 km/h, the limit of an electric bicycle (GB 17761), which
        officers on foot use; car: 120 km/h, the limit of China's motorways. Unknown mode: as a car.
    modes
        Officer (id or name) → mode.
    """

    gap_s: float = 300.0
    gap_m: float = 1000.0
    slack_m: float = 30.0
    speed: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({"walk": 25 / 3.6, "car": 120 / 3.6}))
    modes: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    def with_modes(self, modes: Mapping[str, str]) -> Limits:
        """Give the same limits for officers whose modes are known."""
        return replace(self, modes=MappingProxyType(dict(modes)))

    def speed_of(self, officer: str) -> float:
        """Give the greatest speed of an officer, m/s."""
        return self.speed[self.modes.get(officer, "car")]


@dataclass(frozen=True)
class Fixes:
    """n fixes of any number of tracks, in the order of the file.

    Attributes
    ----------
    track
        Number of the track, from 0.
    segment
        Number of the segment of the file that the fix stands in; unique over all tracks.
    seconds
        Since 1970-01-01 UTC; NaN where there is no time.
    lon, lat
        Degrees of any geographic system (the metres of a step differ by less than 0.01 % between them); NaN for none.
    """

    track: Ints
    segment: Ints
    seconds: Floats
    lon: Floats
    lat: Floats


@dataclass(frozen=True)
class Lines:
    """What became of fixes.

    Attributes
    ----------
    kept, piece
        Positions of the fixes that stay, in order of track and time, and the number of the piece of line of each.
    counts
        Kind of `KINDS` → how many, one count a track.
    """

    fixes: Fixes
    kept: Ints
    piece: Ints
    counts: Mapping[str, Ints]

    def shapes(self) -> npt.NDArray[np.object_]:
        """Give one MULTILINESTRING a track, None where no line is left."""
        held = self.fixes
        made = np.full(len(self.counts["bare"]), None, dtype=object)
        if len(self.kept):
            lines = shapely.linestrings(held.lon[self.kept], held.lat[self.kept], indices=self.piece)
            first = self.kept[np.flatnonzero(np.diff(self.piece, prepend=-1))]
            shapely.multilinestrings(lines, indices=held.track[first], out=made)
        return made

    def moments(self, track: int) -> Floats:
        """Give the seconds since 1970 of the points of a track's line."""
        own = self.kept[slice(*np.searchsorted(self.fixes.track[self.kept], [track, track + 1]))]
        return self.fixes.seconds[own]

    def told(self, track: int) -> str:
        """Say in Chinese what was dropped and cut; empty when nothing was."""
        return "；".join(
            text.format(self.counts[kind][track]) for kind, text in _TOLD.items() if self.counts[kind][track]
        )


_TOLD = MappingProxyType(
    {
        "bare": "去掉 {} 个没有时间或没有位置的点",
        "turned": "{} 个点的时间倒退，已按时间重排",
        "twice": "去掉 {} 个同一时刻的重复点",
        "spike": "去掉 {} 个来回跳动的漂移点",
        "jump": "在 {} 处跳变（快得不可能）断开",
        "gap": "在 {} 处中断（时间或距离过长）断开",
        "alone": "去掉 {} 个孤立的点",
    }
)


def lines_of(fixes: Fixes, speed: Floats, limits: Limits) -> Lines:
    """Make fixes into lines, as the module defines.

    Parameters
    ----------
    speed
        Greatest metres a second, one a track.
    """
    tracks = len(speed)
    usable = np.isfinite(fixes.seconds) & np.isfinite(fixes.lon) & np.isfinite(fixes.lat)
    at = np.flatnonzero(usable)
    counts = {"bare": _count(fixes.track[~usable], tracks)}
    order = np.lexsort((fixes.seconds[at], fixes.track[at]))
    counts["turned"] = _count(fixes.track[at[_behind(fixes, at)]], tracks)
    at = at[order]
    twice = _same(fixes.track[at]) & _same(fixes.seconds[at])
    counts["twice"] = _count(fixes.track[at[twice]], tracks)
    at = at[~twice]
    spike = _spikes(fixes, at, speed, limits)
    counts["spike"] = _count(fixes.track[at[spike]], tracks)
    at = at[~spike]

    same = _same(fixes.track[at])
    jump = same & _jumps(fixes, at[:-1], at[1:], speed, limits)
    gap = same & ~jump & _gaps(fixes, at, limits)
    counts["jump"], counts["gap"] = (_count(fixes.track[at[cut]], tracks) for cut in (jump, gap))
    piece = np.cumsum(~same | jump | gap | ~_same(fixes.segment[at])) - 1
    alone = np.bincount(piece, minlength=1)[piece] < 2 if len(at) else np.zeros(0, dtype=bool)
    counts["alone"] = _count(fixes.track[at[alone]], tracks)
    kept = piece[~alone]
    return Lines(fixes, at[~alone], np.unique(kept, return_inverse=True)[1].astype(np.int64), counts)


def metres(lon: Floats, lat: Floats, lon2: Floats, lat2: Floats) -> Floats:
    """Give the great-circle distance between positions in degrees (haversine formula)."""
    x, y, x2, y2 = (np.radians(each) for each in (lon, lat, lon2, lat2))
    half = np.sin((y2 - y) / 2) ** 2 + np.cos(y) * np.cos(y2) * np.sin((x2 - x) / 2) ** 2
    return np.asarray(2 * EARTH_M * np.arcsin(np.sqrt(np.minimum(half, 1.0))))


def _count(tracks: Ints, minimum: int) -> Ints:
    return np.bincount(tracks, minlength=minimum).astype(np.int64)


def _same(values: npt.NDArray[np.generic]) -> Bools:
    """Say which values equal the one before them."""
    return np.concatenate([np.zeros(min(len(values), 1), dtype=bool), values[1:] == values[:-1]])


def _behind(fixes: Fixes, at: Ints) -> Bools:
    """Say which fixes stand behind one of their track that is later."""
    order = np.argsort(fixes.track[at], kind="stable")
    track, rank = fixes.track[at[order]], np.unique(fixes.seconds[at[order]], return_inverse=True)[1]
    # a track's ranks are lifted above those of all tracks before it, so that one running maximum serves them all
    lifted = rank + track * (len(rank) + 1)
    behind = np.zeros(len(at), dtype=bool)
    behind[order] = lifted < np.maximum.accumulate(lifted) if len(at) else False
    return behind


def _jumps(fixes: Fixes, one: Ints, other: Ints, speed: Floats, limits: Limits) -> Bools:
    """Say, for each fix `other`, whether the step to it from `one` is a jump; False for the first fix of all."""
    far = metres(fixes.lon[one], fixes.lat[one], fixes.lon[other], fixes.lat[other])
    may = limits.slack_m + speed[fixes.track[other]] * (fixes.seconds[other] - fixes.seconds[one])
    return np.concatenate([np.zeros(1, dtype=bool), far > may])[: len(one) + 1]


def _spikes(fixes: Fixes, at: Ints, speed: Floats, limits: Limits) -> Bools:
    spike = np.zeros(len(at), dtype=bool)
    if len(at) < 3:
        return spike
    same = _same(fixes.track[at])
    jump = same & _jumps(fixes, at[:-1], at[1:], speed, limits)
    over = _jumps(fixes, at[:-2], at[2:], speed, limits)[1:]
    spike[1:-1] = jump[1:-1] & jump[2:] & ~over
    # in a run of such fixes every other one goes, the first of them first
    where = np.arange(len(at))
    start = np.maximum.accumulate(np.where(spike, 0, where + 1))
    return np.asarray(spike & ((where - start) % 2 == 0))


def _gaps(fixes: Fixes, at: Ints, limits: Limits) -> Bools:
    one, other = at[:-1], at[1:]
    long = fixes.seconds[other] - fixes.seconds[one] > limits.gap_s
    far = metres(fixes.lon[one], fixes.lat[one], fixes.lon[other], fixes.lat[other]) > limits.gap_m
    return np.concatenate([np.zeros(min(len(at), 1), dtype=bool), long | far])
