"""No text of a ledger becomes a formula in any file that is written, and every text comes back as it was."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from zlib import crc32

import pandas as pd
import pytest

import geodata
from geodata.ledger import Ledger
from geodata.readers import read
from geodata.recognising import Unsure, write_unsure
from geodata.store import create_store, open_store
from geodata.tables import TABLES
from geodata.writers import write_office_files
from tests.api.cli.conftest import Said

ROOT = Path(geodata.__file__).parent.parent
STARTS = (
    *("=1+1", "+1+1", "-1+1", "@SUM(1)", "\t=1+1", "\r=1+1", "\n=1+1", "\r\n=1+1"),
    *("＝1+1", "＋1", "－1", "＠A1", "'=1", "甲\r=1+1"),
)
LEFT = {("areas", "code"), ("areas", "parent"), ("officers", "area"), ("inspections", "covers"), ("roads", "class")}
"""Codes, and lists of words that rules know."""
DAY = "2024-06-30"
UNSURE = [Unsure(row, "x", ()) for row in range(0, 40, 3)]


def hostile(text: str) -> str:
    """Give a text a beginning that a spreadsheet may run; the same text always the same one."""
    return STARTS[crc32(text.encode()) % len(STARTS)] + text


@pytest.fixture(scope="module")
def ledger(village: Path) -> Ledger:
    """Give the village."""
    with open_store(village) as store:
        return store.ledger()


@pytest.fixture(scope="module")
def frames(ledger: Ledger) -> dict[str, pd.DataFrame]:
    """Give a part of the village; every text of it is hostile."""
    made = dict(ledger.frames)
    made["places"] = made["places"].iloc[::12]
    made["inspections"] = made["inspections"][made["inspections"]["place_id"].isin(made["places"]["id"])]
    made["hazards"] = made["hazards"][made["hazards"]["inspection_id"].isin(made["inspections"]["id"])]
    made["tracks"] = made["tracks"].iloc[:0]
    for name, frame in made.items():
        columns = [column.name for column in TABLES[name].columns if column.kind == "text"]
        changed = {
            column: frame[column].map(hostile, na_action="ignore").astype("str")
            for column in columns
            if column in frame and (name, column) not in LEFT
        }
        made[name] = frame.assign(**changed).reset_index(drop=True)
    return made


@pytest.fixture(scope="module")
def files(
    ledger: Ledger,
    frames: dict[str, pd.DataFrame],
    tmp_path_factory: pytest.TempPathFactory,
    wangge: Callable[..., Said],
) -> Path:
    """Write every kind of csv and workbook of the town; give the folder."""
    folder = tmp_path_factory.mktemp("exports")
    store = folder / "town.gpkg"
    with create_store(store, ledger.town) as held:
        held.write_many(frames, actor="t", action="demo", source="t")
    (grid, *_) = frames["areas"]["code"][frames["areas"]["level"] == "grid"]
    asked: dict[str, tuple[str, ...]] = {
        "coverage.csv": ("--by", "officer"),
        "hazards.xlsx": ("--by", "category"),
        "gaps.csv": ("--limit", "200"),
        "visits.xlsx": (),
        "board.xlsx": ("--area", f"grid:{grid}"),
    }
    for name, more in asked.items():
        said = wangge(name.partition(".")[0], store, "--as-of", DAY, *more, "--out", folder / name)
        assert said.code == 0, said.err
    printed = wangge("coverage", store, "--as-of", DAY, "--by", "industry", "--format", "csv")
    (folder / "printed.csv").write_text(printed.out, encoding="utf-8-sig", newline="")
    for kind in ("gaps", "monthly"):
        said = wangge("report", store, kind, "--period", "2024-06", "--out", folder / kind)
        assert said.code == 0, said.err
    write_office_files(ledger.town, mirrored(frames), folder / "office")
    write_unsure(folder / "unsure.csv", frames["inspections"].assign(row=range(len(frames["inspections"]))), UNSURE)
    return folder


def mirrored(frames: dict[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """Give the town as far west of Greenwich as it lies east of it."""
    west = {name: frames[name].geometry.scale(xfact=-1, origin=(0, 0)) for name in ("places", "inspections", "hazards")}
    return {**frames, **{name: frames[name].set_geometry(shapes) for name, shapes in west.items()}}


@pytest.fixture(scope="module")
def reopened(files: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Open all files with LibreOffice, once, and one that is not guarded; give the folder of what it saw (.fods)."""
    program = shutil.which("soffice")
    if program is None:
        pytest.skip("no LibreOffice on this machine (make browser installs it where that is allowed)")
    folder = tmp_path_factory.mktemp("reopened")
    (files / "control.csv").write_text("名称\n=1+1\n", encoding="utf-8")
    written = [path for path in files.rglob("*") if path.suffix in (".csv", ".xlsx")]
    named = [Path(shutil.copyfile(path, folder / f"{at}-{path.name}")) for at, path in enumerate(written)]
    command = [program, f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless", "--convert-to", "fods"]
    subprocess.run([*command, "--outdir", str(folder), *map(str, named)], capture_output=True, check=True, timeout=120)
    assert len(list(folder.glob("*.fods"))) == len(named) > 12
    return folder


def formulas(path: Path) -> list[str]:
    """Give the formulas that LibreOffice sees in a file."""
    return re.findall(r'table:formula="([^"]*)"', path.read_text("utf-8"))


def test_no_formula(reopened: Path) -> None:
    """LibreOffice sees no formula in any file but our own sums in reports; it sees the one that nobody guarded."""
    found = {path.stem.partition("-")[2]: formulas(path) for path in reopened.glob("*.fods")}
    assert found.pop("control") == ["of:=1+1"]
    assert {name: [each for each in held if not each.startswith("of:=SUM(")] for name, held in found.items()} == {
        name: [] for name in found
    }
    assert {name for name, held in found.items() if held} <= {each for each in found if "调度表" in each}


def test_negative_coordinates(reopened: Path, files: Path, ledger: Ledger) -> None:
    """Negative coordinates are numbers, and the same, in csv and in workbooks."""
    for name, table in (("places.xlsx", "places"), ("inspections.csv", "inspections")):
        held = read(files / "office" / name, TABLES[table], town=ledger.town, datum="wgs84").frame
        known = [lon for lon in held.geometry.x if lon == lon]
        (seen,) = reopened.glob(f"*-{Path(name).stem}.fods")
        numbers = {float(value) for value in re.findall(r'office:value="(-[^"]*)"', seen.read_text("utf-8"))}
        assert min(known) < -100
        assert {round(lon, 6) for lon in known} <= {round(number, 6) for number in numbers}


@pytest.mark.parametrize(
    ("file", "table"), [("places.xlsx", "places"), ("inspections.csv", "inspections"), ("hazards.csv", "hazards")]
)
def test_texts_come_back(files: Path, ledger: Ledger, frames: dict[str, pd.DataFrame], file: str, table: str) -> None:
    """What is exported is imported as it was, but for blanks around it, which no import keeps."""
    found = read(files / "office" / file, TABLES[table], town=ledger.town, datum="wgs84").frame
    assert len(found) == len(frames[table])
    for column in TABLES[table].columns:
        if column.kind == "text" and column.name in frames[table] and not column.derived:
            was = frames[table][column.name].str.strip()
            assert found[column.name].fillna("").tolist() == was.fillna("").tolist(), column.name


def test_doubtful_names_come_back(files: Path, ledger: Ledger, frames: dict[str, pd.DataFrame]) -> None:
    """The file of doubtful inspections, which a person completes, is read as it was written."""
    found = read(files / "unsure.csv", TABLES["inspections"], town=ledger.town, datum="wgs84").frame
    assert found["id"].tolist() == [frames["inspections"]["id"].str.strip().iloc[each.row] for each in UNSURE]


DOORS = {"geodata/csv_files.py": {"csv.writer"}, "geodata/xlsx_files.py": {"xlsxwriter.Workbook"}}
WRITERS = {"csv.writer", "csv.DictWriter", "to_csv", "to_excel", "to_html", "ExcelWriter", "xlsxwriter.Workbook"}
FORMULAS = {"write_formula", "write_array_formula", "write_dynamic_array_formula", "write_url", "write_rich_string"}

LOOKED_FOR = ("csv", "xlsx", "openpyxl", "to_html", "Excel", *FORMULAS)


def calls(text: str) -> Iterator[str]:
    """Give what a module calls: the name of a function or method, and what it is asked of."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            yield node.func.attr
            if isinstance(node.func.value, ast.Name):
                yield f"{node.func.value.id}.{node.func.attr}"
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            yield node.func.id
        elif isinstance(node, ast.ImportFrom) and node.module in ("csv", "xlsxwriter", "openpyxl"):
            yield from (f"{node.module}.{each.name}" for each in node.names)


def test_one_door_each() -> None:
    """Csv is written by one module, workbooks by one, formulas by sums alone: none can be forgotten."""
    found = {}
    for package in ("geodata", "grids", "coverage", "maps", "api"):
        for path in (ROOT / package).rglob("*.py"):
            text = path.read_text("utf-8")
            if any(word in text for word in LOOKED_FOR) and (used := set(calls(text)) & (WRITERS | FORMULAS)):
                found[path.relative_to(ROOT).as_posix()] = used
    assert found == {**DOORS, "maps/tables/xlsx.py": {"write_formula"}}
