"""Addresses are taken apart."""

from __future__ import annotations

import pandas as pd
import pytest

from geodata.addresses import Above, folded, parts

ABOVE = Above("虎门镇", frozenset({"广东省", "东莞市"}), frozenset({"大宁"}))


@pytest.mark.parametrize(
    ("address", "key", "community", "stem"),
    [
        ("广东省东莞市虎门镇大宁社区太沙路12号3栋", "太沙路12号3栋", "大宁", "太沙路12号"),
        ("大宁村太沙路12号", "太沙路12号", "大宁", "太沙路12号"),
        ("大宁路5号", "大宁路5号", "", "大宁路5号"),
        ("大宁村大道5号", "大宁村大道5号", "", "大宁村大道5号"),
        ("大宁社区", "大宁社区", "", ""),
        ("新村三巷五号之二", "新村三巷五号之二", "", "新村三巷五号"),
        ("太沙路12-3号101", "太沙路12-3号101", "", "太沙路12-3号"),
        ("广州市天河区中山路5号", "广州市天河区中山路5号", "", "广州市天河区中山路5号"),
        ("虎门镇", "", "", ""),
        (None, "", "", ""),
    ],
)
def test_parts(address: str | None, key: str, community: str, stem: str) -> None:
    """Town, what stands above it, and the community go; a road that is named like a community stays."""
    it = parts(folded(pd.Series([address], dtype="str")), ABOVE).iloc[0]
    assert (it["key"], it["community"], it["stem"]) == (key, community, stem)


def test_what_stands_above_is_learned() -> None:
    """Province and city are learned from addresses that name the town, from no others."""
    texts = folded(pd.Series(["广东省东莞市虎门镇太沙路1号", "广州市天河区中山路5号", "虎门镇1号", None], dtype="str"))
    above = Above.of("虎门镇", ["大宁社区", "北栅村", "村"], [texts])
    assert above.units == {"广东省", "东莞市"}
    assert above.communities == {"大宁", "北栅"}


def test_nothing_known() -> None:
    """Without communities and addresses only the town's own name goes."""
    above = Above.of("虎门镇", [], [])
    it = parts(folded(pd.Series(["虎门镇大宁社区1号", "东莞市虎门镇1号"], dtype="str")), above)
    assert it["key"].tolist() == ["大宁社区1号", "东莞市虎门镇1号"]
