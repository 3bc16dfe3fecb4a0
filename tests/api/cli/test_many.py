"""`wangge many`: a town written as a folder, made-up ones, the figures of all of them, by a scheduler's workers."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from shutil import copytree, rmtree

import pytest

from api.many.cluster import Crew, crew
from tests.api.cli.conftest import Said

Wangge = Callable[..., Said]


@pytest.fixture(scope="module")
def one() -> Iterator[Crew]:
    """Give one worker process, as a cluster that somebody runs."""
    with crew(workers=1) as workers:
        yield workers


@pytest.fixture(scope="module")
def towns(wangge: Wangge, village: Path, one: Crew, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a folder with the village, and one with two made-up towns, the second a copy of the first."""
    where = tmp_path_factory.mktemp("many")
    said = wangge("many", "make", where, "--towns", 2, "--seed", 26, "--distinct", 1, "--scheduler", address(one))
    assert said.code == 0, said.err
    assert "造出 2 个合成镇街（非真实）" in said.err
    said = wangge("many", "export", village, where)
    assert said.code == 0, said.err
    assert "town=990001002：合成乡" in said.err
    return where


def address(workers: Crew) -> str:
    """Give the address of the scheduler."""
    return str(workers.client.scheduler.address)


def figures(wangge: Wangge, towns: Path, workers: Crew, *words: object) -> Said:
    """Ask for figures of the last day."""
    return wangge("many", "figures", towns, "--as-of", "2024-06-30", "--scheduler", address(workers), *words)


def test_figures_of_the_village(wangge: Wangge, village: Path, towns: Path, one: Crew) -> None:
    """The row of a town is what `wangge coverage` and `wangge hazards` give of its store."""
    for of, counts in (("coverage", ("places", "done", "overdue", "never")), ("hazards", ("found", "open", "major"))):
        many = figures(wangge, towns, one, "--of", of, "--format", "json").document
        assert (many["of"], many["towns"], many["faults"], many["synthetic"]) == (of, 3, [], True)
        (row,) = [each for each in many["rows"] if each["code"] == "990001002"]
        (alone,) = wangge(of, village, "--as-of", "2024-06-30", "--by", "town", "--format", "json").document["rows"]
        assert {name: row[name] for name in counts} == {name: alone[name] for name in counts}
        assert sorted(each["rank"] for each in many["rows"]) in ([1, 2, 2], [1, 1, 3])


def test_sums_of_cities(wangge: Wangge, towns: Path, one: Crew) -> None:
    """By city and province the rows are sums, for people with the label of made-up data."""
    said = figures(wangge, towns, one, "--by", "province")
    assert said.code == 0
    assert "各省 检查覆盖 截至 2024-06-30　含合成数据（非真实）" in said.out
    assert "每个进程的内存上限 2,048 MiB" in said.err
    words = ("--by", "city", "--of", "hotspots", "--level", "community", "--format", "json")
    cities = figures(wangge, towns, one, *words).document["rows"]
    assert {each["code"]: each["towns"] for each in cities} == {"9900": 1, "9901": 2}


def test_broken_towns_are_named(wangge: Wangge, towns: Path, one: Crew, tmp_path: Path) -> None:
    """Towns that can't be read, or that stand there twice, are named; the others are there, and the exit code is 1."""
    where = copytree(towns, tmp_path / "towns")
    copytree(where / "town=990001002", where / "town=twin")
    (where / "town=990101001" / "places.parquet").write_bytes(b"PAR1")
    rmtree(where / "town=990101002" / "hazards")
    (where / "town=empty").mkdir()
    said = figures(wangge, where, one, "--format", "csv")
    assert said.code == 1
    assert [line.split(",")[2] for line in said.out.splitlines()] == ["code", "990001002", "990101002"]
    assert "没有计入：town=990101001：" in said.err
    assert "没有计入：town=empty：缺少文件" in said.err
    assert "没有计入：town=twin：编码 990001002 和 town=990001002 的相同" in said.err


def test_real_and_made_up_stay_apart(wangge: Wangge, village: Path, tmp_path: Path) -> None:
    """Nothing is made where a real town stands."""
    store = tmp_path / "real.gpkg"
    assert wangge("init", store, "--name", "虎门镇", "--code", "441900121").code == 0
    assert wangge("many", "export", store, tmp_path / "towns").code == 0
    said = wangge("many", "make", tmp_path / "towns", "--towns", 1)
    assert said.code == 1
    assert "不是合成镇街" in said.err


def test_nothing_there(wangge: Wangge, tmp_path: Path) -> None:
    """A folder without towns is refused, with the command that writes one; no part is wrong usage."""
    said = wangge("many", "figures", tmp_path)
    assert said.code == 1
    assert "wangge many export STORE" in said.err
    assert wangge("many").code == 2


def test_light_help() -> None:
    """Neither Dask nor Arrow is loaded before the command is known."""
    code = "import sys, api.cli; api.cli.main(['--help']); print({'dask', 'pyarrow', 'distributed'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "set()"
