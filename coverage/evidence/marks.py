"""Every mark that an inspection can get, what it does to the grade, how it is told: one table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

Effect = Literal["against", "doubt", "note", "for"]


@dataclass(frozen=True)
class Mark:
    """One mark.

    Attributes
    ----------
    code, name
        Stable word; the office's word.
    effect
        `against`: the visit is suspect. `doubt`: no more than grade C. `for`: an independent kind of evidence that
        agrees. `note`: told, changes nothing by itself.
    weight
        Share by which the mark alone makes people want to look, 0–1; marks add up as 1 - Π (1 - weight).
    sentence
        Template of the Chinese sentence; its fields are what the kind of evidence measured.
    """

    code: str
    name: str
    effect: Effect
    weight: float
    sentence: str


MARKS: Mapping[str, Mark] = MappingProxyType(
    {
        mark.code: mark
        for mark in (
            Mark("mock", "模拟定位", "against", 0.8, "手机标明是模拟定位，存疑，请核实"),
            Mark(
                "same-spot",
                "坐标完全相同",
                "against",
                0.9,
                "坐标与其他场所的逐位相同（共 {count} 次），存疑，请核实",
            ),
            Mark("burst", "原地连续打卡", "against", 0.85, "{minutes} 分钟内在同一处打卡 {count} 次，存疑，请核实"),
            Mark(
                "hurry",
                "间隔过短",
                "against",
                0.8,
                "{minutes} 分钟内登记 {count} 次，路程 {metres:,} 米，存疑，请核实",
            ),
            Mark("speed", "移动过快", "against", 0.7, "与相邻一次检查之间须达时速 {kmh} 公里，存疑，请核实"),
            Mark("far", "离场所很远", "against", 0.7, "定位离场所 {metres:,} 米，存疑，请核实"),
            Mark("track-elsewhere", "轨迹不在场所", "against", 0.8, "当时轨迹离场所最近 {metres:,} 米，存疑，请核实"),
            Mark("photo-reused", "照片重复", "against", 0.9, "照片与检查 {other} 的照片相同，存疑，请核实"),
            Mark("photo-elsewhere", "照片不在场所", "against", 0.6, "照片拍摄位置离场所 {metres:,} 米，存疑，请核实"),
            Mark("off", "超出容差", "doubt", 0.2, "定位离场所 {metres:,} 米，超出容差"),
            Mark("photo-time", "照片时间不符", "doubt", 0.3, "照片拍摄时间与检查时间相差 {hours} 小时"),
            Mark("typed", "手工定位", "doubt", 0.15, "位置是手工录入的"),
            Mark("no-position", "没有定位", "doubt", 0.1, "没有定位或场所没有坐标"),
            Mark("gcj02", "疑似GCJ-02", "note", 0.0, "手机坐标系疑似GCJ-02，换算后与场所相符"),
            Mark("bd09", "疑似BD-09", "note", 0.0, "手机坐标系疑似BD-09，换算后与场所相符"),
            Mark("track-dwell", "轨迹停留", "for", 0.0, "本人轨迹当时在场所停留"),
            Mark("photo-there", "照片相符", "for", 0.0, "照片的时间和位置与检查相符"),
        )
    }
)
"""In the order in which marks and sentences stand."""
