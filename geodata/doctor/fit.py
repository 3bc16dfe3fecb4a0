"""How well a reading of a file's positions fits what is known of the town: a log likelihood against "elsewhere"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from geodata.datum import Way
from geodata.doctor.ground import NOISE_M, SHIFTS_M, Ground
from geodata.doctor.sample import Sample

Floats = npt.NDArray[np.float64]
Objects = npt.NDArray[np.object_]

CELL_M = 300.0
"""Positions in one cell of this size say much the same (see `_crowded`)."""
INDEPENDENT = 0.5
"""Of positions that name their place, and of polygons, each counts for half: errors come together."""
OVERLAP_UNIT = 0.1
"""By so much better an overlap, e times as likely."""
_ID_SCALE_M = 25.0
_ID_LOST = 0.1  # of the positions that name a place are somewhere else
_ID_SPREAD_M = 3_000.0
_SHIFTS = 3
_CROWD, _FOLLOWING = -0.6, -1.0
_DUELS = 3
_DUEL_M = 10.0
_NEWTON_ROUNDS = 8
_RIDGE = 2.0


@dataclass(frozen=True)
class Fit:
    """How one way fits: the log likelihood against elsewhere, and figures a person can read.

    Attributes
    ----------
    score
        Natural logarithm.
    figures
        Word → value, in the order in which they are said.
    """

    score: float
    figures: dict[str, str]


class PointFit:
    """Compares points (or vertices of lines) with a town, by odds learnt from the town itself."""

    def __init__(self, ground: Ground, *, lines: bool) -> None:
        self.ground, self.lines = ground, lines
        usual, self.own = ground.usual(lines=lines)
        rng = np.random.default_rng(1)
        self.usual: Floats = usual + rng.normal(0, NOISE_M, usual.shape)
        self.odds: Floats | None = None
        self._duels: dict[tuple[int, int], Floats] = {}
        if len(usual):
            right = self._traits(self.usual)
            wrong = np.vstack([self._traits(_shifted(usual, rng)) for _ in range(_SHIFTS)])
            self.odds = _learnt(right, wrong)

    def _traits(self, usual: Floats) -> Floats:
        return self.ground.traits(usual, own=self.own, lines=self.lines)

    def fit(self, way: Way, sample: Sample) -> Fit:
        """Give the fit of one way."""
        xy = self._xy(way, sample)
        score, figures = 0.0, {}
        named = self._named(sample)
        apart = np.hypot(*(xy - self._homes(named)).T)
        known = named >= 0
        if known.any():
            score += _named_score(apart[known])
            figures["离所填场所的中位距离"] = _metres(apart[known])
        if self.odds is not None and not known.all():
            odds = self.ground.traits(xy[~known], lines=self.lines) @ self.odds
            score += float((odds * _crowded(xy[~known], follow=self.lines)).sum())
        return Fit(score, figures | self._said(xy[~known] if not known.all() else xy))

    def sharpened(self, sample: Sample, ways: Sequence[Way], scores: Floats, likely: Floats) -> Floats:
        """Give the scores anew, those of the likeliest ways by how they lie to each other.

        The likeliest way and each of the next few that lie near it fight a duel: what is learnt then is how this very
        shift shows, not any shift.

        Parameters
        ----------
        scores, likely
            Of each way: as `fit` gave it, and with the weight from before.
        """
        unknown = self._named(sample) < 0
        if self.odds is None or not unknown.any() or not ways:
            return scores
        first, *rivals = np.argsort(-likely)[: _DUELS + 1]
        xy = {at: self._xy(ways[at], sample)[unknown] for at in (first, *rivals)}
        crowd = _crowded(xy[first], follow=self.lines)
        alone = float((self.ground.traits(xy[first], lines=self.lines) @ self.odds * crowd).sum())
        sharpened = scores.copy()
        for rival in rivals:
            shift = np.median(xy[rival] - xy[first], axis=0)
            if np.hypot(*shift) < SHIFTS_M[1]:
                both = [self.ground.traits(xy[at], lines=self.lines) for at in (first, rival)]
                won = float((np.hstack(both) @ self._duel(shift) * crowd).sum())
                own = float((both[1] @ self.odds * _crowded(xy[rival], follow=self.lines)).sum())
                sharpened[rival] += alone - won - own
        return sharpened

    def _duel(self, shift: Floats) -> Floats:
        """Learn the odds of a reading against one that lies so many metres beside it, from the traits of both."""
        key = (round(shift[0] / _DUEL_M), round(shift[1] / _DUEL_M))
        if key not in self._duels:
            here, there, back = (self._traits(self.usual + moved) for moved in (0.0, shift, -shift))
            self._duels[key] = _learnt(np.hstack([here, there]), np.hstack([back, here]))
        return self._duels[key]

    def _xy(self, way: Way, sample: Sample) -> Floats:
        xy = self.ground.metres(*way.to_wgs84(sample.x, sample.y))
        return np.nan_to_num(xy, nan=1e9, posinf=1e9, neginf=-1e9)

    def _named(self, sample: Sample) -> npt.NDArray[np.int64]:
        if sample.place_ids is None or not len(self.ground.places):
            return np.full(len(sample.x), -1, dtype=np.int64)
        return np.asarray(self.ground.place_index.get_indexer(pd.Index(sample.place_ids)), dtype=np.int64)

    def _homes(self, named: npt.NDArray[np.int64]) -> Floats:
        homes = np.full((len(named), 2), np.inf)
        homes[named >= 0] = self.ground.place_xy[named[named >= 0]] if (named >= 0).any() else 0
        return homes

    def _said(self, xy: Floats) -> dict[str, str]:
        figures = {}
        if not self.lines and len(self.ground.places):
            figures["离最近场所的中位距离"] = _metres(self.ground.to_places(xy)[:, 0])
        if len(self.ground.roads):
            figures["离最近道路的中位距离"] = _metres(self.ground.to_road(xy))
        if self.ground.border is not None:
            figures["在本镇界内"] = f"{(self.ground.outside(xy) == 0).mean():.1%}"
        return figures


def _crowded(xy: Floats, *, follow: bool) -> Floats:
    """Give how much each position says: neighbours within a cell of `CELL_M` say much the same.

    Where they `follow` each other along a line they all say the same: together as much as one.
    """
    cells = np.floor(xy / CELL_M)
    _, which, count = np.unique(cells, axis=0, return_inverse=True, return_counts=True)
    return np.asarray(count[which] ** (_FOLLOWING if follow else _CROWD))


@lru_cache(maxsize=4)
def point_fit(ground: Ground, *, lines: bool) -> PointFit:
    """Learn a town's odds, once for all files that are compared with it."""
    return PointFit(ground, lines=lines)


