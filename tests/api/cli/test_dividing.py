"""`wangge divide`: what is written, what is told, what is refused."""

from __future__ import annotations

import json
import shutil
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from api.cli import dividing
from geodata.model import Town
from geodata.store import Store, create_store, open_store

pytestmark = pytest.mark.usefixtures("few_tries")
WRITTEN = {"actor": "t", "action": "t", "source": "t"}
WEST, SOUTH = 113.60, 22.70
TOWN = "441900121"
COMMUNITIES = {
    f"{TOWN}001": shapely.box(WEST, SOUTH, WEST + 0.02, SOUTH + 0.02),
    f"{TOWN}002": shapely.box(WEST + 0.02, SOUTH, WEST + 0.03, SOUTH + 0.02),
    f"{TOWN}003": shapely.box(WEST, SOUTH + 0.02, WEST + 0.03, SOUTH + 0.03),
}


def areas_of(shapes: dict[str, Any], level: str = "community") -> gpd.GeoDataFrame:
    """Give areas of those shapes, named by their last digits."""
    columns = {"code": list(shapes), "name": [f"第{code[-3:]}社区" for code in shapes], "level": level}
    frame = gpd.GeoDataFrame(columns, geometry=[shapely.multipolygons([each]) for each in shapes.values()], crs=4326)
    return frame.astype(dict.fromkeys(("code", "name", "level"), "str"))


def places_of(count: int, west: float = WEST, east: float = WEST + 0.03) -> gpd.GeoDataFrame:
    """Scatter places over the town, the last without a position."""
    rng = np.random.default_rng(7)
    points = shapely.points(west + rng.random(count) * (east - west), SOUTH + rng.random(count) * 0.03)
    points[-1] = None
    columns = {"id": [f"P{n:03d}" for n in range(count)], "name": [f"{n}号店" for n in range(count)], "status": "open"}
    columns["risk"] = rng.choice(["重大", "较大", "一般", "低"], count).tolist()
    frame = gpd.GeoDataFrame(columns, geometry=points, crs=4326)
    return frame.astype(dict.fromkeys(("id", "name", "status", "risk"), "str"))


def town_at(path: Path, shapes: dict[str, Any] | None = None, places: gpd.GeoDataFrame | None = None) -> Path:
    """Make a town of communities and places, without roads."""
    with create_store(path, Town("虎门镇", TOWN)) as store:
        store.write("areas", areas_of(COMMUNITIES if shapes is None else shapes), **WRITTEN)
        store.write("places", places_of(400) if places is None else places, **WRITTEN)
    return path


@pytest.fixture(scope="module")
def divided(tmp_path_factory: pytest.TempPathFactory, wangge: Callable[..., Any]) -> tuple[Path, dict[str, Any]]:
    """Divide a town without grids into 12, and give the answer."""
    path = town_at(tmp_path_factory.mktemp("divided") / "t.gpkg")
    return path, wangge("divide", path, "--level", "grid", "--into", 12, "--format", "json").document


@pytest.fixture
def store(divided: tuple[Path, dict[str, Any]], tmp_path: Path) -> Path:
    """Give a copy of the divided town."""
    path = tmp_path / "t.gpkg"
    shutil.copy(divided[0], path)
    return path


def grids_of(store: Store) -> gpd.GeoDataFrame:
    """Give the grids that there are now."""
    areas = store.ledger("areas").areas
    return areas[areas["level"] == "grid"].sort_values("code", ignore_index=True)


def test_the_answer_is_the_contracts(divided: tuple[Path, dict[str, Any]]) -> None:
    """Level, count, deviation, shapes, no cut place, codes: as the contract has it."""
    answer = divided[1]
    assert (answer["level"], answer["areas"], answer["contiguous"], answer["cut_places"]) == ("grid", 12, True, 0)
    assert 0 < answer["compactness"]["min"] <= answer["compactness"]["mean"] < 1
    assert answer["max_deviation"] >= answer["rounding"]
    assert answer["max_deviation"] < (1 + answer["rounding"]) * 1.05 - 1 + answer["largest_block"]
    assert answer["codes"] == sorted(answer["codes"])
    assert all(len(code) == 15 and code.startswith(TOWN) for code in answer["codes"])


