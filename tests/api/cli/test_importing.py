"""`wangge import`: what it says, and what it writes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from geodata.store import open_store

HEADER = "编号,名称,风险等级,经度,纬度\n"
GOOD = HEADER + "a1,甲厂,较大,113.67,22.81\na2,乙店,低,,\n"


@pytest.fixture
def town(tmp_path: Path, wangge: Callable[..., Any]) -> Path:
    """Give an empty town."""
    store = tmp_path / "town.gpkg"
    assert wangge("init", store, "--name", "虎门镇", "--code", "441900121").code == 0
    return store


def written(folder: Path, name: str, text: str, encoding: str = "utf-8") -> Path:
    """Write a file; give its path."""
    path = folder / name
    path.write_text(text, encoding=encoding)
    return path


def places_in(store: Path) -> int:
    """Count the places of a store."""
    with open_store(store) as opened:
        return len(opened.ledger("places").places)


def test_report_for_people(town: Path, tmp_path: Path, wangge: Callable[..., Any]) -> None:
    """The report counts rows, says encoding and datum."""
    said = wangge("import", town, "places", written(tmp_path, "places.csv", GOOD, "gbk"))
    assert said.code == 0, said.err
    for text in ("places.csv → 监管场所 places", "读到  新增  更新  不变  退回", "编码 gb", "坐标系 wgs84"):
        assert text in said.out
    assert places_in(town) == 2


def test_rejected_rows_are_listed(town: Path, tmp_path: Path, wangge: Callable[..., Any]) -> None:
    """Rejected rows are listed with row, column, value and problem, the first 50 of many; the others are in."""
    rows = "".join(f"b{n},第{n}家,不明,113.67,22.81\n" for n in range(60))
    said = wangge("import", town, "places", written(tmp_path, "places.csv", GOOD + rows))
    assert said.code == 0, said.err
    lines = said.out.splitlines()
    assert any(line.split()[:3] == ["4", "风险等级", "不明"] for line in lines)
    assert any(line.split()[:1] == ["53"] for line in lines)
    assert not any(line.split()[:1] == ["54"] for line in lines)
    assert "…还有 10 行，见 --format json" in said.out
    assert places_in(town) == 2


def test_strict(town: Path, tmp_path: Path, wangge: Callable[..., Any]) -> None:
    """With --strict one rejected row refuses the file: exit code 1, the row listed, nothing written."""
    file = written(tmp_path, "places.csv", GOOD + "b1,丙厂,不明,113.67,22.81\n")
    said = wangge("import", town, "places", file, "--strict")
    assert said.code == 1
    assert "不明" in said.err
    assert not said.out
    assert places_in(town) == 0


def test_dry_run(town: Path, tmp_path: Path, wangge: Callable[..., Any]) -> None:
    """With --dry-run the report is the same, and nothing is written."""
    said = wangge("import", town, "places", written(tmp_path, "places.csv", GOOD), "--dry-run")
    assert said.code == 0
    assert "只核对，未写入" in said.out
    assert places_in(town) == 0


def test_several_files(town: Path, tmp_path: Path, wangge: Callable[..., Any]) -> None:
    """Several files give one document with the report of each."""
    files = [written(tmp_path, "1.csv", GOOD), written(tmp_path, "2.csv", GOOD.replace("甲厂", "甲工厂"))]
    first, second = wangge("import", town, "places", *files, "--format", "json").document["files"]
    assert (first["file"], first["inserted"], first["unchanged"]) == ("1.csv", 2, 0)
    assert (second["file"], second["updated"], second["unchanged"]) == ("2.csv", 1, 1)


def test_one_of_several_refused(town: Path, tmp_path: Path, wangge: Callable[..., Any]) -> None:
    """When a later file is refused, the earlier ones are in, those after it are not, and both is said; exit code 1."""
    files = [written(tmp_path, "1.csv", GOOD), tmp_path / "none.csv", written(tmp_path, "3.csv", GOOD)]
    said = wangge("import", town, "places", *files, "--format", "json")
    assert (said.code, said.out) == (1, "")
    assert "none.csv" in said.err
    assert "已经写入：1.csv" in said.err
    assert "排在它后面的 1 个文件没有读" in said.err
    assert places_in(town) == 2


def test_column(town: Path, tmp_path: Path, wangge: Callable[..., Any]) -> None:
    """--column names the header of a field; without it the file is refused with the remedy."""
    file = written(tmp_path, "places.csv", GOOD.replace("编号", "登记号").replace("名称", "牌子"))
    refused = wangge("import", town, "places", file)
    assert refused.code == 1
    assert "--column" in refused.err
    said = wangge("import", town, "places", file, "--column", "id=登记号", "--column", "name=牌子")
    assert said.code == 0, said.err


BAD_FILES: dict[str, tuple[str, str, bytes | None]] = {
    "missing": ("places", "gone.csv", None),
    "empty": ("places", "empty.csv", b""),
    "only a header": ("places", "header.csv", HEADER.encode()),
    "no xlsx": ("places", "places.xlsx", b"PK\x03\x04 not a workbook at all"),
    "text as xlsx": ("places", "places.xlsx", GOOD.encode()),
    "another table": ("hazards", "places.csv", GOOD.encode()),
    "no GeoJSON": ("areas", "areas.geojson", b'{"type": "FeatureCollection", "features": ['),
    "unknown headers": ("places", "other.csv", "甲,乙\n1,2\n".encode()),
    "nowhere": ("places", "nowhere.csv", (HEADER + "a1,甲厂,低,2281,-11367\n").encode()),
}


@pytest.mark.parametrize("case", BAD_FILES)
def test_file_that_cannot_be_trusted(case: str, town: Path, tmp_path: Path, wangge: Callable[..., Any]) -> None:
    """A file that can't be trusted is refused in words that name it: exit code 1, nothing written."""
    table, name, content = BAD_FILES[case]
    if content is not None:
        (tmp_path / name).write_bytes(content)
    said = wangge("import", town, table, tmp_path / name)
    assert said.code == 1, said.out
    assert name in said.err
    assert said.err.startswith("错误：")
    assert not said.out
    assert places_in(town) == 0


