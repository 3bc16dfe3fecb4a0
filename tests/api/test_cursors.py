"""Pages by cursor: nothing twice, nothing lost, whatever is written meanwhile; a word that is no cursor is refused."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from itertools import count
from typing import Any

import numpy as np
import pandas as pd
import pytest
from fastapi.testclient import TestClient
from hypothesis import given, settings
from hypothesis import strategies as st

from api.app import create_app
from api.cursors import MOST_BYTES, MOST_CHARS, cursor_of, names_in, names_of, position_behind
from api.problems import InputProblem
from api.settings import Settings
from tests.made_up import village_store

LISTS = (
    *("areas", "places", "inspections", "hazards", "hazards/clocks", "risk", "visits", "gaps", "hazards/published"),
    *("todo?role=clerk", "hazards/supervision", "hazards/supervision?issued=true", "gaps?state=overdue"),
)
NUMBERS = count()
NAMES = st.lists(st.tuples(st.text(st.characters(codec="utf-8"), max_size=200)), min_size=1, max_size=12)


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """Give the service of a village that is written to."""
    path = village_store(tmp_path_factory.mktemp("cursors") / "village.gpkg")
    with TestClient(create_app(Settings(store=path)), base_url="http://127.0.0.1:8000") as client:
        yield client


def pages(client: TestClient, address: str) -> Iterator[list[dict[str, Any]]]:
    """Give the rows of each page, by its link."""
    following: str | None = address
    while following:
        page = client.get(following).json()
        following = page["next"]
        yield page["rows"]


@pytest.mark.parametrize("path", LISTS)
def test_every_list(written: TestClient, path: str) -> None:
    """The pages of each list are its rows, one after another; each says at which number it begins."""
    joined = "&" if "?" in path else "?"
    whole = written.get(f"/api/v1/{path}{joined}limit=1000").json()
    size = max(1, len(whole["rows"]) // 3)
    asked = f"/api/v1/{path}{joined}limit={size}"
    rows: list[dict[str, Any]] = []
    for part in pages(written, asked):
        rows += part
        if len(rows) >= len(whole["rows"]):
            break
    assert rows[: len(whole["rows"])] == whole["rows"]


@given(st.data())
@settings(max_examples=5)
def test_rows_posted_meanwhile(written: TestClient, data: st.DataObject) -> None:
    """Whatever is posted between the pages: none of the rows of the beginning is missing, none comes twice."""
    place = written.get("/api/v1/places?limit=1").json()["rows"][0]["id"]
    asked = {"place_id": place, "limit": data.draw(st.integers(2, 9))}
    standing = [row["id"] for row in written.get("/api/v1/inspections", params=asked | {"limit": 1000}).json()["rows"]]
    seen: list[str] = []
    following: str | None = f"/api/v1/inspections?place_id={place}&limit={asked['limit']}"
    while following:
        page = written.get(following).json()
        seen += [row["id"] for row in page["rows"]]
        following = page["next"]
        for day in data.draw(st.lists(st.integers(1, 30), max_size=3)):
            body = {"place_id": place, "at": f"2024-06-{day:02}T10:00:00+08:00", "id": f"meanwhile-{next(NUMBERS)}"}
            assert written.post("/api/v1/inspections", json=body).status_code == 201
    assert len(seen) == len(set(seen))
    assert [row for row in seen if row in set(standing)] == standing


@given(st.lists(st.integers(0, 40), unique=True), st.data())
def test_rows_that_leave(values: list[int], data: st.DataObject) -> None:
    """Behind the last row of a cursor that is left stands all that was not given, and nothing else."""
    before = pd.DataFrame({"id": [str(value) for value in sorted(values)]})
    given_rows = data.draw(st.integers(0, len(before)))
    kept = np.array(data.draw(st.lists(st.booleans(), min_size=len(before), max_size=len(before))), dtype=bool)
    names = names_in(before.iloc[:given_rows], ["id"])[-3:]
    after = before[kept]
    left = [name for name in names if name[0] in set(after["id"])]
    if not left:
        with pytest.raises(InputProblem):
            position_behind(after, ["id"], names)
        return
    rest = after["id"].iloc[position_behind(after, ["id"], names) :].tolist()
    assert rest == [value for value, stays in zip(before["id"][given_rows:], kept[given_rows:], strict=True) if stays]


@given(NAMES)
def test_there_and_back(names: list[tuple[str]]) -> None:
    """A cursor gives back the last names that it was made of, is short, and is none of another list."""
    cursor = cursor_of("/a", names)
    assert cursor.isascii()
    assert len(cursor) < MOST_CHARS
    read = names_of("/a", cursor)
    assert read == names[-len(read) :]
    assert len(read) == 1 or len(json.dumps(read, ensure_ascii=False)) <= 2 * MOST_BYTES
    with pytest.raises(InputProblem):
        names_of("/b", cursor)


@given(st.text(max_size=60))
def test_no_cursor(text: str) -> None:
    """Any other text is refused."""
    with pytest.raises(InputProblem):
        names_of("/a", text)


@pytest.mark.parametrize(
    "content", [b"", b"1", b"[]", b"[1]", b"[[1]]", b'{"a":1}', b"[" * 3000, b'[["a","b"]]', b"\xff"]
)
def test_forged(written: TestClient, content: bytes) -> None:
    """A cursor whose check is right and whose content is not that of ours is refused like any other."""
    from api.cursors import _check  # noqa: PLC0415 - as somebody would who has read the code

    forged = base64.urlsafe_b64encode(_check("/api/v1/places", content) + content).decode()
    answer = written.get("/api/v1/places", params={"cursor": forged})
    assert answer.status_code == 422
    assert "cursor" in answer.json()["detail"]


def test_cursor_and_offset(written: TestClient) -> None:
    """Both at once are refused; a row counted by number stays understood."""
    following = written.get("/api/v1/places?limit=5&offset=5").json()["next"]
    assert "offset" not in following
    assert written.get(f"{following}&offset=5").status_code == 422
    by_number = written.get("/api/v1/places?limit=5&offset=10").json()
    assert by_number["rows"] == written.get(following).json()["rows"]
    assert written.get(following).json()["offset"] == by_number["offset"] == 10
