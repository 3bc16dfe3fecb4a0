"""`wangge report quarterly`: a map, a book a community, the list; frozen as it was sent out."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from python_calamine import CalamineWorkbook

from api.app import create_app
from api.reports.quarterly import of_lines
from api.settings import Settings
from geodata.store import open_store
from tests.api.cli.conftest import Said


@pytest.fixture
def store(village: Path, tmp_path: Path) -> Path:
    """Give a copy of the village."""
    path = tmp_path / "town.gpkg"
    path.write_bytes(village.read_bytes())
    return path


def written(folder: Path) -> dict[str, bytes]:
    """Give the files below a folder."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def quarterly(wangge: Callable[..., Said], store: Path, out: Path, *more: str, period: str = "2024Q2") -> Said:
    """Write a quarter."""
    said = wangge("report", store, "quarterly", "--period", period, "--out", out, "--format", "json", *more)
    assert said.code == 0, said.err
    return said


def test_map_books_and_list(wangge: Callable[..., Said], store: Path, tmp_path: Path, client: TestClient) -> None:
    """Each place that is open is on the list once, with the risk that the service gives."""
    out = tmp_path / "out"
    said = quarterly(wangge, store, out)
    assert said.document["edition"] is None
    files = written(out)
    assert set(files) == set(said.document["files"])
    assert any(name.startswith("一图/") and name.endswith(".html") for name in files)
    assert all(content.startswith(b"%PDF") for name, content in files.items() if name.endswith(".pdf"))
    rows = of_lines(files["一清单/清单.json"])
    (book,) = (out / "一清单").glob("*.xlsx")
    cells = CalamineWorkbook.from_path(book).get_sheet_by_name("风险清单").to_python()
    assert [row[1] for row in cells[3 : 3 + len(rows)]] == [row["place_id"] for row in rows]
    held = client.get("/api/v1/places", params={"limit": 1000, "as_of": "2024-06-30"}).json()["rows"]
    risks = {row["id"]: row["risk"] for row in held}
    assert all(risks[row["place_id"]] == row["risk"] for row in rows if row["place_id"] in risks)


def test_what_was_frozen_stays(wangge: Callable[..., Said], store: Path, tmp_path: Path) -> None:
    """A frozen quarter comes out byte for byte, whatever is written later; made anew it is a draft of today."""
    first = quarterly(wangge, store, tmp_path / "a", "--freeze", "安委办")
    assert first.document["edition"] == 1
    with open_store(store, write=True) as opened:
        places = opened.ledger("places").places
        places["leader"] = "后来的领导"
        opened.write("places", places, actor="t", action="import", source="t")
    again = quarterly(wangge, store, tmp_path / "b")
    assert again.document["hash"] == first.document["hash"]
    assert written(tmp_path / "b") == written(tmp_path / "a")
    anew = quarterly(wangge, store, tmp_path / "c", "--anew")
    assert anew.document["edition"] is None
    assert written(tmp_path / "c") != written(tmp_path / "a")
    second = quarterly(wangge, store, tmp_path / "d", "--freeze", "安委办")
    assert second.document["edition"] == 2
    said = wangge("check", store)
    assert said.code == 0, said.out
    with TestClient(create_app(Settings(store=store)), base_url="http://127.0.0.1:8000") as service:
        told = service.get("/api/v1/reports/quarterly/2024Q2").json()
        (address,) = (each["address"] for each in told["files"] if each["name"].endswith("清单.json"))
        assert service.get(address).content == written(tmp_path / "d")["一清单/清单.json"]


def test_the_next_quarter_is_compared_with_the_frozen_one(
    wangge: Callable[..., Said], store: Path, tmp_path: Path
) -> None:
    """The changes say what they are compared with; a leader changed since shows as a change."""
    quarterly(wangge, store, tmp_path / "a", "--freeze", "安委办", period="2024Q1")
    with open_store(store, write=True) as opened:
        places = opened.ledger("places").places.head(3).copy()
        places["leader"] = "新领导"
        opened.write("places", places, actor="t", action="import", source="t")
    quarterly(wangge, store, tmp_path / "b")
    (book,) = (tmp_path / "b" / "一清单").glob("*.xlsx")
    cells = CalamineWorkbook.from_path(book).get_sheet_by_name("变化").to_python()
    assert "2024年第一季度定稿" in cells[1][0]
    assert sum(row[1] == "包保领导变动" and row[6] == "新领导" for row in cells) >= 1


def test_what_is_not_frozen(wangge: Callable[..., Said], store: Path, tmp_path: Path) -> None:
    """A month's tables are not frozen: the message says which are."""
    said = wangge("report", store, "monthly", "--period", "2024-06", "--out", tmp_path / "x", "--freeze", "甲")
    assert said.code == 2
    assert "quarterly" in said.err


def test_a_quarter_that_still_runs_is_not_frozen(
    wangge: Callable[..., Said], store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Frozen before its end, a quarter would come out without its last days for ever: refused, nothing is written."""
    monkeypatch.setattr("api.cli.reporting.today", lambda _town: date(2024, 6, 20))
    said = wangge("report", store, "quarterly", "--period", "2024Q2", "--out", tmp_path / "x", "--freeze", "甲")
    assert said.code == 1
    assert "2024-06-30 才结束" in said.err
    assert not (tmp_path / "x").exists()
    with open_store(store) as opened:
        assert opened.frozen_reports("quarterly") == []
