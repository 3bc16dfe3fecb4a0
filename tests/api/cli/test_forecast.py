"""`wangge forecast`, and the ledgers that duties in full stand on, by the command and by the service."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from api.cli import main
from geodata.store import open_store

LEDGER = (
    "批准文号,企业编号,类型,免查事项,停产日期,截止日期,停产原因,批准人\n一号,{id},停产,,2024-01-01,,设备检修,安委办\n"
)
MOVES = "企业编号,迁址日期,原地址,经度,纬度\n{id},2024-05-20,老工业区3号,113.66,22.80\n"


def printed(capsys: pytest.CaptureFixture[str], *words: str) -> dict[str, object]:
    """Run a command and give its JSON."""
    assert main([*words, "--format", "json"]) == 0
    found: dict[str, object] = json.loads(capsys.readouterr().out)
    return found


def test_command_and_service_agree(village: Path, client: TestClient, capsys: pytest.CaptureFixture[str]) -> None:
    """The command and the route give the same forecast and the same what-if."""
    found = printed(capsys, "forecast", str(village), "--as-of", "2024-06-18", "--limit", "7")
    assert found == client.get("/api/v1/forecast", params={"as_of": "2024-06-18", "limit": 7}).json()
    found = printed(capsys, "forecast", str(village), "--as-of", "2024-06-18", "--visits", "12", "--by", "town")
    asked = {"as_of": "2024-06-18", "visits": 12, "by": "town"}
    assert found == client.get("/api/v1/what-if", params=asked).json()
    (row,) = found["rows"]  # type: ignore[misc]
    assert row["done_after"] >= row["done"] + 12


def test_visits_or_places(village: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Both ways of naming visits at once are wrong usage; an unknown place is named."""
    assert main(["forecast", str(village), "--visits", "3", "--places", "x"]) == 2
    assert main(["forecast", str(village), "--as-of", "2024-06-18", "--places", "没有的"]) == 1
    assert "没有的" in capsys.readouterr().err


def test_ledgers_of_exemptions_and_moves(village: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Chinese ledgers of suspensions and moves are read as they come and are in the figures."""
    store = tmp_path / "town.gpkg"
    store.write_bytes(village.read_bytes())
    with open_store(store) as held:
        place_id = str(held.ledger("places").places["id"].iloc[0])
    before = printed(capsys, "coverage", str(store), "--as-of", "2024-06-30", "--by", "town")["rows"]
    for table, text in (("exemptions", LEDGER), ("moves", MOVES)):
        file = tmp_path / f"{table}.csv"
        file.write_text(text.format(id=place_id), encoding="gbk")
        report = printed(capsys, "import", str(store), table, str(file), "--datum", "wgs84")
        assert (report["inserted"], report["rejected"]) == (1, [])
    after = printed(capsys, "coverage", str(store), "--as-of", "2024-06-30", "--by", "town")["rows"]
    assert after[0]["exempt"] > before[0]["exempt"]  # type: ignore[index]


@pytest.mark.parametrize(
    ("table", "text", "said"),
    [
        ("moves", MOVES.format(id="没有的"), "第 2 行，列“企业编号”，值“没有的”：库里没有这个场所"),
        ("exemptions", LEDGER.format(id="没有的"), "第 2 行，列“企业编号”，值“没有的”：库里没有这个场所"),
        (
            "exemptions",
            LEDGER.replace(",,设备", ",2023-01-01,设备"),
            "列“截止日期”，值“2023-01-01”：结束日期早于开始日期",
        ),
    ],
)
def test_rows_that_cannot_be(
    village: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], table: str, text: str, said: str
) -> None:
    """A row of a place that the town has not got, or of a spell that ends before it begins, is refused by row."""
    file = tmp_path / "rows.csv"
    file.write_text(text, encoding="utf-8")
    assert main(["import", str(village), table, str(file), "--datum", "wgs84", "--dry-run"]) == 1
    assert said in capsys.readouterr().err
