"""Made-up names: every one begins with the made-up town, a made-up village, or is a label with a number."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np

from geodata.synthetic.chance import Ints, Objects, words
from geodata.synthetic.trades import TRADES

PLANTS = "萤鹭苇榕樟岚霁汐禾蕉棠芷桐槿藕菱荇蒲"
GROUNDS = "围墩埔岗塘涌洲坊"
BRANDS_A = "鸿达丰泰盛恒瑞祥嘉腾晟骏宏昌顺兴诚信佳美悦华康乐福安宁聚汇铭"
BRANDS_B = "源辉峰旺隆利益景阳鑫通和达程元捷优品尚家惠邦威力创联拓迅捷茂"
ROADS_A = "迎展望启朝振创和景沿聚云星晨"
ROADS_B = "海港业潮帆明新安宁康风舟泽湖"
BRANCHES: Mapping[str, str] = MappingProxyType({"公司": "第#分公司", "厂": "第#分厂", "店": "（#号店）"})


def village_names(rng: np.random.Generator) -> Objects:
    """Give two-character names of communities in random order, all different."""
    return rng.permutation(words(*(a + b for a in PLANTS for b in GROUNDS)))


def brand_names(rng: np.random.Generator) -> Objects:
    """Give trade names 字号 in random order, all different; every one begins with the made-up region."""
    pairs = dict.fromkeys(a + b for a in BRANDS_A for b in BRANDS_B if a != b)
    return rng.permutation(words(*("合成" + pair for pair in pairs)))


def road_names(rng: np.random.Generator) -> Objects:
    """Give names of roads without 大道, 路 or 巷, in random order, all different."""
    return rng.permutation(words(*(a + b for a in ROADS_A for b in ROADS_B)))


def numbered(texts: Objects) -> Objects:
    """Make texts unique: the second and later of equal ones get a number behind, as firms and houses have it."""
    nth, out = _turn(texts), texts.copy()
    for n in np.flatnonzero(nth > 0):
        ending = next((form for last, form in BRANCHES.items() if texts[n].endswith(last)), "（之#）")
        out[n] = texts[n] + ending.replace("#", str(nth[n] + 1))
    return out


def _turn(texts: Objects) -> Ints:
    """Count for each text the equal ones before it."""
    _, group = np.unique(texts.astype(str), return_inverse=True)
    order = np.argsort(group, kind="stable")
    nth = np.zeros(len(texts), dtype=np.int64)
    nth[order] = np.arange(len(texts)) - np.searchsorted(group[order], group[order])
    return nth


def place_names(trade: Ints, village: Objects, street: Objects, door: Ints, rng: np.random.Generator) -> Objects:
    """Name each place as its register would.

    Parameters
    ----------
    trade, village, street, door
        For each place: position in `TRADES`, name of its community, of its street, its house number.
    """
    brands = brand_names(rng)
    out = np.empty(len(trade), dtype=object)
    for n, kind in enumerate(TRADES):
        mine = np.flatnonzero(trade == n)
        forms = words(*kind.forms)[rng.integers(0, len(kind.forms), len(mine))]
        if kind.brands:
            out[mine] = brands[rng.integers(0, len(brands), len(mine))] + forms
        elif kind.forms[0].startswith("#号") and len(kind.forms) == 1:
            rows = zip(village[mine], street[mine], door[mine], forms, strict=True)
            out[mine] = [v + s + f.replace("#", str(d)) for v, s, d, f in rows]
        else:
            number = rng.integers(1, 10, len(mine))
            out[mine] = [v + f.replace("#", str(d)) for v, d, f in zip(village[mine], number, forms, strict=True)]
    return numbered(_with_village(out, village))


def _with_village(names: Objects, village: Objects) -> Objects:
    """Put the village's name into the second and later of equal trade names."""
    out = names.copy()
    again = np.flatnonzero(_turn(names) > 0)
    out[again] = [
        names[n].replace("合成", f"合成{village[n].removesuffix('社区').removesuffix('村')}", 1) for n in again
    ]
    return out
