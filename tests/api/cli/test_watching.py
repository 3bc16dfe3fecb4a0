"""`wangge import --watch`: what is dropped into a folder is imported, once each."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from api.cli.commands import build_parser
from api.cli.watching import steps, watch
from geodata.inbox import Inbox
from geodata.store import open_store
from tests.geodata.photos.pictures import photo

PLACES = "编号,名称,经度,纬度\na1,甲厂,113.67,22.81\n"
VISITS = "检查编号,企业编号,检查时间\nv1,a1,2024-06-03 10:00\n"


@pytest.fixture
def town(tmp_path: Path, wangge: Callable[..., Any]) -> Path:
    """Give an empty town."""
    store = tmp_path / "town.gpkg"
    assert wangge("init", store, "--name", "虎门镇", "--code", "441900121").code == 0
    return store


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Give an inbox."""
    for name in ("places", "inspections"):
        (tmp_path / "in" / name).mkdir(parents=True)
    return tmp_path / "in"


class Watching:
    """A watch whose clock goes three seconds a step."""

    def __init__(self, town: Path, folder: Path, *words: str) -> None:
        """Begin."""
        parsed = build_parser().parse_args(["import", str(town), "--watch", str(folder), "--datum", "wgs84", *words])
        seconds = iter(range(0, 10_000, 3))
        self._steps: Iterator[int] = steps(Inbox(folder, settled_s=2.0), parsed, lambda: float(next(seconds)))

    def settle(self) -> int:
        """Go two steps: what lies there is whole; give how many files were imported."""
        return next(self._steps) + next(self._steps)


def counts(town: Path) -> tuple[int, int]:
    """Count places and inspections."""
    with open_store(town) as store:
        frames = store.ledger("places", "inspections").frames
        return len(frames["places"]), len(frames["inspections"])


