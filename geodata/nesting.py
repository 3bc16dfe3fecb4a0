"""Areas of a file beside those of the store: under which parent each one stands, and what the clerk should know."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd

from geodata.model import Town
from geodata.store import Store
from geodata.tables import AREAS
from geodata.topology import NESTED, OVERLAP_M2, ground_m2, nest, overlaps

SHOWN = 5
MOST_PAIRS = 10
"""Overlaps are told pair by pair, up to this many."""
PARENT = ["parent", "parent_level", "parent_how"]


def nested(store: Store, new: gpd.GeoDataFrame) -> tuple[gpd.GeoDataFrame, list[str]]:
    """Give the new areas with their parents, then the stored ones whose derived parent changes; and warnings.

    The new rows come first, in their order.
    """
    stored = store.ledger("areas").areas
    new = _named(new, stored)
    both = _merged(new, stored)
    parents = nest(both, store.town)
    before = both[PARENT].fillna("")
    both[PARENT] = parents[PARENT]
    changed = (both[PARENT].fillna("") != before).any(axis=1).to_numpy(copy=True)
    changed[: len(new)] = True
    columns = list(dict.fromkeys([*new.columns, *PARENT]))
    return both.loc[changed, columns], _warnings(new, both, parents, store.town)


def _named(new: gpd.GeoDataFrame, stored: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Name areas that the file does not name: as stored, else by their code."""
    known = dict(zip(zip(stored["level"], stored["code"], strict=True), stored["name"], strict=True))
    names = new["name"] if "name" in new.columns else pd.Series(np.nan, index=new.index)
    spare = [known.get(key, key[1]) for key in zip(new["level"], new["code"], strict=True)]
    return new.assign(name=names.astype("str").fillna(pd.Series(spare, index=new.index, dtype="str")))


def _merged(new: gpd.GeoDataFrame, stored: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Put the new areas before the stored ones that the file does not replace, with the stored values they lack."""
    keys = list(AREAS.key)
    lacking = [name for name in AREAS.names if name not in new.columns]
    filled = new.merge(stored[[*keys, *lacking]], on=keys, how="left")
    if "parent" in new.columns:
        # what the file says is declared; what it leaves empty is derived
        said = pd.Series("declared", index=filled.index, dtype="str")
        filled["parent_how"] = said.where(filled["parent"].notna())
    fresh = set(zip(new["level"], new["code"], strict=True))
    rest = [key not in fresh for key in zip(stored["level"], stored["code"], strict=True)]
    both = pd.concat([filled, stored[rest]], ignore_index=True)
    return gpd.GeoDataFrame(both, geometry="geometry", crs=4326)


def _warnings(new: gpd.GeoDataFrame, both: gpd.GeoDataFrame, parents: pd.DataFrame, town: Town) -> list[str]:
    said = []
    loose = np.flatnonzero((parents["share"] < NESTED).to_numpy())
    if len(loose):
        named = "、".join(f"{both['name'].iloc[n]}（{parents['share'].iloc[n]:.0%}）" for n in loose[:SHOWN])
        said.append(
            f"{len(loose)} 个区域没有完全落在一个上级区域内，已归到重叠最大的上级：{named}"
            f"{' 等' * (len(loose) > SHOWN)}。统计按各级自己的边界进行，不受影响。"
        )
    said += _sticking_out(both, parents, len(new))
    root = (both["level"] == str(town.level)) & (both["code"] == town.code)
    nowhere = np.flatnonzero((parents["parent"].isna() & both.geometry.notna() & ~root).to_numpy())
    if len(nowhere):
        named = "、".join(str(both["name"].iloc[n]) for n in nowhere[:SHOWN])
        said.append(f"{len(nowhere)} 个区域不在任何上级区域内：{named}{' 等' * (len(nowhere) > SHOWN)}。")
    levels = set(new["level"])
    mine = both[both["level"].isin(levels)].reset_index(drop=True)
    pairs = overlaps(mine)
    if pairs:
        total = sum(pair.m2 for pair in pairs) / 1e6
        named = "；".join(
            f"{_called(mine, pair.first)}与{_called(mine, pair.second)} {pair.m2:,.0f} m²"
            for pair in pairs[:MOST_PAIRS]
        )
        said.append(
            f"{len(pairs)} 对相邻区域重叠，共 {total:.2f} km²：{named}{' 等' * (len(pairs) > MOST_PAIRS)}。"
            "按原样导入；重叠处的点归编码较小的区域。"
        )
    return said


def _sticking_out(both: gpd.GeoDataFrame, parents: pd.DataFrame, new: int) -> list[str]:
    """Tell the new areas that lie in their parent but for a strip that was not snapped (wide, or the parent stands)."""
    nearly = np.flatnonzero(((parents["share"] >= NESTED) & (parents["share"] < 1)).to_numpy()[:new])
    if not len(nearly):
        return []
    m2 = ground_m2(both.iloc[nearly]) * (1 - parents["share"].to_numpy()[nearly])
    order = np.argsort(-m2, kind="stable")
    out = [(both.iloc[nearly[at]], m2[at]) for at in order if m2[at] > OVERLAP_M2]
    if not out:
        return []
    names = dict(zip(zip(both["level"], both["code"], strict=True), both["name"], strict=True))
    named = "；".join(
        f"{child['name']}（第 {int(child['row'])} 行）"
        f"伸到“{names.get((child['parent_level'], child['parent']))}”外 {size:,.0f} m²"
        for child, size in out[:SHOWN]
    )
    told = "；".join([named] + ["等"] * (len(out) > SHOWN))
    return [f"{len(out)} 个区域的边界与上级的边界没有对齐：{told}。按原样导入，请在制图软件中核对。"]


def _called(areas: gpd.GeoDataFrame, at: int) -> str:
    """Name an area with its row in the file, or as one of the store."""
    row = areas["row"].iloc[at]
    return f"{areas['name'].iloc[at]}（{'已在库中' if pd.isna(row) else f'第 {int(row)} 行'}）"
