"""The leader's board: its figures are the interface's, each opens to its rows, a link keeps what it showed."""

from __future__ import annotations

import io
import re
from datetime import date
from html import unescape
from typing import Any
from unittest.mock import patch
from urllib.parse import parse_qs, urlsplit

import numpy as np
import pandas as pd
import pypdfium2
import pytest
from fastapi.testclient import TestClient
from PIL import Image
from pydantic import TypeAdapter

from api.described.board import BoardAnswer
from api.desk import Desk
from coverage.day_counts import counts_by_level
from coverage.leader_board import KEY_FIGURES, standings
from grids.hierarchy import levels_present
from maps.leader_board.ranked import RANKED
from tests.api.test_photos import put
from tests.fonts import needs_font
from tests.geodata.photos.pictures import jpeg

DAY = "2024-06-20"
TILE = re.compile(r'<h2>(.*?)</h2>\s*<p class="big"><a href="(.*?)">(.*?)</a>')
LINK = re.compile(r'id="permanent" value="(.*?)"')


def page(client: TestClient, **asked: str) -> str:
    """Give the board's HTML."""
    answer = client.get("/board", params={"as_of": DAY, **asked})
    assert answer.status_code == 200, answer.text
    return answer.text


def tiles(html: str) -> dict[str, tuple[str, str]]:
    """Give by the key of each figure what is shown and where it leads."""
    keys = {each.word: key for key, each in KEY_FIGURES.items()}
    return {keys[word]: (shown, unescape(to)) for word, to, shown in TILE.findall(html)}


def area_of(client: TestClient, level: str) -> str:
    """Give an area of a level, as it is asked for: the second one."""
    rows = client.get("/api/v1/coverage", params={"by": level, "as_of": DAY}).json()["rows"]
    return f"{level}:{rows[1]['area']}"


def figures(client: TestClient, path: str, area: str | None, **asked: str) -> dict[str, Any]:
    """Give a row of figures of the interface: of the town or an area."""
    level, _, code = (area or "town:").partition(":")
    rows = client.get(f"/api/v1/{path}", params={"as_of": DAY, "by": level, **asked}).json()["rows"]
    row: dict[str, Any] = next(each for each in rows if not code or each.get("area") == code)
    return row


@pytest.mark.parametrize("level", [None, "community", "grid"])
def test_figures_are_those_of_the_interface(client: TestClient, level: str | None) -> None:
    """What a tile shows of the town, a community, a grid is what the interface gives."""
    area = area_of(client, level) if level else None
    coverage = figures(client, "coverage", area)
    hazards = figures(client, "hazards/figures", area)
    lately = figures(client, "hazards/figures", area, period="month")
    shown = {key: text for key, (text, _) in tiles(page(client, **({"area": area} if area else {}))).items()}
    assert shown == {
        **{key: f"{100 * coverage[key]:.1f}" for key in ("coverage_rate", "verified_rate")},
        "overdue": f"{coverage['overdue']:,}",
        "found": f"{lately['found']:,}",
        "rectified_rate": f"{100 * hazards['rectified_rate']:.1f}",
        **{key: f"{hazards[column]:,}" for key, column in (("open", "open"), ("late", "overdue"))},
        "major_open": f"{hazards['major_open']:,}",
    }


def test_a_number_opens_to_its_rows(client: TestClient) -> None:
    """The list behind a count has as many rows; of coverage it has what is lacking, of the rate what was put right."""
    area = area_of(client, "community")
    coverage, hazards = figures(client, "coverage", area), figures(client, "hazards/figures", area)
    found = tiles(page(client, area=area))
    want = {key: int(shown.replace(",", "")) for key, (shown, _) in found.items() if KEY_FIGURES[key].unit != "%"}
    want |= {"coverage_rate": coverage["pending"] + coverage["overdue"], "rectified_rate": hazards["rectified"]}
    for key, rows in want.items():
        listed = re.search(r"共 ([\d,]+) 条", client.get(found[key][1]).text)
        assert (int(listed[1].replace(",", "")) if listed else 0) == rows, key
    assert client.get(found["verified_rate"][1]).status_code == 200


def test_the_way_down(client: TestClient) -> None:
    """From the town a link leads to each part, and so on to a grid, whose places lead to theirs and back."""
    html, depth = page(client), 0
    while part := re.search(r'<th scope="row"><a href="(\?[^"]*area=[^"]*)"', html):
        html, depth = client.get(f"/board{unescape(part[1])}").text, depth + 1
        assert html.split('aria-label="所在区域"')[1].split("</nav>")[0].count("<li>") == depth + 1
    assert depth >= 2
    place = re.search(r'<th scope="row"><a href="(/places/[^"]+)"', html)
    assert place
    assert f"/board?as_of={DAY}&amp;area=grid" in client.get(unescape(place[1])).text


