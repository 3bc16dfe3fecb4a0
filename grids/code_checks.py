"""Codes of areas: as the standards make them, each used once, none again."""

from __future__ import annotations

from collections.abc import Iterator

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geodata.model import Level, Town
from grids.codes import COMMUNITY_DIGITS, GRID_DIGITS, is_community_code, prefix_problem
from grids.findings import AreaFinding

SHOWN = 5


def code_findings(areas: gpd.GeoDataFrame, town: Town, past: pd.DataFrame | None) -> Iterator[AreaFinding]:
    """Give what is wrong with the codes of areas in order (`areas_of_town`); `past` as `check_areas` has it."""
    if not town.synthetic and (problem := prefix_problem(town.code)):
        text = f"本镇街的区划代码 {town.code} {problem}。网格编码以它开头，请核对。"
        yield AreaFinding("code", str(town.level), [town.code], np.nan, None, text, notice=True)
    for level, digits in ((Level.COMMUNITY, COMMUNITY_DIGITS), (Level.GRID, GRID_DIGITS)):
        mine = areas[areas["level"] == str(level)]
        yield from _of_standard(mine, level, digits, town)
    deeper = areas.iloc[1:]
    for code, own in deeper[deeper["code"].duplicated(keep=False)].groupby("code"):
        said = "、".join(f"{Level(row.level).chinese}{row.name}" for row in own.itertuples())
        level = own["level"].iloc[0]
        text = f"编码 {code} 用了 {len(own)} 次：{said}。查询时要写明级别（例如 {level}:{code}）；最好改成不同的。"
        yield AreaFinding("code", str(level), [str(code)], np.nan, None, text, notice=True)
    if past is not None and len(past):
        yield from _used_again(areas, past)


def _of_standard(mine: gpd.GeoDataFrame, level: Level, digits: int, town: Town) -> Iterator[AreaFinding]:
    """Check codes of one level by the standard; where most are of another making, that is said once."""
    wrong: list[tuple[int, str]] = []
    own_making = 0
    parents = mine["parent"].astype(object).to_numpy() if "parent" in mine else np.full(len(mine), None)
    for at, code in enumerate(mine["code"]):
        if len(code) != digits or not (code.isascii() and code.isdigit()):
            own_making += 1
            wrong.append((at, f"不是 {digits} 位数字"))
        elif not is_community_code(code[:COMMUNITY_DIGITS], town.code):
            wrong.append((at, f"不以本镇街的 {town.code[:9]} 开头"))
        elif (
            level == Level.GRID and len(str(parents[at])) == COMMUNITY_DIGITS and code[:COMMUNITY_DIGITS] != parents[at]
        ):
            wrong.append((at, f"不以它的村/社区 {parents[at]} 开头"))
    if own_making > len(mine) / 2:
        shown = "、".join(mine["code"].iloc[at] for at, _ in wrong[:SHOWN])
        what = f"{own_making} 个{level.chinese}的编码不是 {digits} 位的国家标准编码（如 {shown}）"
        text = f"{what}。单位自己编的号可以照用，上报时请换。"
        yield AreaFinding("code", str(level), mine["code"].tolist(), np.nan, None, text, notice=True)
        return
    for at, problem in wrong:
        row = mine.iloc[at]
        text = f"{level.chinese} {row['name']} 的编码 {row['code']} {problem}。请改正编码。"
        yield AreaFinding("code", str(level), [str(row["code"])], np.nan, _inside(row.geometry), text)


def _inside(shape: shapely.Geometry | None) -> shapely.Geometry | None:
    return None if shape is None else shapely.point_on_surface(shape)


def _used_again(areas: gpd.GeoDataFrame, past: pd.DataFrame) -> Iterator[AreaFinding]:
    """Find codes that ended and were given out again later: an area whose border moved goes on from the same day."""
    ended = past.groupby(["level", "code"])["until"].max()
    for row in areas.itertuples():
        until = ended.get((row.level, row.code))
        if until is not None and (pd.isna(row.since) or row.since > until):
            what = f"编码 {row.code}（{row.name}）在 {until.date()} 停用过，又被用在新的区域上"
            text = f"{what}。停用的编码不能再用，请换一个。"
            yield AreaFinding("code", str(row.level), [str(row.code)], np.nan, _inside(row.geometry), text)
