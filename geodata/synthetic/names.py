"""Made-up names: every one begins with the made-up town, a made-up village, or is a label with a number."""

from __future__ import annotations

import numpy as np

from geodata.synthetic.chance import Ints, Objects, words
from geodata.synthetic.trades import TRADES

PLANTS = "萤鹭苇榕樟岚霁汐禾蕉棠芷桐槿藕菱荇蒲"
GROUNDS = "围墩埔岗塘涌洲坊"
BRANDS_A = "鸿达丰泰盛恒瑞祥嘉腾晟骏宏昌顺兴诚信佳美悦华康乐福安宁聚汇铭"
BRANDS_B = "源辉峰旺隆利益景阳鑫通和达程元捷优品尚家惠邦威力创联拓迅捷茂"
ROADS_A = "迎展望启朝振创和景沿聚云星晨"
ROADS_B = "海港业潮帆明新安宁康风舟泽湖"
LANES = ("巷", "横巷", "里", "街")


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
    """Make texts unique: the second and later of equal ones get （二店）-like numbers behind."""
    _, group = np.unique(texts.astype(str), return_inverse=True)
    order = np.argsort(group, kind="stable")
    starts = np.searchsorted(group[order], group[order])
    nth = np.zeros(len(texts), dtype=np.int64)
    nth[order] = np.arange(len(texts)) - starts
    out = texts.copy()
    again = np.flatnonzero(nth > 0)
    out[again] = [f"{texts[n]}（{nth[n] + 1}号店）" for n in again]
    return out


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
            rows = zip(village[mine], number, forms, strict=True)
            out[mine] = [v + f.replace("#", str(d)) for v, d, f in rows]
    return numbered(out)