@pytest.mark.parametrize("figure", RANKED)
def test_ranking(client: TestClient, figure: str) -> None:
    """Places run from 1, with how much each rests on; who has no figure stands below, without a place."""
    html = page(client, figure=figure)
    cells = re.findall(r'data-word="名次">\s*(.*?)\s*</td>', html)
    numbers = [int(each) for each in cells if each != "无数据"]
    assert numbers == sorted(numbers)
    assert numbers[0] == 1
    assert cells[: len(numbers)] == [str(each) for each in numbers]
    assert html.count(f'data-word="{RANKED[figure].of}"') == len(cells)


def test_the_link_says_the_day(client: TestClient) -> None:
    """Whatever was asked, the link names the day and how far the ledger had come, and shows the same."""
    html = client.get("/board").text
    link = LINK.search(html)
    assert link
    asked = parse_qs(urlsplit(unescape(link[1])).query)
    assert set(asked) == {"as_of", "figure", "seen"}
    assert tiles(client.get(unescape(link[1])).text) == tiles(html)


def test_later_data_does_not_change_a_link(writing: TestClient) -> None:
    """What happens after its day leaves a link's figures as they were; that something was written is said."""
    before = page(writing)
    link = LINK.search(before)
    assert link
    place = writing.get("/api/v1/places", params={"limit": 1}).json()["rows"][0]["id"]
    late = {"place_id": place, "found_at": "2024-06-25T10:00:00+08:00", "level": "重大"}
    assert writing.post("/api/v1/hazards", json=late).status_code == 201
    visit = {"place_id": place, "at": "2024-06-25T10:00:00+08:00"}
    assert writing.post("/api/v1/inspections", json=visit).status_code == 201
    again = writing.get(unescape(link[1])).text
    assert tiles(again) == tiles(before)
    assert "台账又有 2 次写入" in again
    assert "台账又有" not in page(writing)
    on_time = {"place_id": place, "found_at": f"{DAY}T10:00:00+08:00", "level": "重大"}
    assert writing.post("/api/v1/hazards", json=on_time).status_code == 201
    assert tiles(writing.get(unescape(link[1])).text)["found"] != tiles(before)["found"]


def test_after_a_post_only_its_day_is_counted_anew(writing: TestClient) -> None:
    """What is posted of these days leaves the months before as they were counted; of last month it does not."""
    desk: Desk = writing.app.state.desk  # type: ignore[attr-defined]
    as_of = date.fromisoformat(DAY)
    place = writing.get("/api/v1/places", params={"limit": 1}).json()["rows"][0]["id"]
    page(writing)
    for day, kept in (("2024-06-18", True), ("2024-05-18", False)):
        body = {"place_id": place, "found_at": f"{day}T10:00:00+08:00"}
        assert writing.post("/api/v1/hazards", json={**body, "photos": ["a" * 64]}).status_code == 201
        assert writing.post("/api/v1/inspections", json={"place_id": place, "at": body["found_at"]}).status_code == 201
        assert put(writing, jpeg(quality=80 + kept)).status_code == 201
        now = desk.day(as_of)
        with patch("coverage.leader_board.counts_by_level", side_effect=counts_by_level) as many_days:
            stood = now.standings
        assert bool(many_days.called) != kept
        want = standings(now.ledger, now.state.rules.on, as_of, levels_present(now.register.areas))
        for level, days in stood.items():
            for one, other in zip(days, want[level], strict=True):
                assert (one.as_of, one.note) == (other.as_of, other.note)
                pd.testing.assert_frame_equal(one.rows, other.rows)
                pd.testing.assert_frame_equal(one.whole, other.whole)


WRONG = [{"area": "nowhere"}, {"figure": "beauty"}, {"seen": "-1"}, {"as_of": "2024-02-31"}]
WRONG += [{"against": each} for each in ("yesterday", "2024-13-01", DAY, "2024-06-21", "0001-01-01", "٢٠٢٤-٠١-٠١")]


@pytest.mark.parametrize("asked", WRONG)
@pytest.mark.parametrize("path", ["/board", "/board.pdf", "/api/v1/board"])
def test_wrong_questions(client: TestClient, path: str, asked: dict[str, str]) -> None:
    """What does not exist, and a day that does not lie before, is refused in words; a paper knows of no `seen`."""
    status = client.get(path, params={"as_of": DAY, **asked}).status_code
    assert status == (200 if path == "/board.pdf" and "seen" in asked else 422)


def said(client: TestClient, **asked: str) -> Any:
    """Give the board as figures."""
    answer = client.get("/api/v1/board", params={"as_of": DAY, **asked})
    assert answer.status_code == 200, answer.text
    return answer.json()


