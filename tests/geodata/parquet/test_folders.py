"""Town folders of others: read as they are asked for, refused in one Chinese sentence when they are damaged."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from random import Random
from shutil import copytree
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import shapely

from geodata.errors import FileProblem
from geodata.parquet import folders
from geodata.parquet.folders import Root, Within, open_root
from geodata.parquet.writing import write_town
from geodata.tables import TABLES
from tests.geodata.parquet.small import COLUMNS, RULES, TOWN, small_town

NAME = "town=990001001"


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write one town into a folder; tests copy it."""
    path = tmp_path_factory.mktemp("towns")
    write_town(open_root(str(path)), TOWN, RULES, small_town().frames)
    return path


@pytest.fixture
def root(written: Path, tmp_path: Path) -> Root:
    """Give a folder with one town."""
    return open_root(str(copytree(written, tmp_path / "towns")))


def frames(root: Root) -> dict[str, pd.DataFrame]:
    """Read what the figures would."""
    return dict(root.open(NAME).ledger(COLUMNS).frames)


def rewrite(root: Root, path: str, change: Callable[[pa.Table], pa.Table]) -> None:
    """Write a file of the town anew, and let `town.json` say so."""
    file, about = Path(root.path, NAME, path), Path(root.path, NAME, "town.json")
    table = change(pq.read_table(file))
    pq.write_table(table, file)
    raw = json.loads(about.read_text(encoding="utf-8"))
    raw["files"][path] = {"rows": table.num_rows, "bytes": file.stat().st_size}
    about.write_text(json.dumps(raw), encoding="utf-8")


def test_months_and_rows_that_are_asked_for(root: Root) -> None:
    """Only the months and rows that are asked for are read, columns in the order of the question."""
    town = root.open(NAME)
    asked = {"inspections": ("place_id", "id")}

    def ids(months: Within, **where: list[str]) -> list[str]:
        frame = town.ledger(asked, {"inspections": months}, {"inspections": where}).frames["inspections"]
        assert list(frame) == ["place_id", "id"]
        return [str(each) for each in frame["id"]]

    assert ids(Within("2024-01", "2024-01")) == ["J1"]
    assert ids(Within(None, "2024-02")) == ["J1", "J2"]
    assert ids(Within("2024-02", "2024-02", outside=True)) == ["J1", "J3"]
    assert ids(folders.EVERY, place_id=["P2"]) == ["J2", "J3"]
    assert ids(folders.EVERY, place_id=[]) == []


def test_months_that_are_not_needed_may_be_gone(root: Root) -> None:
    """A month that is not asked for is not opened."""
    Path(root.path, NAME, "inspections/month=2024-02/part.parquet").unlink()
    town = root.open(NAME)
    assert (
        len(town.ledger({"inspections": ("id",)}, {"inspections": Within(None, "2024-01")}).frames["inspections"]) == 1
    )
    with pytest.raises(FileProblem, match="缺少文件 town=990001001/inspections/month=2024-02"):
        town.ledger({"inspections": ("id",)})


def _replace(name: str, values: list[Any]) -> Callable[[pa.Table], pa.Table]:
    return lambda table: table.set_column(
        table.schema.get_field_index(name), table.schema.field(name), pa.array(values, table.schema.field(name).type)
    )


INFINITE = shapely.to_wkb(shapely.points([[np.inf, 1.0], [1.0, 2.0], [1.0, 2.0]])).tolist()
DAMAGE: dict[str, tuple[Callable[[pa.Table], pa.Table], str]] = {
    "column is gone": (lambda table: table.drop_columns(["risk"]), "没有 places 应有的列 risk"),
    "other type": (lambda table: table.set_column(0, "id", pa.array([1, 2, 3])), r"没有 places 应有的列 id（string）"),
    "twice": (lambda table: table.append_column("id", table["id"]), "没有 places 应有的列 id"),
    "same id": (_replace("id", ["P1", "P1", "P2"]), "有编号重复的行"),
    "no id": (_replace("id", ["P1", None, "P2"]), "列 id 有空值"),
    "unknown word": (_replace("risk", ["低", "<b>", None]), r"列 risk 有不认识的词 \['<b>'\]"),
    "a line": (_replace("geometry", [shapely.LineString([(0, 0), (1, 1)]).wkb, None, None]), "不是 POINT 的几何"),
    "no shape": (_replace("geometry", [b"\x01\x07", None, None]), "读不出的几何"),
    "deep shape": (_replace("geometry", [b"\x01\x07\x00\x00\x00\xff\xff\xff\xff", None, None]), "读不出的几何"),
    "infinite": (_replace("geometry", INFINITE), "不是数的坐标"),
}


@pytest.mark.parametrize("what", DAMAGE)
def test_places_of_somebody_else(what: str, root: Root) -> None:
    """A file that is whole but no table of places is refused; the sentence names table and column."""
    change, said = DAMAGE[what]
    rewrite(root, "places.parquet", change)
    with pytest.raises(FileProblem, match=said):
        frames(root)


