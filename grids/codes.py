"""Codes of areas: as a person orders them, as the standards make them."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence

import numpy as np

from geodata.errors import DivideProblem
from grids.graph import Floats

LONGEST_NUMBER = 24
_DIGITS = re.compile(r"[0-9]+")

PROVINCES = frozenset(
    {
        *(11, 12, 13, 14, 15, 21, 22, 23, 31, 32, 33, 34, 35, 36, 37, 41, 42, 43, 44, 45, 46),
        *(50, 51, 52, 53, 54, 61, 62, 63, 64, 65, 71, 81, 82),
    }
)
"""The first two digits of GB/T 2260."""
TOWN_DIGITS = 9
COMMUNITY_DIGITS = 12
GRID_DIGITS = 15
MOST_GRIDS = 999
"""Of a community: three digits, none of them ever used again."""


def natural_key(code: str) -> tuple[str, str]:
    """Give the key that puts 2 before 10, and `3-9` before `3-10`; equal numbers written otherwise go by their text."""
    return _DIGITS.sub(lambda number: number[0].zfill(LONGEST_NUMBER), code), code


def natural_ranks(codes: Iterable[str]) -> list[int]:
    """Give the place of each code in natural order, 0 the first; equal codes by where they stand."""
    order = natural_order(codes)
    ranks = [0] * len(order)
    for rank, at in enumerate(order):
        ranks[at] = rank
    return ranks


def natural_order(codes: Iterable[str]) -> list[int]:
    """Give the positions of codes in natural order."""
    keys = [natural_key(code) for code in codes]
    return sorted(range(len(keys)), key=keys.__getitem__)


def prefix_problem(code: str) -> str | None:
    """Say what is wrong with the division part of a code (its first 6 to 12 digits); None when nothing is.

    GB/T 2260: digits 1–2 are the province, 3–4 the prefecture, 5–6 the county (00 and 00: no county level, as in a
    prefecture-level city without districts). GB/T 10114: digits 7–9 are the town, its first digit the kind: 0 a
    subdistrict, 1 a town, 2 and 3 a township, 4 and 5 a special unit. Digits 10–12 (000 excepted) are the community as
    the statistics office numbers it: 001–199 a residents' committee, 200–399 a villagers' committee, above that others.
    """
    if not (code.isascii() and code.isdigit()):
        return "不全是数字"
    if len(code) < 6:
        return f"只有 {len(code)} 位，区划代码至少 6 位"
    if int(code[:2]) not in PROVINCES:
        return f"前两位 {code[:2]} 不是省级代码（GB/T 2260）"
    town = code[6:9]
    if len(town) == 3 and town != "000" and (town[0] > "5" or town[1:] == "00"):
        return f"第 7–9 位 {town} 不是街道、乡镇代码（GB/T 10114：0 街道，1 镇，2、3 乡，4、5 其他）"
    return None


def parent_codes(town: str, communities: Sequence[str]) -> list[str]:
    """Give the 12 digits that the grids of each community begin with.

    A community's own code where it has 12 digits that begin as the town's do. Else the town's 9 digits and the place of
    the community in natural order, 001 the first, numbers that others have left out: nothing better is known.
    """
    head = town[:TOWN_DIGITS].ljust(TOWN_DIGITS, "0")
    fits = [is_community_code(code, town) for code in communities]
    taken = {code for code, good in zip(communities, fits, strict=True) if good}
    spare = (f"{head}{number:03d}" for number in range(1, 1000))
    free = iter([code for code in spare if code not in taken])
    ranks, made = natural_ranks(communities), dict[int, str]()
    for at in sorted(range(len(communities)), key=lambda at: ranks[at]):
        if fits[at]:
            made[at] = communities[at]
            continue
        made[at] = next(free, "")
        if not made[at]:
            raise DivideProblem(f"{town} 的村/社区超过 999 个，编不出网格编码。请先按国家标准给村/社区编 12 位编码。")
    return [made[at] for at in range(len(communities))]


def is_community_code(code: str, town: str) -> bool:
    """Say whether a code is 12 digits that begin as the town's (or city's) do."""
    known = town[:TOWN_DIGITS]
    return len(code) == COMMUNITY_DIGITS and code.isascii() and code.isdigit() and code.startswith(known)


def new_codes(parents: Sequence[str], x: Floats, y: Floats, used: Collection[str], digits: int = 3) -> list[str]:
    """Give new areas their codes: the parent's and a number, from west to east, then from north to south.

    Parameters
    ----------
    parents
        n codes that the new ones begin with; those of one parent are numbered together.
    x, y
        n centroids: the westernmost gets the first number, of equal ones the northernmost.
    used
        Codes in use, and those that ever were: numbers go on after the greatest of them, none is used again.
    digits
        Of the number; 0: as many as it needs.

    Raises
    ------
    DivideProblem
        A parent has no numbers left.
    """
    highest = {parent: max(_numbers(parent, used), default=0) for parent in set(parents)}
    made = [""] * len(parents)
    for at in np.lexsort((-y, x)).tolist():
        parent = parents[at]
        highest[parent] += 1
        if digits and highest[parent] >= 10**digits:
            raise DivideProblem(
                f"{parent} 的 {10**digits - 1} 个顺序号已经用完（停用的编码不再使用）。请给这个村/社区换一个编码。"
            )
        made[at] = f"{parent}{highest[parent]:0{digits}d}"
    return made


def _numbers(parent: str, used: Collection[str]) -> list[int]:
    """Give the numbers that codes of a parent have had."""
    rest = (code.removeprefix(parent) for code in used if code.startswith(parent))
    return [int(number) for number in rest if number.isascii() and number.isdigit()]