def test_hostile_text_on_the_terminal(town: Path, tmp_path: Path, wangge: Callable[..., Any]) -> None:
    """An escape sequence in a file never reaches the terminal."""
    file = written(tmp_path, "places.csv", GOOD + "c1,丁\x1b[2J厂,\x1b]0;x\x07,113.67,22.81\n")
    said = wangge("import", town, "places", file)
    assert said.code == 0, said.err
    assert "\x1b" not in said.out + said.err


def test_gazetteer(town: Path, tmp_path: Path, wangge: Callable[..., Any]) -> None:
    """Places without coordinates are placed by a gazetteer; the report lists how, and which could not be."""
    places = written(tmp_path, "p.csv", "编号,名称,地址\na1,甲厂,虎门镇太沙路12号3栋\na2,乙店,人民路1号\n")
    rows = "太沙路12号,113.67,22.81\n人民路1号,113.68,22.82\n人民路1号,113.69,22.82\n"
    gazetteer = written(tmp_path, "g.csv", "地址,经度,纬度\n" + rows)
    words = ("import", town, "places", places, "--gazetteer", gazetteer, "--gazetteer-datum", "wgs84")
    said = wangge(*words, "--dry-run").out
    assert "第 2 行 虎门镇太沙路12号3栋 → 地名库第 2 行 太沙路12号（门牌相同）" in said
    assert "第 3 行 人民路1号（相同：地名库第 3 行 人民路1号、第 4 行 人民路1号）" in said
    document = wangge(*words, "--format", "json").document
    assert [each["how"] for each in document["placed"]] == ["prefix"]
    assert [each["row"] for each in document["ambiguous"]] == [3]
    wrong = wangge("import", town, "areas", places, "--gazetteer", gazetteer)
    assert (wrong.code, "--gazetteer 只用于导入 places" in wrong.err) == (2, True)
