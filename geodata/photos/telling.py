"""What a person should look at after an import of photos, as sentences."""

from __future__ import annotations

import numpy as np
import pandas as pd

from geodata.photos.reuse import near_duplicates
from geodata.readers.raw import shown

CLOCK_S = 300.0
"""A camera clock that is further off than this from the satellites' is told."""
SHOWN = 10


def told_of_files(others: int) -> list[str]:
    """Tell how many files of the folders are no photos."""
    return [f"文件夹里有 {others} 个别的文件（不是 JPG、HEIC 等照片），没有读。"] if others else []


def told_of_clocks(frame: pd.DataFrame) -> list[str]:
    """Tell cameras whose clock differs from the satellites' time."""
    off = frame[frame["clock_error"].abs() > CLOCK_S]
    if off.empty:
        return []
    listed = "、".join(
        f"{shown(name)}（{seconds / 60:+.0f} 分钟）"
        for name, seconds in zip(off["shown"][:SHOWN], off["clock_error"][:SHOWN], strict=True)
    )
    return [
        f"{len(off)} 张照片的相机时间与卫星时间相差 {CLOCK_S / 60:.0f} 分钟以上，按相机时间处理，"
        f"请核对相机的时钟和时区：{listed}{' 等' * (len(off) > SHOWN)}。"
    ]


def told_of_reuse(rows: pd.DataFrame, kept: pd.DataFrame, stored: pd.DataFrame) -> list[str]:
    """Tell the pictures that stand for more than one inspection: the same file, or one that looks the same."""
    named = kept[kept["attached_by"] == "name"][["id", "name", "inspection_id"]]
    same = rows[rows["named"].notna()].merge(named, on="id", suffixes=("", "_kept"))
    twice = same[same["named"] != same["inspection_id_kept"]]
    told = [
        f"“{shown(name)}”（检查 {one}）与“{shown(other)}”（检查 {two}）是同一个文件"
        for name, one, other, two in zip(
            twice["shown"], twice["named"], twice["name_kept"], twice["inspection_id_kept"], strict=True
        )
    ]
    columns = ["id", "name", "phash", "inspection_id"]
    rest = stored[~stored["id"].isin(kept["id"])]
    everything = pd.concat([kept[columns], rest[columns]], ignore_index=True)
    new = np.arange(len(everything)) < len(kept)
    pairs = near_duplicates(everything, new)
    told += [
        f"“{shown(name)}”（检查 {one}）与“{shown(other)}”（检查 {two}）几乎一样"
        for name, one, other, two in zip(
            *(pairs[column] for column in ("name", "inspection_id", "other_name", "other_inspection_id")), strict=True
        )
    ]
    if not told:
        return []
    more = f" 等 {len(told)} 对" if len(told) > SHOWN else ""
    return [f"同一张照片用在两次检查里，请核实：{'；'.join(told[:SHOWN])}{more}。"]