def test_taken_once(town: Path, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Places and their inspections come in together, once each, and nothing is moved."""
    watching = Watching(town, folder)
    assert watching.settle() == 0
    (folder / "inspections/v.csv").write_text(VISITS)
    (folder / "places/p.csv").write_text(PLACES)
    assert watching.settle() == 2
    assert watching.settle() == 0
    assert counts(town) == (1, 1)
    assert sorted(path.name for path in folder.glob("*/*")) == ["p.csv", "v.csv"]
    assert "p.csv → 监管场所 places" in capsys.readouterr().out


def test_photos(town: Path, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Photos of one moment come in together, once each, also after a restart."""
    (folder / "places/p.csv").write_text(PLACES)
    photo(folder / "photos/a.jpg", 1)
    photo(folder / "photos/b.jpg", 2)
    assert Watching(town, folder).settle() == 3
    assert "photos → 照片 photos" in capsys.readouterr().out.replace("a.jpg 等 2 项", "photos")
    photo(folder / "photos/c.jpg", 3)
    assert Watching(town, folder).settle() == 1
    assert Watching(town, folder).settle() == 0
    assert "photos/a.jpg 等 3 个：以前导入过，跳过。" in capsys.readouterr().err


def test_known_by_its_bytes(town: Path, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A file of the same bytes is not taken again: under another name, after a restart, after an undo."""
    (folder / "places/p.csv").write_text(PLACES)
    assert Watching(town, folder).settle() == 1
    (folder / "places/p (1).csv").write_text(PLACES)
    watching = Watching(town, folder)
    assert watching.settle() == 0
    assert "p (1).csv：以前导入过，跳过。" in capsys.readouterr().err
    with open_store(town, write=True) as store:
        store.undo(int(store.imports()["id"].iloc[0]), actor="t")
    assert Watching(town, folder).settle() == 0
    assert counts(town) == (0, 0)


def test_bad_files_are_told_once(town: Path, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A bad file is told once and stops nothing; put right, it is taken."""
    watching = Watching(town, folder, "--strict")
    bad = folder / "places/bad.csv"
    bad.write_text("编号,名称,经度,纬度\na1,,113.67,22.81\na2,乙,113.68,22.81\n")
    (folder / "places/no.docx").write_bytes(b"?")
    (folder / "places/p.csv").write_text(PLACES)
    assert watching.settle() == 1
    said = capsys.readouterr().err
    assert "places/bad.csv：bad.csv 有 1 行被退回" in said
    assert "places/no.docx 没有导入：" in said
    assert watching.settle() == 0
    assert capsys.readouterr().err == ""
    bad.write_text("编号,名称,经度,纬度\na9,甲,113.67,22.81\n")
    assert watching.settle() == 1


def test_one_line_of_json_each(town: Path, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With --format json each file is one line."""
    watching = Watching(town, folder, "--format", "json")
    for name in ("p", "q"):
        (folder / f"places/{name}.csv").write_text(PLACES.replace("a1", name))
    assert watching.settle() == 2
    lines = capsys.readouterr().out.splitlines()
    assert [line[:2] for line in lines] == ['{"', '{"']


def test_store_that_is_away(town: Path, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """While the store can't be opened the files wait; it is told once."""
    (folder / "places/p.csv").write_text(PLACES)
    watching = Watching(town, folder)
    away = town.rename(town.with_name("away.gpkg"))
    assert [watching.settle() for _ in range(3)] == [0, 0, 0]
    assert capsys.readouterr().err.count("稍后再试") == 1
    away.rename(town)
    assert watching.settle() + watching.settle() == 1


def test_folder_that_is_away(town: Path, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """While the folder is away it is waited for."""
    watching = Watching(town, folder)
    away = folder.rename(folder.with_name("away"))
    assert watching.settle() == 0
    assert capsys.readouterr().err.count("等它回来") == 1
    (away / "places/p.csv").write_text(PLACES)
    away.rename(folder)
    assert watching.settle() == 1


def test_gazetteer(town: Path, folder: Path, tmp_path: Path) -> None:
    """Places of the folder are placed by the gazetteer."""
    gazetteer = tmp_path / "g.csv"
    gazetteer.write_text("地址,经度,纬度\n太沙路12号,113.67,22.81\n")
    (folder / "places/p.csv").write_text("编号,名称,地址\na1,甲厂,太沙路12号\n")
    assert Watching(town, folder, "--gazetteer", str(gazetteer), "--gazetteer-datum", "wgs84").settle() == 1
    with open_store(town) as store:
        assert store.ledger("places").places.geometry.notna().all()


def test_stopped(town: Path, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Ctrl-C ends it, and says how many files were imported; folders of no table are told at the start."""
    (folder / "企业").mkdir()
    parsed = build_parser().parse_args(["import", str(town), "--watch", str(folder)])
    waited: list[float] = []

    def wait(seconds: float) -> None:
        waited.append(seconds)
        if len(waited) == 3:
            raise KeyboardInterrupt

    watch(parsed, wait)
    said = capsys.readouterr().err
    assert "企业 不是表名，不看" in said
    assert "已停止，共导入 0 个文件" in said


def test_stopped_as_a_process(town: Path, folder: Path) -> None:
    """The program itself ends with 0 on Ctrl-C."""
    signal.signal(signal.SIGINT, signal.default_int_handler)  # tests run in the background ignore it, and so would it
    program = [sys.executable, "-c", "import sys; from api.cli import main; sys.exit(main())"]
    words = ["import", str(town), "--watch", str(folder)]
    env = os.environ | {"PYTHONUNBUFFERED": "1"}
    with subprocess.Popen([*program, *words], env=env, stderr=subprocess.PIPE, text=True) as process:
        try:
            assert process.stderr is not None
            assert "正在看" in process.stderr.readline()
            process.send_signal(signal.SIGINT)
            assert process.wait(30) == 0
            assert "已停止" in process.stderr.read()
        finally:
            process.kill()


def test_wrong_usage(town: Path, folder: Path, wangge: Callable[..., Any]) -> None:
    """A watch takes no table, no file, nothing that is of one table; without it table and file are needed."""
    for words in (("places", folder / "x.csv"), ("--level", "grid"), ("--dry-run",), ("--column", "id=甲")):
        assert wangge("import", town, *words, "--watch", folder).code == 2
    assert "缺少参数 TABLE, FILE" in wangge("import", town).err
    assert "缺少参数 FILE" in wangge("import", town, "places").err
    assert wangge("import", town, "--watch", folder / "nowhere").code == 1


def test_options_before_the_table(town: Path, tmp_path: Path, wangge: Callable[..., Any]) -> None:
    """Table and files may stand behind options."""
    path = tmp_path / "p.csv"
    path.write_text(PLACES)
    assert wangge("import", town, "--datum", "wgs84", "places", path).code == 0
