"""`wangge plan`: files that phones and maps read, and what is said of a day that can't be as it was asked."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import gpxpy
import pypdfium2
import pytest

from api import route_sheets, routing
from api.cli import plan as commanded
from api.routing import Ask, plan_day
from geodata.errors import QuestionProblem
from geodata.store import create_store, open_store
from tests.fonts import needs_font
from tests.made_up import made_town

Wangge = Callable[..., Any]
DAY = "2024-07-01"


@pytest.fixture(scope="module", autouse=True)
def _quickly() -> Iterator[None]:
    """Look less long than for a town's own day: what is found is not looked at here."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(routing, "SEEDS", 1)
        patch.setattr(routing, "ITERATIONS", 30)
        patch.setattr(route_sheets, "FEW", 100)  # children take seconds to start
        yield


@pytest.fixture(scope="module")
def village(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a store of the made-up village; one officer's id is hostile, another's shift has no length."""
    path, made = tmp_path_factory.mktemp("plan") / "village.gpkg", made_town()
    officers = made.frames["officers"].copy()
    inspectors = officers.index[officers["role"] == "inspector"]
    officers.loc[inspectors[0], "id"] = "../x<script>"
    officers.loc[inspectors[1], "shift"] = "09:00-09:00"
    with create_store(path, made.town) as store:
        store.write_many(made.frames | {"officers": officers}, actor="t", action="demo", source="t")
    return path


@pytest.fixture(autouse=True)
def _no_paper(monkeypatch: pytest.MonkeyPatch) -> None:
    """Set no sheets but those of the day that is planned once: `planned` comes before this."""
    monkeypatch.setattr(commanded, "_print", lambda printing, names, out, progress: None)


def inspectors_of(path: Path) -> list[str]:
    """Give the ids of a store's inspectors."""
    with open_store(path) as store:
        officers = store.ledger("officers").officers
    return officers.loc[officers["role"] == "inspector", "id"].tolist()


@pytest.fixture(scope="module")
def planned(wangge: Wangge, village: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Any, Path]:
    """Plan the whole village once."""
    out = tmp_path_factory.mktemp("out") / "routes"
    return wangge("plan", village, "--date", DAY, "--out", out, "--format", "json"), out


def test_the_document(planned: tuple[Any, Path], village: Path) -> None:
    """The JSON is the contract's, on stdout and in the file: every inspector, stops in order, the rest told."""
    said, out = planned
    document = said.document
    assert json.loads((out / "routes.json").read_text(encoding="utf-8")) == document
    assert document["date"] == DAY
    assert [route["officer"] for route in document["routes"]] == inspectors_of(village)
    assert all(route["feasible"] for route in document["routes"])
    stops = [stop for route in document["routes"] for stop in route["stops"]]
    assert {"place_id", "arrive", "leave", "why"} <= set(stops[0])
    assert {"officer", "stops", "travel_minutes", "stay_minutes", "length_m", "prize"} <= set(document["routes"][0])
    for route in document["routes"]:
        times = [datetime.fromisoformat(stop[name]) for stop in route["stops"] for name in ("arrive", "leave")]
        assert times == sorted(times)
        assert all(time.date() == date(2024, 7, 1) and str(time)[-6:] == "+08:00" for time in times)
    left = [each["place_id"] for each in document["left_out"]]
    assert all(each["why"] for each in document["left_out"])
    assert not {stop["place_id"] for stop in stops} & set(left)
    assert len(left) == len(set(left))
    assert "的时间是 0，当天不排" in said.err


def test_files_for_phones(planned: tuple[Any, Path]) -> None:
    """Each officer with stops has GPX 1.1, KML, GeoJSON and a calendar; a hostile id makes no path."""
    said, out = planned
    going = [route for route in said.document["routes"] if route["stops"]]
    names = sorted(path.name for path in (out / "officers").iterdir() if path.suffix != ".pdf")
    assert len(names) == 4 * len(going)
    assert all(name.startswith(DAY) for name in names)
    whole = ["officers", "plan.html", "routes.geojson", "routes.json", "routes.kml"]
    assert sorted(path.name for path in out.iterdir() if path.suffix != ".pdf") == whole
    path = next(path for path in (out / "officers").glob("*.gpx"))
    text = path.read_text(encoding="utf-8")
    assert 'version="1.1"' in text
    gpx = gpxpy.parse(text)
    route = next(route for route in going if route["name"] in str(gpx.name))
    points = gpx.routes[0].points[1:]
    assert [point.name for point in points] == [f"{at} {stop['name']}" for at, stop in enumerate(route["stops"], 1)]
    assert len(gpx.tracks[0].segments[0].points) >= 2
    collection = json.loads((out / "routes.geojson").read_text(encoding="utf-8"))
    kinds = [each["properties"]["kind"] for each in collection["features"]]
    assert kinds.count("stop") == sum(len(route["stops"]) for route in going)


@needs_font
def test_sheets_to_print(planned: tuple[Any, Path]) -> None:
    """Each officer with stops has a route sheet; all of them are in one file in the order of the plan."""
    said, out = planned
    going = [route for route in said.document["routes"] if route["stops"]]
    papers = sorted((out / "officers").glob("*.pdf"))
    assert len(papers) == len(going)
    whole = pypdfium2.PdfDocument(out / "sheets.pdf")
    assert len(whole) == sum(len(pypdfium2.PdfDocument(path)) for path in papers) >= len(going)
    text = "".join(page.get_textpage().get_text_bounded() for page in whole)
    at = [text.index(route["stops"][0]["place_id"]) for route in going]
    assert at == sorted(at)


def test_the_map(planned: tuple[Any, Path]) -> None:
    """The page asks for nothing, and a hostile id stands in it as text only."""
    html = (planned[1] / "plan.html").read_text(encoding="utf-8")
    assert "../x<script>" not in html
    assert "Content-Security-Policy" in html
    assert "http://" not in html.replace("http://www.w3.org", "").replace("http://leafletjs.com", "")


def test_one_officer(wangge: Wangge, village: Path, planned: tuple[Any, Path], tmp_path: Path) -> None:
    """One officer's day is the same alone as among all; the table lists the stops."""
    officer = inspectors_of(village)[2]
    said = wangge("plan", village, "--date", DAY, "--officer", officer, "--out", tmp_path / "o")
    assert said.code == 0, said.err
    document = json.loads((tmp_path / "o" / "routes.json").read_text(encoding="utf-8"))
    assert document["routes"] == [each for each in planned[0].document["routes"] if each["officer"] == officer]
    assert all(stop["name"] in said.out for stop in document["routes"][0]["stops"])


def test_several_processes(village: Path, planned: tuple[Any, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    """Planned side by side, the routes are the same; how far it is, is told."""
    monkeypatch.setattr(routing, "FEW", 0)
    told = []
    with open_store(village) as store:
        plan = plan_day(store, Ask(date(2024, 7, 1)), tell=lambda stage, done, of: told.append((done, of)))
    routes = planned[0].document["routes"]
    assert plan.routes["prize"].tolist() == [route["prize"] for route in routes]
    assert plan.visits["place_id"].tolist() == [stop["place_id"] for route in routes for stop in route["stops"]]
    assert told[-1] == (len(routes), len(routes))


@pytest.mark.parametrize("few", [0, 100])
def test_stopped(village: Path, monkeypatch: pytest.MonkeyPatch, few: int) -> None:
    """Who stops the search has a route for everybody all the same, each of which can be kept."""
    monkeypatch.setattr(routing, "FEW", few)
    with open_store(village) as store:
        plan = plan_day(store, Ask(date(2024, 7, 1)), stop=lambda: True)
    assert plan.routes["feasible"].all()
    assert len(plan.routes) == len(inspectors_of(village))
    assert len(plan.visits)


def test_area_and_promise(wangge: Wangge, village: Path, planned: tuple[Any, Path], tmp_path: Path) -> None:
    """An area's places alone are planned, by who answers for them; a promised one that was left out is visited."""
    document = planned[0].document
    officer = inspectors_of(village)[2]
    with open_store(village) as store:
        officers = store.ledger("officers").officers
    grid = officers.loc[officers["id"] == officer, "area"].iat[0]
    left = next(
        each["place_id"]
        for each in document["left_out"]
        if each["officer"] == officer and each["reason"] in ("no_time", "lower_prize")
    )
    said = wangge(
        *("plan", village, "--date", DAY, "--area", f"grid:{grid}", "--must", left, "--out", tmp_path),
        *("--format", "json"),
    )
    assert [route["officer"] for route in said.document["routes"]] == [officer]
    assert left in [stop["place_id"] for stop in said.document["routes"][0]["stops"]]


@pytest.mark.parametrize(
    ("words", "code", "text"),
    [
        (("--officer", "没有这个人"), 1, "没有这个人"),
        (("--must", "没有这个点"), 1, "没有这个点"),
        (("--area", "没有这个区"), 1, "没有这个区"),
        (("--must", "a", "--must", "a"), 2, "写了两次"),
        (("--start", "北京"), 2, "经度,纬度"),
        (("--officer", "a", "--area", "b"), 2, "--area"),
    ],
)
def test_what_cannot_be(
    wangge: Wangge, village: Path, tmp_path: Path, words: tuple[str, ...], code: int, text: str
) -> None:
    """An unknown officer, place or area, and a wrong option, are named, and nothing is written."""
    said = wangge("plan", village, "--date", DAY, "--out", tmp_path / "o", *words)
    assert (said.code, text in said.err) == (code, True)
    assert not (tmp_path / "o").exists()


def test_an_area_where_nobody_answers(wangge: Wangge, village: Path, tmp_path: Path) -> None:
    """An area in which nobody who goes has anything to do is said."""
    with open_store(village) as store:
        ledger = store.ledger("officers", "areas")
    taken = set(";".join(ledger.officers["area"].dropna()).split(";"))
    officer = inspectors_of(village)[2]
    other = next(code for code in ledger.areas["code"][ledger.areas["level"] == "grid"] if code in taken)
    own = ledger.officers.loc[ledger.officers["id"] == officer, "area"].iat[0]
    assert own != other
    with pytest.raises(QuestionProblem, match="没有安全员负责的缺口"), open_store(village) as store:
        plan_day(store, Ask(date(2024, 7, 1), officer, f"grid:{other}"))


def test_who_inspects_nothing(wangge: Wangge, village: Path, tmp_path: Path) -> None:
    """A clerk has no route."""
    with open_store(village) as store:
        officers = store.ledger("officers").officers
    clerk = officers.loc[officers["role"] == "clerk", "id"].iat[0]
    said = wangge("plan", village, "--date", DAY, "--out", tmp_path, "--officer", clerk)
    assert (said.code, "不做检查" in said.err) == (1, True)


def test_without_roads(wangge: Wangge, tmp_path: Path) -> None:
    """Without roads the day is planned as the crow flies, and everybody is told."""
    made = made_town()
    frames = {name: frame for name, frame in made.frames.items() if name != "roads"}
    with create_store(tmp_path / "v.gpkg", made.town) as store:
        store.write_many(frames, actor="t", action="demo", source="t")
    said = wangge("plan", tmp_path / "v.gpkg", "--date", DAY, "--out", tmp_path / "o", "--format", "json")
    assert said.document["straight_lines"] is True
    assert "没有可走的道路" in said.err
    assert "路程按直线" in (tmp_path / "o" / "plan.html").read_text(encoding="utf-8")


def test_a_town_without_positions(wangge: Wangge, tmp_path: Path) -> None:
    """Where nothing has a position the command says what is missing; nobody to go is said too."""
    store, people = tmp_path / "e.gpkg", tmp_path / "people.csv"
    asked = ("plan", store, "--date", DAY, "--out", tmp_path / "o")
    wangge("init", store, "--name", "样板镇", "--code", "441900121")
    assert "没有安全员" in wangge(*asked).err
    people.write_text("编号,姓名,角色\nA1,张三,安全员\n", encoding="utf-8")
    wangge("import", store, "officers", people)
    said = wangge(*asked)
    assert (said.code, "没有坐标" in said.err) == (1, True)


def test_kept_and_planned_anew(wangge: Wangge, village: Path, tmp_path: Path) -> None:
    """`--keep` leaves drafts, twice the same ones; `replan` gives the contract's document and the next revision."""
    path = tmp_path / "town.gpkg"
    path.write_bytes(village.read_bytes())
    officer = inspectors_of(path)[2]
    asked = (path, "--date", DAY, "--officer", officer)
    planned = wangge("plan", *asked, "--keep", "--format", "json")
    assert "已留下 0 人的草稿，其余 1 人的没有动" in wangge("plan", *asked, "--keep").err
    anew = wangge("replan", *asked, "--at", "13:30", "--format", "json")
    (before,), (after,) = (json.loads(said.out)["routes"] for said in (planned, anew))
    assert after["depart"] >= f"{DAY}T13:30:00"
    there, left = ({each["place_id"] for each in rows} for rows in (after["stops"], json.loads(anew.out)["left_out"]))
    assert {each["place_id"] for each in before["stops"]} <= there | left
    with open_store(path) as store:
        kept = store.routes(date(2024, 7, 1), date(2024, 7, 1))
    assert kept.planned_routes["revision"].tolist() == [1, 2]
    assert kept.planned_routes["action"].tolist() == ["plan", "replan"]
    assert (kept.planned_stops["revision"] == 2).sum() == len(after["stops"])


def test_what_is_missing_to_plan_anew(wangge: Wangge, village: Path) -> None:
    """Neither files nor drafts asked for, no route kept, no time for another day: each says what to do."""
    asked = ("--date", DAY, "--officer", inspectors_of(village)[2])
    assert "要写明 --out" in wangge("plan", village, *asked).err
    said = wangge("replan", village, *asked)
    assert (said.code, "--at 12:30" in said.err) == (2, True)
    said = wangge("replan", village, *asked, "--at", "12:00")
    assert (said.code, "请先排路线" in said.err) == (1, True)
    assert "不是时间" in wangge("replan", village, *asked, "--at", "25:00").err


def test_streets(village: Path, wangge: Wangge, tmp_path: Path) -> None:
    """A walk along the streets nobody walked: in the JSON, in GPX that is read again, on the map; places on demand."""
    officer = inspectors_of(village)[2]
    done = wangge(
        "plan", village, "--date", DAY, "--officer", officer, "--streets", "--out", tmp_path, "--format", "json"
    )
    assert done.code == 0
    (route,) = json.loads(done.out)["routes"]
    assert route["feasible"]
    assert route["new_m"] + route["repeat_m"] == pytest.approx(route["length_m"], abs=0.2)
    assert sum(part["length_m"] for part in route["streets"] if part["new"]) == pytest.approx(route["new_m"], abs=1)
    assert {stop["place_id"] for stop in route["stops"]} == {None}
    (file,) = (tmp_path / "officers").glob("*.gpx")
    assert len(gpxpy.parse(file.read_text(encoding="utf-8")).routes[0].points) == len(route["stops"]) + 1
    assert "沿街巡查路线" in (tmp_path / "plan.html").read_text(encoding="utf-8")
    args = ("plan", village, "--date", DAY, "--officer", officer, "--streets", "--with-places", "--out", tmp_path / "b")
    places = [stop["place_id"] for stop in json.loads(wangge(*args, "--format", "json").out)["routes"][0]["stops"]]
    assert any(places)
    assert None in places


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--with-places"], "要和 --streets 一起用"),
        (["--streets", "--together"], "不能和 --together 一起用"),
        (["--streets", "--keep"], "--keep 不能和 --streets 一起用"),
        (["--streets", "--must", "x"], "请加上 --with-places"),
    ],
)
def test_street_options_that_do_not_fit(
    village: Path, wangge: Wangge, tmp_path: Path, options: list[str], said: str
) -> None:
    """Options that make no sense together are refused as usage."""
    done = wangge("plan", village, "--date", DAY, *options, "--out", tmp_path)
    assert done.code == 2
    assert said in done.err
