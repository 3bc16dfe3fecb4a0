"""What a check of areas finds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import shapely

KINDS = {
    "gap": "空隙",
    "overlap": "重叠",
    "sliver": "窄条",
    "pieces": "不相连",
    "outside_parent": "超出上级",
    "place_in_none": "场所不在区域内",
    "code": "编码",
    "no_shape": "没有边界",
}


@dataclass(frozen=True)
class AreaFinding:
    """One thing that is wrong, or that somebody should look at.

    Attributes
    ----------
    kind, level
        A word of `KINDS`; the level.
    codes
        The areas, or the place.
    m2
        Ground that it is about; NaN where it is about none.
    shape
        Where, EPSG:4326; None where it is nowhere.
    sentence
        What is wrong and what to do.
    notice
        It may be as it should be: an island, codes of an office's own.
    """

    kind: str
    level: str
    codes: list[str]
    m2: float
    shape: shapely.Geometry | None
    sentence: str
    notice: bool = False


def counts_of(findings: Sequence[AreaFinding]) -> dict[str, int]:
    """Count findings by kind."""
    counts = Counter(each.kind for each in findings)
    return {kind: counts[kind] for kind in KINDS if counts[kind]}