def test_grids_fill_their_communities(divided: tuple[Path, dict[str, Any]]) -> None:
    """In each community the grids lie edge to edge: no gap, no overlap, nothing outside; one piece each."""
    with open_store(divided[0]) as store:
        grids = grids_of(store).to_crs(4547)
    communities = areas_of(COMMUNITIES).to_crs(4547).set_index("code").geometry
    assert (grids["parent"] == grids["code"].str[:12]).all()
    assert set(grids["parent_level"]) == {"community"}
    for code, shape in communities.items():
        own = grids[grids["parent"] == code].geometry
        assert own.area.sum() == pytest.approx(own.union_all().area, abs=0.1)
        assert shapely.symmetric_difference(own.union_all(), shape).area < 1
    assert (grids.geometry.count_geometries() == 1).all()


def test_codes_go_from_west_to_east(divided: tuple[Path, dict[str, Any]]) -> None:
    """In each community the codes rise from west to east."""
    with open_store(divided[0]) as store:
        grids = grids_of(store).to_crs(4547)
    for _, own in grids.groupby("parent"):
        assert own.geometry.centroid.x.is_monotonic_increasing
        assert own["name"].iloc[0].endswith("第1网格")


def test_it_is_in_the_figures(divided: tuple[Path, dict[str, Any]], wangge: Callable[..., Any]) -> None:
    """Every place with a position is counted in one grid, for days before the division too: there were none before."""
    rows = wangge("coverage", divided[0], "--as-of", "2024-01-31", "--by", "grid", "--format", "json").document["rows"]
    assert sum(row["places"] for row in rows if "area" in row) == 399
    assert wangge("check", divided[0]).code == 0


def test_again_is_the_same(store: Path, wangge: Callable[..., Any]) -> None:
    """The same seed gives the same grids: nothing is written, no code is used up."""
    with open_store(store) as before:
        version = before.version()
    said = wangge("divide", store, "--level", "grid", "--into", 12)
    assert "没有改动" in said.err
    with open_store(store) as after:
        assert after.version() == version


def test_the_old_grids_hold_for_their_days(store: Path, wangge: Callable[..., Any]) -> None:
    """Another division holds from its day on, with new codes; the days before have the old grids."""
    words = (
        "divide",
        store,
        "--level",
        "grid",
        "--into",
        8,
        "--from",
        "2024-07-01",
        "--reason",
        "调整",
        "--format",
        "json",
    )
    answer = wangge(*words).document
    assert (answer["areas"], len(answer["ended"])) == (8, 12)
    assert not set(answer["codes"]) & set(answer["ended"])
    for day, count in (("2024-06-30", 12), ("2024-07-01", 8)):
        rows = wangge("coverage", store, "--as-of", day, "--by", "grid", "--format", "json").document["rows"]
        assert sum("area" in row and row["area"] is not None for row in rows) == count
    with open_store(store) as after:
        assert after.ledger("adoptions").adoptions["reason"].tolist()[-1] == "调整"


def test_one_more_inspector(store: Path, wangge: Callable[..., Any]) -> None:
    """With the least change most grids keep code and ground; what moves is told."""
    said = wangge("divide", store, "--level", "grid", "--into", 13, "--least-change", "--balance", 15)
    assert said.code == 0, said.err
    assert "个场所换了网格" in said.out
    with open_store(store) as after:
        ledger = after.ledger("areas", "past_areas", "successions")
        assert len(ledger.areas[ledger.areas["level"] == "grid"]) == 13
        assert 0 < len(ledger.frames["past_areas"]) < 12
        assert not ledger.successions.empty


def test_a_dry_run_writes_nothing(store: Path, wangge: Callable[..., Any], tmp_path: Path) -> None:
    """A dry run tells all and writes only the file that was asked for."""
    before = store.read_bytes()
    out = tmp_path / "plan.geojson"
    said = wangge("divide", store, "--level", "grid", "--into", 5, "--dry-run", "--out", out)
    assert said.code == 0, said.err
    assert store.read_bytes() == before
    assert len(json.loads(out.read_text(encoding="utf-8"))["features"]) == 5


