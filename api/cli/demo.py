"""`wangge demo`: a made-up town, its figures, its pages. Everything after making it goes the way of a real town."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

from api.cli.figures import assess_store, gaps_of, register_of
from api.cli.files import os_refusals_named, replacing
from api.cli.headers import header, spoken
from api.cli.terminal import say, table, tell
from coverage.figures import coverage_figures, records
from coverage.hazards import hazard_figures
from coverage.periods import local_days
from geodata.errors import StoreProblem
from geodata.store import Store, create_store, open_store
from geodata.store.backup import stands
from geodata.store.copying import copy_town
from geodata.store.location import Where
from geodata.synthetic import make_town
from geodata.tables import TABLES
from geodata.writers import write_office_files

FOLDER = Path("demo")
WORST = 5


def demo(arguments: argparse.Namespace) -> None:
    """Make the town (or take up the one made before), write its files, say its figures, serve it."""
    path: Where = arguments.store or FOLDER / f"{arguments.size}-{arguments.seed}.gpkg"
    if stands(path):
        _take_up(path, arguments.size, arguments.seed)
    else:
        _make(path, arguments.size, arguments.seed)
    with open_store(path) as store:
        if arguments.files:
            _write_files(store, arguments.files)
        _summarise(store)
    if not arguments.no_serve:
        from api.cli.serving import serve_store  # noqa: PLC0415 - slow import: the whole web service

        serve_store(path, port=arguments.port)


def _mark(size: str, seed: int) -> str:
    """Give what the audit of a made-up town names as its source."""
    return f"synthetic {size} seed {seed}"


def _take_up(path: Where, size: str, seed: int) -> None:
    """Take a town made before; refuse any other store, nothing of it is written over."""
    with open_store(path) as store:
        same = store.town.synthetic and _mark(size, seed) in set(store.audit(limit=2**31)["source"])
    if not same:
        raise StoreProblem(
            f"{path} 已经存在，但不是 --size {size} --seed {seed} 的合成镇街。"
            "请用 --store 另取一个文件名，或者先移走它。"
        )
    say(f"沿用 {path}：之前用同样的规模和种子造的合成镇街。")


def _make(path: Where, size: str, seed: int) -> None:
    if isinstance(path, Path) and path.parent == FOLDER:
        FOLDER.mkdir(exist_ok=True)
    start = perf_counter()
    made = make_town(size, seed)
    say(f"造出合成镇街，{perf_counter() - start:.1f} 秒。")
    start = perf_counter()
    with _draft_of(path) as draft, create_store(draft, made.town) as store:
        store.write_many(made.frames, actor="demo", action="demo", source=_mark(size, seed))
    say(f"写入 {path}，{perf_counter() - start:.1f} 秒。")


@contextmanager
def _draft_of(path: Where) -> Iterator[Path]:
    """Give a file to write to; once it is whole, its content stands at the path."""
    if isinstance(path, Path):
        with replacing(path) as draft:
            yield draft
        return
    with TemporaryDirectory(prefix="wangge-") as folder:
        draft = Path(folder) / "town.gpkg"
        yield draft
        copy_town(draft, path)


def _write_files(store: Store, folder: Path) -> None:
    start = perf_counter()
    with os_refusals_named(folder):
        files = write_office_files(store.town, store.ledger(*TABLES).frames, folder)
        (folder / "rules.toml").write_text(store.rules_text(), encoding="utf-8")
    say(f"写出 {len(files)} 个文件到 {folder}，{perf_counter() - start:.1f} 秒。怎样导入，见 {files[-1]}。")


def _summarise(store: Store) -> None:
    """Say what was made, and how it stands on the last day of its records."""
    start = perf_counter()
    visited = store.ledger("inspections", columns={"inspections": ("at",)}).frames["inspections"]
    as_of = local_days(visited["at"], store.town).max().item()
    assessment, register = assess_store(store, as_of), register_of(store, as_of)
    town = records(coverage_figures(assessment, str(store.town.level)))[0]
    found = records(hazard_figures(register, str(store.town.level)))[0]
    missed = gaps_of(store, assessment)
    seconds = perf_counter() - start
    tell(f"{store.town.name}（{store.town.code}）　合成数据（非真实）　截至 {as_of}")
    tell(f"监管场所 {town['places']:,}　检查记录 {len(visited):,}　隐患 {found['found']:,}")
    tell(f"覆盖率 {_rate(town['coverage_rate'])}，其中核实 {_rate(town['verified_rate'])}")
    tell(f"缺口 {len(missed):,} 条：逾期 {town['overdue']:,}，其中从未检查 {town['never']:,}；待查 {town['pending']:,}")
    tell(f"隐患整改率 {_rate(found['rectified_rate'])}，未整改 {found['open']:,}，重大未整改 {found['major_open']:,}")
    tell("\n覆盖率最低的网格")
    grids = coverage_figures(assessment, "grid").dropna(subset="coverage_rate")
    tell(_worst(records(grids.sort_values("coverage_rate", kind="stable").head(WORST))))
    say(f"全部数字计算用 {seconds:.2f} 秒。")


def _rate(value: float | None) -> str:
    return spoken("coverage_rate", value) or "无应查任务"


def _worst(rows: list[dict[str, object]]) -> str:
    fields = ("area", "name", "places", "owed", "done", "pending", "overdue", "coverage_rate")
    texts = [[spoken(field, row.get(field)) for field in fields] for row in rows]
    return table([header(field) for field in fields], texts, [field not in ("area", "name") for field in fields])
