"""What an office has: the same rows in its files, in its words, and nothing that a sheet would run."""

from __future__ import annotations

import csv
import json
import tomllib
from pathlib import Path

import geopandas as gpd
import gpxpy
import pandas as pd
import pytest
import shapely
from python_calamine import CalamineWorkbook

from geodata.model import Town
from geodata.synthetic import MadeTown
from geodata.tables import TABLES, Column
from geodata.writers import OFFICE_WORDS, header_of, write_office_files
from tests.made_up import made_town


@pytest.fixture(scope="module")
def made() -> MadeTown:
    """Make the township."""
    return made_town()


@pytest.fixture(scope="module")
def folder(made: MadeTown, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write it as office files."""
    path = tmp_path_factory.mktemp("office")
    write_office_files(made.town, made.frames, path)
    return path


def _sheet(path: Path) -> list[dict[str, object]]:
    rows = CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()
    return [dict(zip(map(str, rows[0]), row, strict=True)) for row in rows[1:]]


def _ledger(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="gbk", newline="") as file:
        return list(csv.DictReader(file))


def _text(value: object) -> str:
    return "" if pd.isna(value) else str(value)  # type: ignore[call-overload]


def test_every_file_is_there(made: MadeTown, tmp_path: Path) -> None:
    """The paths given back exist, in the order of importing, the note last; writing again replaces them."""
    for _ in range(2):
        paths = write_office_files(made.town, made.frames, tmp_path / "new")
    assert all(path.is_file() for path in paths)
    assert [path.name for path in paths[:7]] == [
        "areas.geojson",
        "officers.xlsx",
        "places.xlsx",
        "inspections.csv",
        "hazards.csv",
        "roads.geojson",
        "water.geojson",
    ]
    assert [path.name for path in paths[-2:]] == ["rules.toml", "README.txt"]
    assert len(paths) == 9 + len(made.frames["tracks"])


def test_office_words_are_understood() -> None:
    """Every word that is written in place of a canonical one is read back as that one, and none is forgotten."""
    for table in TABLES.values():
        for column in table.columns:
            known = set() if column.derived else set(column.choices.values())
            words = {c: word for c, word in OFFICE_WORDS.get(column.name, {}).items() if c in known}
            assert all(column.choices[word] == canonical for canonical, word in words.items())
            assert {word for word in known if word.isascii()} <= set(words)


def test_headers_are_chinese_and_differ() -> None:
    """The header over each written column is Chinese, and no table has one twice."""
    for table in TABLES.values():
        headers = [header_of(column) for column in table.columns if not column.derived]
        assert len(set(headers)) == len(headers)
        assert not any(header.isascii() for header in headers)


def test_places_come_back(made: MadeTown, folder: Path) -> None:
    """Each place is a row with its texts, its head count as a number, its day as a day, its point in two columns."""
    rows, places = _sheet(folder / "places.xlsx"), made.frames["places"]
    assert len(rows) == len(places)
    for row, place in zip(rows, places.itertuples(), strict=True):
        assert [row["编号"], row["名称"], row["行业"]] == [place.id, place.name, place.industry]
        assert [row["标签"], row["包保领导"]] == [_text(place.tags), _text(place.leader)]
        assert OFFICE_WORDS["status"][place.status] == row["状态"]
        assert row["从业人数"] == ("" if pd.isna(place.headcount) else place.headcount)
        assert row["开业日期"] == ("" if pd.isna(place.opened) else place.opened.date())
        where = (row["经度"], row["纬度"])
        assert where == (("", "") if place.geometry is None else (place.geometry.x, place.geometry.y))


def test_officers_come_back(made: MadeTown, folder: Path) -> None:
    """Each officer is a row; the grid's 15 digits are a text."""
    rows, officers = _sheet(folder / "officers.xlsx"), made.frames["officers"]
    assert [row["编号"] for row in rows] == officers["id"].tolist()
    assert [row["网格"] for row in rows] == officers["area"].tolist()
    assert [row["角色"] for row in rows] == [OFFICE_WORDS["role"][role] for role in officers["role"]]


def test_inspections_come_back(made: MadeTown, folder: Path) -> None:
    """Each visit is a row of GBK csv with local time and office words."""
    rows, visits = _ledger(folder / "inspections.csv"), made.frames["inspections"]
    assert len(rows) == len(visits)
    for row, visit in zip(rows, visits.itertuples(), strict=True):
        assert [row["检查编号"], row["企业编号"], row["检查人"]] == [visit.id, visit.place_id, visit.officer]
        assert row["检查时间"] == visit.at.strftime("%Y-%m-%d %H:%M:%S")
        assert row["检查主体"] == OFFICE_WORDS["by"][visit.by]
        assert row["检查类型"] == OFFICE_WORDS["kind"][visit.kind]
        assert row["定位方式"] == OFFICE_WORDS["geotag"].get(visit.geotag, "")
        assert row["经度"] == ("" if visit.geometry is None else str(visit.geometry.x))


def test_hazards_come_back(made: MadeTown, folder: Path) -> None:
    """Each hazard is a row of GBK csv; the void ones say 是."""
    rows, hazards = _ledger(folder / "hazards.csv"), made.frames["hazards"]
    assert len(rows) == len(hazards)
    for row, hazard in zip(rows, hazards.itertuples(), strict=True):
        assert [row["隐患编号"], row["隐患等级"], row["隐患描述"]] == [hazard.id, hazard.level, hazard.description]
        assert row["整改期限"] == hazard.deadline.strftime("%Y-%m-%d")
        done = "" if pd.isna(hazard.rectified_at) else hazard.rectified_at.strftime("%Y-%m-%d %H:%M:%S")
        assert row["整改时间"] == done
        assert row["误录"] == ("是" if hazard.void else "")


@pytest.mark.parametrize("name", ["areas", "roads", "water"])
def test_shapes_come_back(made: MadeTown, folder: Path, name: str) -> None:
    """Each feature has the frame's geometry to the last decimal, and Chinese properties."""
    features = json.loads((folder / f"{name}.geojson").read_text(encoding="utf-8"))["features"]
    frame = made.frames[name]
    assert [shapely.geometry.shape(f["geometry"]).wkb for f in features] == [shape.wkb for shape in frame["geometry"]]
    assert [f["properties"]["名称"] for f in features] == frame["name"].tolist()


def test_areas_say_level_and_parent(made: MadeTown, folder: Path) -> None:
    """Areas carry the office's word for the level, the parent's code and who answers for them; nothing derived."""
    features = json.loads((folder / "areas.geojson").read_text(encoding="utf-8"))["features"]
    assert set(features[0]["properties"]) == {"编码", "名称", "级别", "上级编码", "负责人"}
    assert {f["properties"]["级别"] for f in features} == {"镇街", "片区", "村/社区", "网格"}
    parents = [f["properties"]["上级编码"] or "" for f in features]
    assert parents == made.frames["areas"]["parent"].fillna("").tolist()


def test_tracks_come_back(made: MadeTown, folder: Path) -> None:
    """Each track is a GPX 1.1 file named by its officer, every point with its UTC time."""
    for track in made.frames["tracks"].itertuples():
        text = (folder / "tracks" / f"{track.id}.gpx").read_text(encoding="utf-8")
        document = gpxpy.parse(text)
        assert document.version == "1.1"
        (trail,) = document.tracks
        points = [point for segment in trail.segments for point in segment.points]
        assert trail.name == track.officer
        assert [(p.longitude, p.latitude) for p in points] == [
            tuple(xy) for xy in shapely.get_coordinates(track.geometry)
        ]
        assert points[0].time == track.start
        assert points[-1].time == track.end
        assert (points[1].time - points[0].time).total_seconds() == float(track.times.split(";")[1])


def test_track_without_times_is_written(made: MadeTown, tmp_path: Path) -> None:
    """A track whose points have no times is written without; an id that is no file name makes a safe one."""
    tracks = made.frames["tracks"].head(1).assign(times=pd.Series([None], dtype="str"), id="../甲 1")
    paths = write_office_files(made.town, dict(made.frames) | {"tracks": tracks}, tmp_path)
    (path,) = [path for path in paths if path.suffix == ".gpx"]
    assert path.parent == tmp_path / "tracks"
    assert "<time>" not in path.read_text(encoding="utf-8")


def test_sheets_run_nothing(made: MadeTown, tmp_path: Path) -> None:
    """Texts that look like formulas, links or numbers are stored as texts."""
    hostile = ["=1+1", "http://example.invalid/", "007", '=HYPERLINK("x")']
    places = made.frames["places"].head(4).assign(name=pd.Series(hostile, dtype="str"))
    write_office_files(made.town, dict(made.frames) | {"places": places}, tmp_path)
    assert [row["名称"] for row in _sheet(tmp_path / "places.xlsx")] == hostile


def test_what_gbk_lacks_is_an_error(made: MadeTown, tmp_path: Path) -> None:
    """A character outside GBK is refused, not replaced."""
    visits = made.frames["inspections"].head(1).assign(note=pd.Series(["𠮷"], dtype="str"))
    with pytest.raises(UnicodeEncodeError):
        write_office_files(made.town, dict(made.frames) | {"inspections": visits}, tmp_path)


def test_note_warns_of_made_up_data(made: MadeTown, folder: Path, tmp_path: Path) -> None:
    """The note of a made-up town says so and gives the commands; that of a real one does not warn."""
    note = (folder / "README.txt").read_text(encoding="utf-8-sig")
    assert "合成数据，非真实" in note
    assert f"wangge init town.gpkg --name {made.town.name} --code {made.town.code}" in note
    real = write_office_files(Town("甲镇", "990001001"), made.frames, tmp_path)[-1]
    assert "合成数据" not in real.read_text(encoding="utf-8-sig")


def test_rules_are_the_default_ones(folder: Path) -> None:
    """The rules file is valid TOML with rules in it."""
    assert tomllib.loads((folder / "rules.toml").read_text(encoding="utf-8"))["rule"]


def test_town_without_some_tables(made: MadeTown, tmp_path: Path) -> None:
    """Empty tables give files with headers only."""
    empty = {name: frame.head(0) for name, frame in made.frames.items()}
    write_office_files(made.town, empty, tmp_path)
    assert _sheet(tmp_path / "places.xlsx") == []
    assert _ledger(tmp_path / "hazards.csv") == []
    assert len(gpd.GeoSeries(empty["areas"]["geometry"])) == 0
    assert json.loads((tmp_path / "areas.geojson").read_text(encoding="utf-8"))["features"] == []


def test_header_is_the_first_one() -> None:
    """A column's header is the first that its table understands."""
    assert header_of(Column("x", headers=("甲", "乙"))) == "甲"
