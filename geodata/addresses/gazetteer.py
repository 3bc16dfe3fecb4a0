"""The user's own gazetteer: names and addresses with their positions, in any format that an import takes."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import pandas as pd

from geodata.doctor import Ground
from geodata.errors import FileProblem
from geodata.model import Town
from geodata.readers import read
from geodata.tables import Column, Table

GAZETTEER = Table(
    "gazetteer",
    "地名库",
    (
        Column("name", headers=("名称", "地名", "标准地名", "小区名称", "场所名称", "单位名称", "企业名称")),
        Column("address", headers=("地址", "标准地址", "详细地址", "门牌地址", "经营地址", "门牌")),
    ),
    "POINT",
)


def read_gazetteer(
    path: Path, *, town: Town, datum: str = "auto", encoding: str = "auto", ground: Ground | None = None
) -> gpd.GeoDataFrame:
    """Read a gazetteer: row (as a person sees it), name, address, geometry (points, EPSG:4326); none without position.

    Raises FileProblem, as an import does, and when there is neither a column of names nor one of addresses.
    """
    try:
        found = read(path, GAZETTEER, town=town, datum=datum, encoding=encoding, ground=ground)
    except FileProblem as problem:
        raise FileProblem(f"地名库：{problem}（地名库的坐标系用 --gazetteer-datum 指明。）") from problem
    frame = found.frame
    if not {"name", "address"} & set(frame.columns):
        fields = "；".join("、".join(column.headers) for column in GAZETTEER.columns)
        raise FileProblem(f"地名库 {path.name} 里既没有名称也没有地址一列，可用表头：{fields}。")
    if "geometry" not in frame.columns or frame.geometry.isna().all():
        raise FileProblem(f"地名库 {path.name} 里没有坐标，可用表头：经度、纬度。")
    bare = pd.Series(None, index=frame.index, dtype="str")
    full = {name: frame[name] if name in frame.columns else bare for name in ("name", "address")}
    kept = gpd.GeoDataFrame({"row": frame["row"], **full}, geometry=frame.geometry, crs=4326)
    return kept[kept.geometry.notna()].reset_index(drop=True)