def test_text_that_is_no_text(root: Root) -> None:
    """Bytes that are no UTF-8 are refused."""
    table = pq.read_table(Path(root.path, NAME, "places.parquet"))
    broken = pa.StringArray.from_buffers(
        3, pa.array([0, 1, 2, 3], pa.int32()).buffers()[1], pa.py_buffer(b"\xff\xfe\xfd")
    )
    rewrite(root, "places.parquet", lambda _: table.set_column(0, table.schema.field(0), broken))
    with pytest.raises(FileProblem, match=r"places\.parquet 已损坏"):
        frames(root)


MANIFESTS: dict[str, tuple[Callable[[dict[str, Any]], Any], str]] = {
    "other version": (lambda raw: raw | {"wangge": 2}, "版本是 2，本软件读的是版本 1"),
    "no version": (lambda raw: ["wangge"], "没有写版本"),
    "no town": (lambda raw: raw | {"town": None}, "内容不对"),
    "no code": (lambda raw: raw | {"town": raw["town"] | {"code": "../.."}}, "内容不对"),
    "no zone": (lambda raw: raw | {"town": raw["town"] | {"timezone": "../../etc/passwd"}}, "内容不对"),
    "tolerance": (lambda raw: raw | {"town": raw["town"] | {"tolerance_m": float("nan")}}, "内容不对"),
    "no rules": (lambda raw: raw | {"rules": []}, "内容不对"),
    "elsewhere": (lambda raw: raw | {"files": {"../../x.parquet": {"rows": 1, "bytes": 1}}}, "内容不对"),
    "no such table": (lambda raw: raw | {"files": {"users.parquet": {"rows": 1, "bytes": 1}}}, "内容不对"),
    "no number": (lambda raw: raw | {"files": {"places.parquet": {"rows": "3", "bytes": 1}}}, "内容不对"),
    "many rows": (lambda raw: raw | {"files": {"places.parquet": {"rows": 10**9, "bytes": 1}}}, "行数超出正常台账"),
    "other size": (lambda raw: raw | {"files": {"places.parquet": {"rows": 3, "bytes": 1}}}, "大小与 town.json 不符"),
}


@pytest.mark.parametrize("what", MANIFESTS)
def test_manifest_of_somebody_else(what: str, root: Root) -> None:
    """A `town.json` that is damaged, of another version or points elsewhere is refused."""
    change, said = MANIFESTS[what]
    about = Path(root.path, NAME, "town.json")
    about.write_text(json.dumps(change(json.loads(about.read_text(encoding="utf-8")))), encoding="utf-8")
    with pytest.raises(FileProblem, match=said):
        frames(root)


@pytest.mark.parametrize("text", ["", "{", "[" * 100_000, "\udcff"])
def test_no_manifest(text: str, root: Root) -> None:
    """A `town.json` that is no JSON is refused, however deep it is."""
    Path(root.path, NAME, "town.json").write_bytes(text.encode("utf-8", "surrogateescape"))
    with pytest.raises(FileProblem, match="不是完整的 JSON"):
        root.open(NAME)


def test_bytes_that_changed(root: Root) -> None:
    """A file with any byte changed or its end cut off is refused, or reads as it was (a byte that says nothing)."""
    file = Path(root.path, NAME, "places.parquet")
    whole, expected, random = file.read_bytes(), frames(root)["places"], Random(1)
    for at in random.sample(range(len(whole)), 60):
        file.write_bytes(whole[:at] + bytes([whole[at] ^ random.randrange(1, 256)]) + whole[at + 1 :])
        try:
            read = frames(root)["places"]
        except FileProblem:
            continue
        pd.testing.assert_frame_equal(read, expected)
    file.write_bytes(whole[:-9])
    with pytest.raises(FileProblem, match=r"大小与 town\.json 不符"):
        frames(root)


def test_a_file_that_unfolds_beyond_measure(root: Root, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a footer says to unfold beyond all measure is not unfolded."""
    monkeypatch.setattr(folders, "MAX_UNPACKED_BYTES", 100)
    with pytest.raises(FileProblem, match="展开后有"):
        frames(root)


def test_where_there_are_no_towns(tmp_path: Path) -> None:
    """A folder that is not there has no towns; an address that is none is refused; a name leads nowhere else."""
    assert open_root(str(tmp_path / "none")).names() == []
    with pytest.raises(FileProblem, match="打不开 ftp://x"):
        open_root("ftp://x")
    with pytest.raises(FileProblem, match="不是镇街文件夹的名字"):
        open_root(str(tmp_path)).open("../town=1")


def test_every_table_can_be_asked_for() -> None:
    """Every table has an Arrow schema with all its columns."""
    for table in TABLES.values():
        names = folders.schema_of(table).names
        assert names == [*table.names, *(["geometry"] if table.geometry else [])]
