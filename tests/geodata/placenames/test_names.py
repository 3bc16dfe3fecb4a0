"""What a name is made of."""

from __future__ import annotations

import pandas as pd
import pytest

from geodata.placenames import folded_names, name_parts


def taken_apart(text: str) -> tuple[str, ...]:
    """Give community, brand, trade, form, branch, numbers of a name in 虎门镇, 东莞."""
    folded = folded_names(pd.Series([text], dtype="str"))
    parts = name_parts(folded, "虎门镇", ["大宁社区", "汐围村"], ["东莞"]).iloc[0]
    return tuple(parts[["community", "brand", "trade", "form", "branch", "numbers"]])


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("东莞市虎门镇恒達五金製品有限責任公司", ("", "恒达", "五金制品", "有限公司", "", "")),
        ("东莞恒达五金", ("", "恒达", "五金", "", "", "")),
        ("虎门大宁社区恒达五金厂（个体工商户）", ("大宁", "恒达", "五金", "厂", "", "")),
        ("恒达（虎门）五金有限公司", ("", "恒达", "五金", "有限公司", "", "")),
        ("恒达五金制品有限公司第二分公司", ("", "恒达", "五金制品", "有限公司", "2", "")),
        ("骏峰便利店（②号店）", ("", "骏峰", "便利", "店", "2", "")),
        ("恒达五金制品厂第十二分厂", ("", "恒达", "五金制品", "厂", "12", "")),
        ("美宜佳便利店（虎门大道店）", ("", "美宜佳", "便利", "店", "大道", "")),
        ("美宜佳便利店虎门大道分店", ("", "美宜佳", "便利", "店", "大道", "")),
        ("汐围村和康巷33号自建房", ("汐围", "和康巷33号自建房", "", "", "", "33")),
        ("好又多超市", ("", "好又多", "超市", "", "", "")),
        ("一品香小吃店", ("", "一品香", "小吃", "店", "", "")),
        ("大宁路小学", ("", "大宁路", "小学", "", "", "")),
        ("第一小学", ("", "第1", "小学", "", "", "1")),
    ],
)
def test_parts(text: str, parts: tuple[str, ...]) -> None:
    """A name falls into what stands above it, community, brand, trade, form, branch, numbers."""
    assert taken_apart(text) == parts


def test_folded() -> None:
    """Width, blanks, brackets, traditional characters and 有限责任公司 make no other name."""
    same = ["恒達五金【虎門】有限責任公司", " 恒达五金（虎门） 有限公司　", "恒达五金(虎门)有限公司"]
    texts = pd.Series(same, dtype="str")
    assert folded_names(texts).nunique() == 1
