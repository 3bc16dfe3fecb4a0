"""A Chinese address taken apart: what stands above the town, the community, the door, the marks that tell doors apart.

广东省东莞市虎门镇 大宁社区 太沙路 12 号 3 栋 201
└── above ──┘└town┘└comm.─┘└── key ────────────┘
                         └─ stem ──┘
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

import pandas as pd

_UNIT = r"[^\d省市区县盟旗镇乡]{1,8}?(?:省|特别行政区|自治区|自治州|市|地区|盟|自治县|区|县|旗)"
_COMMUNITY = r"(?:社区居民委员会|村民委员会|社区居委会|居委会|村委会|社区|行政村|村)"
_NO_ROAD = r"(?![东西南北中大]?[路街巷道])(?=.)"
_NUMBER = r"[0-9一二三四五六七八九十百]+"
_STEM = rf"^(.*?[路街巷道里村弄].*?{_NUMBER}(?:[-之]{_NUMBER})*号)"
_TELLING = r"[^0-9a-z一二三四五六七八九十百甲乙丙丁东西南北中上下前后左右]"
_OTHER_TOWN = r"^([^\d路街巷]{1,12}?(?:镇|街道|乡))"
_NOISE = r"[\s()\[\]{}<>《》【】〔〕〈〉「」\"'“”‘’,，.。、;:·|/\\_]"


def folded(texts: pd.Series) -> pd.Series:
    """Fold texts for comparing: half width, lower case, one dash, 号 for 號 and #, no blanks, brackets, stops."""
    plain = texts.astype("str").fillna("").str.normalize("NFKC").str.lower()
    plain = plain.str.replace(r"[‐-―−~]", "-", regex=True).str.replace("號", "号").str.replace("臺", "台")
    return plain.str.replace(r"(?<=\d)#", "号", regex=True).str.replace(_NOISE, "", regex=True)


@dataclass(frozen=True)
class Above:
    """What may stand before the part of an address that matters, all folded.

    Attributes
    ----------
    town
        Name of the town.
    units
        Names of what stands above the town (广东省, 东莞市).
    communities
        Names of the town's communities without their 社区 or 村.
    """

    town: str
    units: frozenset[str]
    communities: frozenset[str]

    @classmethod
    def of(cls, town: str, communities: Iterable[str], addresses: Iterable[pd.Series]) -> Above:
        """Learn the units above a town from folded addresses that name it: 广东省东莞市 before 虎门镇."""
        name = folded(pd.Series([town], dtype="str")).iloc[0]
        units: set[str] = set()
        for texts in addresses:
            before = texts.str.extract(rf"^((?:{_UNIT})+){re.escape(name)}", expand=False).dropna().unique()
            units.update(unit for text in before for unit in re.findall(_UNIT, text))
        names = folded(pd.Series(list(communities), dtype="str")).str.replace(rf"{_COMMUNITY}$", "", regex=True)
        return cls(name, frozenset(units), frozenset(names[names != ""]))


def parts(texts: pd.Series, above: Above) -> pd.DataFrame:
    """Take folded addresses apart.

    Returns
    -------
    On the same index, "" for what an address does not have: key (without what stands above, nor the community),
    community (without 社区 or 村), stem (the key up to its first house number, when a road or village stands before
    it), telling (the key's numbers, letters and points of the compass), elsewhere (another town's name at the start).
    """
    units = "|".join(map(re.escape, sorted(above.units, key=len, reverse=True)))
    front = rf"^(?:{units})*" if units else "^"
    key = texts.str.replace(rf"{front}(?:{re.escape(above.town)})?", "", regex=True)
    community = pd.Series("", index=texts.index, dtype="str")
    if above.communities:
        names = "|".join(map(re.escape, sorted(above.communities, key=len, reverse=True)))
        found = key.str.extract(rf"^({names}){_COMMUNITY}{_NO_ROAD}", expand=False)
        community = found.fillna("").astype("str")
        bare = key.str.replace(rf"^(?:{names}){_COMMUNITY}{_NO_ROAD}", "", regex=True)
        key = bare.where(found.notna(), key)
    return pd.DataFrame(
        {
            "key": key,
            "community": community,
            "stem": key.str.extract(_STEM, expand=False).fillna("").astype("str"),
            "telling": key.str.replace(_TELLING, "", regex=True),
            "elsewhere": key.str.extract(_OTHER_TOWN, expand=False).fillna("").astype("str"),
        }
    )