def _shifted(xy: Floats, rng: np.random.Generator) -> Floats:
    """Move each position by a distance of its own, as a wrong system would."""
    far, turn = (
        np.exp(rng.uniform(np.log(SHIFTS_M[0]), np.log(SHIFTS_M[1]), len(xy))),
        rng.uniform(0, 2 * np.pi, len(xy)),
    )
    moved: Floats = xy + np.column_stack([far * np.cos(turn), far * np.sin(turn)])
    return moved


def _learnt(right: Floats, wrong: Floats) -> Floats:
    """Learn the log odds that each trait adds for "right" against "wrong", (t,).

    Logistic regression with both sides weighing the same, by Newton's method; a ridge keeps rare traits modest.
    """
    traits, truth = np.vstack([right, wrong]), np.r_[np.ones(len(right)), np.zeros(len(wrong))]
    weight = np.where(truth == 1, 0.5 / len(right), 0.5 / len(wrong)) * 2 * len(right)
    odds = np.zeros(traits.shape[1])
    for _ in range(_NEWTON_ROUNDS):
        share = 1 / (1 + np.exp(-(traits @ odds)))
        slope = traits.T @ (weight * (truth - share)) - _RIDGE * odds
        bend = (traits * (weight * share * (1 - share))[:, None]).T @ traits + _RIDGE * np.eye(len(odds))
        odds += np.linalg.solve(bend, slope)
    return odds


def _named_score(apart: Floats) -> float:
    """Log likelihood of distances to the places that the rows name, against anywhere within some kilometres.

    A two-dimensional Student distribution with 3 degrees of freedom: phones err by tens of metres, a few by far more.
    """
    near = (1 + apart**2 / (3 * _ID_SCALE_M**2)) ** -2.5 / (2 * np.pi * _ID_SCALE_M**2)
    anywhere = 1 / (np.pi * _ID_SPREAD_M**2)
    return INDEPENDENT * float(np.log((1 - _ID_LOST) * near / anywhere + _ID_LOST).sum())


def _metres(apart: Floats) -> str:
    middle = float(np.median(apart))
    return f"{middle:.0f} 米" if middle < 10_000 else f"{middle / 1000:.0f} 公里"


class ShapeFit:
    """Compares polygons with known ones: of the same code or name, else the one that each overlaps most."""

    def __init__(self, ground: Ground, shapes: Objects, sample: Sample) -> None:
        self.ground, self.shapes = ground, shapes
        self.known = shapely.make_valid(ground.metric(np.asarray(ground.areas.geometry.array, dtype=object)))
        self.tree = shapely.STRtree(self.known)
        self.partners = _partners(ground, sample, len(shapes))

    def fit(self, way: Way, sample: Sample) -> Fit:
        """Give the fit of one way: each polygon's overlap (intersection / union), added up."""
        with np.errstate(all="ignore"):
            there = shapely.transform(self.shapes, lambda xy: np.column_stack(way.to_wgs84(xy[:, 0], xy[:, 1])))
            moved = shapely.make_valid(self.ground.metric(there))
        paired = self.partners >= 0
        if paired.any():
            shares, how = _overlap(moved[paired], self.known[self.partners[paired]]), "同名区域"
        else:
            shares, how = self._best(moved), "已有区域"
        if not len(shares):
            return Fit(0.0, {})
        figures = {f"与 {len(shares)} 个{how}重叠的中位数": f"{np.median(shares):.3f}"}
        return Fit(float(INDEPENDENT * shares.sum() / OVERLAP_UNIT), figures)

    def _best(self, shapes: Objects) -> Floats:
        mine, theirs = self.tree.query(shapes, predicate="intersects")
        best = np.zeros(len(shapes))
        np.maximum.at(best, mine, _overlap(shapes[mine], self.known[theirs]))
        return best


def _overlap(a: Objects, b: Objects) -> Floats:
    both = shapely.area(shapely.intersection(a, b))
    whole = shapely.area(a) + shapely.area(b) - both
    shares: Floats = np.divide(both, whole, out=np.zeros_like(both), where=whole > 0)
    return shares


def _partners(ground: Ground, sample: Sample, count: int) -> npt.NDArray[np.int64]:
    """Give the known area of the same code, else of the same name, of each polygon; -1 where there is none."""
    found = np.full(count, -1, dtype=np.int64)
    for texts, column in ((sample.names, "name"), (sample.codes, "code")):
        if texts is not None:
            words = ground.areas[column]
            once = words[~words.duplicated(keep=False) & words.notna()]
            partners = pd.Series(texts, dtype=object).map(dict(zip(once, once.index, strict=True)))
            found = np.where(partners.notna(), partners.fillna(-1).to_numpy(dtype=np.int64), found)
    return found


__all__ = ["Fit", "PointFit", "ShapeFit", "point_fit"]
