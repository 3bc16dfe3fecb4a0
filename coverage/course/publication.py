"""The list of major hazards that a town publishes (曝光、公示): what is shown, masked, left out."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from typing import Any

import numpy as np
import pandas as pd

from coverage.course.clocks import Clocks
from coverage.course.notices import STATE_OF_TEXT
from coverage.course.transitions import State

MASK = "***"
ALWAYS = "坐标、地址、联系方式、办理人和督办领导未列"
"""What no row of the list ever has."""
WORDS = {"place_name": "场所名称", "area_name": "区域名称", "category": "类别"}
"""Texts of the list, and what they are called."""

_NUMBERS = re.compile(r"[+(（]?\d(?:[\s\-—–_.,、·/()（）]*\d){6,}[Xx]?")
"""Seven digits and more, however they are spread: telephones, identity cards, accounts, coordinates."""
_SPOKEN = re.compile(
    r"[〇零一二三四五六七八九壹贰叁肆伍陆柒捌玖幺](?:[\s\-]*[〇零一二三四五六七八九壹贰叁肆伍陆柒捌玖幺]){6,}"
)
_MAIL = re.compile(r"[A-Za-z0-9_.+\-]+@[A-Za-z0-9\-]+(?:\.[A-Za-z0-9\-]+)+")
_APART = re.compile(r"[、，,;；/\s]+")
_DOUBLE = re.compile(
    "欧阳|太史|端木|上官|司马|东方|独孤|南宫|万俟|闻人|夏侯|诸葛|尉迟|公羊|赫连|澹台|皇甫|宗政|濮阳|公冶|太叔|申屠|公孙|慕容|"
    "仲孙|钟离|长孙|宇文|司徒|鲜于|司空|令狐|百里|呼延|东郭|南门|西门"
)
"""Surnames of two characters."""
POSTS = frozenset({
    *("负责人", "主要负责人", "安全负责人", "场所安全负责人", "法定代表人", "法人", "经理", "总经理", "厂长", "站长"),
    *("校长", "园长", "院长", "店主", "业主", "房东", "安全员"),
})  # fmt: skip
"""What stands for nobody's name when it stands alone."""


def published(clocks: Clocks, cleared: Collection[str] = ()) -> pd.DataFrame:
    """Give major hazards that are not at an end, and refused ones, as they may be shown to everybody.

    Numbers of seven digits and more and mail addresses are masked in every text; a name keeps its surname; free text
    is left out unless somebody has read it.

    Parameters
    ----------
    cleared
        Ids of hazards whose description was read and may be shown.

    Returns
    -------
    rank (from 1), place_name, area_name, category, level, found, deadline, clock, state (in Chinese), responsible,
    description, withheld (what was masked or left out, in Chinese); the earliest found first.
    """
    rows = clocks.rows
    rows = rows[(rows["major"] | (rows["state"] == State.REFUSED)).to_numpy(bool)]
    rows = rows.sort_values(["found", "id"], kind="stable").reset_index(drop=True)
    shown = rows[["place_name", "area_name", "category", "level", "found", "deadline", "clock"]].copy()
    shown.insert(0, "rank", np.arange(1, len(rows) + 1))
    masked = {name: _masked(rows[name]) for name in WORDS}
    shown = shown.assign(**masked, state=rows["state"].map(STATE_OF_TEXT))
    shown["responsible"] = pd.Series([_surnames(name) for name in rows["responsible"]], dtype="str")
    read = rows["id"].isin(list(cleared)).to_numpy(bool)
    shown["description"] = _masked(rows["description"].where(read))
    both = zip(_plain(rows), _plain(shown), strict=True)
    return shown.assign(withheld=[_withheld(before, after) for before, after in both])


def mask(text: str) -> str:
    """Mask telephones, identity cards, accounts and mail addresses in a text, full-width and spread ones too."""
    plain = "".join(each for each in unicodedata.normalize("NFKC", text) if unicodedata.category(each) != "Cf")
    masked = plain
    for pattern in (_MAIL, _NUMBERS, _SPOKEN):
        masked = pattern.sub(MASK, masked)
    return text if masked == plain else masked


def surname(name: str) -> str:
    """Keep the surname: 王小明 becomes 王某某, 欧阳娜 欧阳某; at most two 某. A post alone is nobody's name."""
    name = mask(name.strip())
    if not name:
        return ""
    if name in POSTS:
        return name
    kept = name[:2] if len(name) > 2 and _DOUBLE.match(name) else name[:1]
    return kept + "某" * min(2, max(1, len(name) - len(kept)))


def _surnames(names: Any) -> str | None:
    """Give several names, each by its surname."""
    if pd.isna(names):
        return None
    return "、".join(surname(each) for each in _APART.split(unicodedata.normalize("NFKC", names)) if each) or None


def _masked(texts: pd.Series) -> pd.Series:
    return pd.Series([None if pd.isna(text) else mask(text) for text in texts], dtype="str")


def _plain(rows: pd.DataFrame) -> list[dict[Any, Any]]:
    return rows.astype(object).where(rows.notna(), None).to_dict("records")


def _withheld(before: dict[Any, Any], after: dict[Any, Any]) -> str:
    told = ["责任人只留姓"] if before["responsible"] != after["responsible"] else []
    hidden = [word for name, word in WORDS.items() if before[name] != after[name]]
    if hidden:
        told.append(f"{'、'.join(hidden)}里的号码已遮盖")
    if before["description"] and not after["description"]:
        told.append("描述未经审核，未列")
    elif before["description"] != after["description"]:
        told.append("描述里的号码已遮盖")
    return "；".join([*told, ALWAYS])
