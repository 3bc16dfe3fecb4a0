"""The coordinate doctor: which system a file's positions are in, found by how they fit what is known of the town.

The score of a way of reading is a log likelihood ratio, learnt from the town itself (`fit`); with the weights from
before (`candidates`) it gives each way a share of belief (Bayes' rule). The doctor answers when one way has at least
`SURE` of it, else says what it saw.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from geodata.datum import Way
from geodata.doctor.candidates import possible_ways
from geodata.doctor.fit import Fit, PointFit, ShapeFit, point_fit
from geodata.doctor.ground import Ground
from geodata.doctor.sample import Sample

Floats = npt.NDArray[np.float64]

SURE = 0.93
"""Share of belief from which on the doctor answers: then 99 of 100 answers are right (`benchmarks/doctor.py`)."""
FEWEST = 10
"""Fewer points than this are not compared: chance would speak."""
MOST_SAID = 0.999
_SHOWN = 3
MOST_DRAWN = 200
"""Positions that are drawn for a person to choose by."""


@dataclass(frozen=True)
class Finding:
    """One way to read the file: its share of belief (0 to 1), and how it fits."""

    way: Way
    belief: float
    fit: Fit


@dataclass(frozen=True)
class Diagnosis:
    """What the doctor found.

    Attributes
    ----------
    findings
        Every way that is possible, the likeliest first; empty when the numbers are no positions that we know.
    compared
        What they were compared with, in words; empty when there was nothing.
    some
        A few of the positions as they stand in the file, (n, 2), to be drawn.
    """

    findings: tuple[Finding, ...]
    compared: str
    some: Floats = field(default_factory=lambda: np.empty((0, 2)))

    @property
    def answer(self) -> Finding | None:
        """The way that is sure enough; None when none is."""
        first = self.findings[0] if self.findings else None
        return first if first is not None and first.belief >= SURE else None

    def belief_in(self, way: Way) -> float:
        """Give a way's share of belief; 0 for one that is not possible."""
        return next((finding.belief for finding in self.findings if finding.way == way), 0.0)

    def drawn(self, way: Way) -> list[tuple[float, float]]:
        """Give some of the positions as a way reads them, longitude and latitude in WGS 84."""
        with np.errstate(all="ignore"):
            read = np.column_stack(way.to_wgs84(self.some[:, 0], self.some[:, 1]))
        on_earth = (np.abs(read) <= (180.0, 90.0)).all(axis=1)  # NaN is not
        return [(lon, lat) for lon, lat in np.round(read[on_earth], 6).tolist()]

    @property
    def evidence(self) -> str:
        """What was seen, as one sentence."""
        if not self.findings:
            return "坐标不像任何已知坐标系的经纬度或平面坐标"
        if len(self.findings) == 1 and not self.findings[0].fit.figures:
            return f"坐标范围只可能是{self.findings[0].way.title}"
        if not self.compared:
            return "没有足够的资料可以对照"
        return f"对照 {self.compared}：" + "；".join(_said(finding) for finding in self.findings[:_SHOWN])


def diagnose(sample: Sample, ground: Ground, *, told: str | None = None) -> Diagnosis:
    """Say in which system a file's positions are.

    Parameters
    ----------
    sample
        The file's positions as they stand.
    ground
        What is known of the town; may be empty.
    told
        The system that the file's own metadata names; it weighs, but does not decide.
    """
    sample = sample.thinned()
    x, y = sample.x, sample.y
    if not len(x):
        return Diagnosis((), "")
    weights = possible_ways(x, y, ground.middle, told)
    comparing = _comparing(sample, ground)
    fits = {way: comparing.fit(way, sample) if comparing else Fit(0.0, {}) for way in weights}
    scores, before = np.array([fit.score for fit in fits.values()]), np.log(list(weights.values()))
    if isinstance(comparing, PointFit):
        scores = comparing.sharpened(sample, list(fits), scores, scores + before)
    beliefs = _beliefs(scores + before)
    findings = [Finding(way, float(belief), fits[way]) for way, belief in zip(weights, beliefs, strict=True)]
    findings.sort(key=lambda finding: -finding.belief)
    some = np.linspace(0, len(x) - 1, min(len(x), MOST_DRAWN)).astype(int)
    compared = _compared(sample, ground) if comparing else ""
    return Diagnosis(tuple(findings), compared, np.column_stack([x[some], y[some]]))


def _comparing(sample: Sample, ground: Ground) -> PointFit | ShapeFit | None:
    if sample.shapes is not None:
        return ShapeFit(ground, sample.shapes, sample) if len(ground.areas) else None
    enough = len(sample.x) >= FEWEST and ground.middle is not None
    return point_fit(ground, lines=sample.lines) if enough else None


def _beliefs(logs: Floats) -> Floats:
    shares = np.exp(logs - logs.max(initial=-np.inf))
    beliefs: Floats = shares / shares.sum()
    return beliefs


def _compared(sample: Sample, ground: Ground) -> str:
    there = {"区域": len(ground.areas), "场所": len(ground.places), "道路": len(ground.roads)}
    if sample.shapes is not None:
        there = {"区域": there["区域"]}
    return "、".join(
        f"{count} 个{name}" if name != "道路" else f"{count} 条道路" for name, count in there.items() if count
    )


def share(belief: float) -> str:
    """Say a share of belief; nothing is wholly sure."""
    return "99.9% 以上" if belief > MOST_SAID else f"{belief:.1%}"


def _said(finding: Finding) -> str:
    figures = "，".join(f"{word} {value}" for word, value in finding.fit.figures.items())
    return f"{finding.way.title} {share(finding.belief)}" + (f"（{figures}）" if figures else "")


__all__ = ["SURE", "Diagnosis", "Finding", "Ground", "Sample", "diagnose", "share"]