def test_a_draft_changes_nothing(store: Path, wangge: Callable[..., Any]) -> None:
    """A draft is kept beside the areas."""
    said = wangge("divide", store, "--level", "grid", "--into", 6, "--draft", "六个网格")
    assert "草稿" in said.err
    with open_store(store) as after:
        assert len(grids_of(after)) == 12
        draft = after.draft(after.drafts()[0].id)
        assert (draft.name, len((draft.content or {})["areas"])) == ("六个网格", 6)


def test_districts_of_whole_communities(store: Path, wangge: Callable[..., Any]) -> None:
    """片区 are put together of whole communities, which lie under them then; grids at the same time if asked."""
    words = ("divide", store, "--level", "grid", "--into", 9, "--districts", 2, "--format", "json")
    assert wangge(*words).document["areas"] == 9
    with open_store(store) as after:
        areas = after.ledger("areas").areas
    districts, communities = (areas[areas["level"] == level] for level in ("district", "community"))
    assert districts["code"].tolist() == [f"{TOWN}PQ1", f"{TOWN}PQ2"]
    assert districts["name"].tolist() == ["第一片区", "第二片区"]
    assert set(communities["parent"]) == set(districts["code"])
    shapes = communities.to_crs(4547).dissolve("parent").geometry
    for code, shape in districts.to_crs(4547).set_index("code").geometry.items():
        assert shapely.symmetric_difference(shape, shapes[code]).area < 1


def test_half_an_inspector(store: Path, wangge: Callable[..., Any]) -> None:
    """Shares of a community's grids say how many they are and how much each carries."""
    code = f"{TOWN}001"
    words = ("divide", store, "--level", "grid", "--into", 6, "--share", f"{code}=1,1,0.5", "--dry-run", "--out")
    out = store.with_suffix(".json")
    assert wangge(*words, out).code == 0
    own = [row["load"] for row in json.loads(out.read_text(encoding="utf-8"))["rows"] if row["parent"] == code]
    assert sorted(own) == pytest.approx([sum(own) / 5, sum(own) * 0.4, sum(own) * 0.4], rel=0.08)


def test_minutes_a_grid(store: Path, wangge: Callable[..., Any]) -> None:
    """By minutes each community gets as many grids as its work needs."""
    words = ("divide", store, "--level", "grid", "--dry-run", "--format", "json")
    few, many = (wangge(*words, "--minutes", minutes).document["areas"] for minutes in (4000, 1000))
    assert few < many


