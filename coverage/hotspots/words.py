"""The Chinese words of hot spots: classes, courses, and how they were found."""

from __future__ import annotations

CLASS_WORDS: dict[str, str] = {
    "hot99": "热点 99%",
    "hot95": "热点 95%",
    "hot90": "热点 90%",
    "none": "不显著",
    "cold90": "冷点 90%",
    "cold95": "冷点 95%",
    "cold99": "冷点 99%",
    "untested": "未检验",
    "no_data": "无数据",
}
"""Hottest first, what is no answer last."""

COURSE_WORDS: dict[str, str] = {
    "new": "新出现",
    "rising": "加剧",
    "lasting": "持续",
    "falling": "减弱",
    "gone": "消失",
    "unsteady": "波动",
    "never": "非热点",
    "no_data": "不明",
}
"""What to look at first, first."""