@pytest.mark.parametrize("level", [None, "community", "grid"])
def test_json_is_the_page(client: TestClient, level: str | None) -> None:
    """As figures the board says what the page shows: tiles, ranking, what it is laid beside; and fits its shape."""
    asked = {"area": area_of(client, level)} if level else {}
    found, html = said(client, **asked), page(client, **asked)
    TypeAdapter(BoardAnswer).validate_python(found)
    for each in found["figures"]:
        value = f"{100 * each['value']:.1f}" if each["unit"] == "%" else f"{each['value']:,.0f}"
        assert value == tiles(html)[each["figure"]][0]
        assert len(each["course"]) == 13
    names = re.findall(r'<th scope="row"><a href="[?][^"]*">(.*?)</a>', html)
    assert [row["name"] for row in found["rows"]] == names
    assert bool(found["places"]) == (level == "grid")


def test_beside_a_chosen_day(client: TestClient) -> None:
    """A chosen day has its own figures; what grows through a month stands beside, but is not called better or worse.

    Nor have areas that are ranked by it won or lost places.
    """
    found, then = said(client, against="2024-03-31"), said(client, as_of="2024-03-31")
    assert found["against"]["as_of"] == "2024-03-31"
    for now, before in zip(found["figures"], then["figures"], strict=True):
        beside = now["beside"][0]
        assert (beside["as_of"], beside["value"]) == ("2024-03-31", before["value"])
        grows = now["figure"] in ("coverage_rate", "verified_rate", "overdue", "found")
        assert beside["change"] == (None if grows else pytest.approx(now["value"] - before["value"]))
    before = {row["area"]: row["value"] for row in then["rows"]}
    assert {row["area"]: row["before"] for row in found["rows"]} == before
    assert {row["moved"] for row in found["rows"]} == {None}
    stands = said(client, against="2024-03-31", figure="open_per_100")
    assert None not in {row["moved"] for row in stands["rows"]}
    html = page(client, against="2024-03-31")
    assert "只并列，不算升降" in html
    assert '<th class="n">2024-03-31</th>' in html
    assert "against=2024-03-31" in unescape(LINK.search(html)[1])  # type: ignore[index]


def test_beside_the_same_day(client: TestClient) -> None:
    """At the same day of another month everything may be compared; a month before is a chosen day like any."""
    chosen, usual = said(client, against="2024-05-20"), said(client)
    assert "都可以比" in chosen["against"]["note"]
    assert [each["beside"][0]["change"] for each in chosen["figures"]] == [
        each["beside"][0]["change"] for each in usual["figures"]
    ]
    assert [row["before"] for row in chosen["rows"]] == [row["before"] for row in usual["rows"]]
    year = said(client, against="year")
    assert (year["against"]["as_of"], {row["before"] for row in year["rows"]}) == ("2023-06-20", {None})


def test_a_day_without_a_ledger(client: TestClient) -> None:
    """Before the ledger begins nothing is shown as nought, and no tile is red."""
    html = page(client, as_of="2020-01-15")
    assert {shown for shown, _ in tiles(html).values()} == {"—"}
    assert "card alarm" not in html


@needs_font
def test_the_briefing(client: TestClient) -> None:
    """One page of A4 lying, with the day, the scope, each figure and its definition; the same as a picture."""
    area = area_of(client, "community")
    asked = {"as_of": DAY, "area": area, "figure": "late_rate"}
    paper = client.get("/board.pdf", params=asked)
    assert paper.headers["content-type"] == "application/pdf"
    with pypdfium2.PdfDocument(paper.content) as document:
        assert len(document) == 1
        assert [round(side / 72 * 25.4) for side in document[0].get_size()] == [297, 210]
        text = "".join(document[0].get_textpage().get_text_bounded().split())
    assert "2024年6月20日" in text
    assert "安全生产巡查简报" in text
    found = tiles(page(client, area=area))
    for key, each in KEY_FIGURES.items():
        assert f"{each.word}" in text
        assert found[key][0] in text
        assert "".join(each.how.split()) in text
    picture = Image.open(io.BytesIO(client.get("/board.png", params=asked).content))
    assert picture.width > picture.height > 1500


@needs_font
def test_a_briefing_of_a_grid_lists_places(client: TestClient) -> None:
    """Where an area is not divided further its places stand on the paper."""
    paper = client.get("/board.pdf", params={"as_of": DAY, "area": area_of(client, "grid")})
    with pypdfium2.PdfDocument(paper.content) as document:
        assert "场所：最要紧的在前" in "".join(document[0].get_textpage().get_text_bounded().split())


@needs_font
def test_the_last_line_of_a_briefing_is_whole(client: TestClient) -> None:
    """Nothing is cut off at the foot of the page: the lowest ink ends above the lower margin (8 mm)."""
    for area in (None, area_of(client, "grid")):
        asked = {"as_of": DAY} | ({"area": area} if area else {})
        picture = Image.open(io.BytesIO(client.get("/board.png", params=asked).content)).convert("L")
        ink = np.flatnonzero((np.asarray(picture) < 128).any(axis=1))
        assert picture.height - ink.max() > 8 / 210 * picture.height + 1