def test_ctrl_c_ends_early(store: Path, wangge: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl+C gives the best so far, whole and written; the handler of before is back afterwards."""
    real, before = dividing.plan, signal.getsignal(signal.SIGINT)

    def interrupted(*words: Any, **how: Any) -> Any:
        signal.raise_signal(signal.SIGINT)
        assert how["stop"]()
        return real(*words, **how)

    monkeypatch.setattr(dividing, "plan", interrupted)
    said = wangge("divide", store, "--level", "grid", "--into", 7)
    assert said.code == 0, said.err
    assert "提前结束" in said.err
    assert signal.getsignal(signal.SIGINT) is before
    with open_store(store) as after:
        assert len(grids_of(after)) == 7


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--into", 2), "至少要 3 个"),
        (("--into", 4, "--within", "district"), "还没有有边界的片区"),
        (("--into", 4, "--share", "x=1,1"), "x 不是要划分的区域"),
        (("--into", 4, "--leaving", f"{TOWN}001001"), "--least-change"),
        (("--least-change", "--leaving", "x"), "没有编码为 x"),
        (("--least-change", "--fix", "P999=x"), "P999 不是场所的编号"),
        (("--least-change", "--fix", "P001=x"), "x 不是现有网格"),
        (("--least-change", "--fix", f"P399={TOWN}001001"), "没有坐标"),
        (("--least-change", "--fix", "P001=x", "--fix", "P001=y"), "P001 写了不止一个 --fix"),
        (("--into", 4, "--from", "2999-01-01"), "今天以后"),
        (("--into", 4, "--minutes", 100), "写一个"),
        ((), "写一个"),
    ],
)
def test_what_cannot_be_done_is_said(
    store: Path, wangge: Callable[..., Any], words: tuple[object, ...], sentence: str
) -> None:
    """What can't be done is said with where and what can be done, and nothing is written."""
    before = store.read_bytes()
    said = wangge("divide", store, "--level", "grid", *words)
    assert said.code in (1, 2)
    assert sentence in said.err
    assert store.read_bytes() == before


def test_a_fixed_piece_that_makes_it_impossible(store: Path, wangge: Callable[..., Any]) -> None:
    """A place of one community can't be of a grid of another, and two fixed pieces can't be cut off."""
    with open_store(store) as opened:
        places = opened.ledger("places").places
        grids = grids_of(opened)
    inside = places[places.within(COMMUNITIES[f"{TOWN}002"])]["id"].iloc[0]
    other = grids["code"].iloc[0]
    said = wangge("divide", store, "--level", "grid", "--least-change", "--fix", f"{inside}={other}")
    assert said.code == 1
    assert "不在同一个" in said.err


def test_communities_that_overlap(tmp_path: Path, wangge: Callable[..., Any]) -> None:
    """Communities that overlap are named, with the m² that both claim."""
    wide = {**COMMUNITIES, f"{TOWN}002": shapely.box(WEST + 0.01, SOUTH, WEST + 0.03, SOUTH + 0.02)}
    said = wangge("divide", town_at(tmp_path / "t.gpkg", wide), "--level", "grid", "--into", 6)
    assert said.code == 1
    assert "第001社区" in said.err
    assert "重叠" in said.err


def test_no_borders_at_all(tmp_path: Path, wangge: Callable[..., Any]) -> None:
    """A town without any border says what to import."""
    said = wangge("divide", town_at(tmp_path / "t.gpkg", {}), "--level", "grid", "--into", 6)
    assert said.code == 1
    assert "没有任何边界图形" in said.err


def test_a_community_without_places(tmp_path: Path, wangge: Callable[..., Any]) -> None:
    """A community where nothing is to be inspected is one grid, and that is said."""
    store = town_at(tmp_path / "t.gpkg", places=places_of(300, WEST, WEST + 0.015))
    said = wangge("divide", store, "--level", "grid", "--into", 8, "--format", "json")
    assert said.document["areas"] == 8
    assert "第002社区" in said.err
    assert "没有要查的场所" in said.err


def test_an_island(tmp_path: Path, wangge: Callable[..., Any]) -> None:
    """An island goes to the nearest grid, and that is said."""
    island = shapely.box(WEST - 0.01, SOUTH, WEST - 0.008, SOUTH + 0.002)
    shapes = {**COMMUNITIES}
    with create_store(tmp_path / "t.gpkg", Town("虎门镇", TOWN)) as made:
        frame = areas_of(shapes)
        frame.geometry = [shapely.union(shape, island) if n == 0 else shape for n, shape in enumerate(frame.geometry)]
        made.write("areas", frame, **WRITTEN)
        made.write("places", places_of(400), **WRITTEN)
    said = wangge("divide", tmp_path / "t.gpkg", "--level", "grid", "--into", 6, "--format", "json")
    assert said.document["contiguous"]
    assert "不相连的地" in said.err


def test_no_places_at_all(tmp_path: Path, wangge: Callable[..., Any]) -> None:
    """Without any work to share out the town is divided all the same, and that is said."""
    nobody = places_of(2).iloc[:0]
    said = wangge("divide", town_at(tmp_path / "t.gpkg", places=nobody), "--level", "grid", "--into", 6)
    assert said.code == 0, said.err
    assert "工作量都是 0" in said.out


def test_officers_of_grids_that_are_no_more(store: Path, wangge: Callable[..., Any]) -> None:
    """Who answers for a grid that is no more is counted, with the command that helps."""
    officers = pd.DataFrame({"id": ["A1"], "name": ["甲"], "area": [f"{TOWN}001001"]}).astype("str")
    with open_store(store, write=True) as opened:
        opened.write("officers", officers, **WRITTEN)
    said = wangge("divide", store, "--level", "grid", "--into", 7)
    assert "1 名人员负责的网格编码已停用" in said.err
