"""Reports through the service."""

from __future__ import annotations

import io
from urllib.parse import unquote

import pytest
from fastapi.testclient import TestClient
from python_calamine import CalamineWorkbook

from api.reports.kinds import KINDS

PERIODS = {"month": "2024-06", "quarter": "2024Q2"}


@pytest.mark.parametrize("kind", KINDS)
def test_the_files_of_a_report_are_listed(client: TestClient, kind: str) -> None:
    """Each kind lists its files of a period, as of the period's last day, each with its address."""
    period = PERIODS[KINDS[kind].periods[0]]
    told = client.get(f"/api/v1/reports/{kind}/{period}").json()
    assert told["as_of"] == "2024-06-30"
    assert told["files"]
    assert all(unquote(each["address"]).endswith(each["name"]) for each in told["files"])


def test_a_file_is_given_for_saving(client: TestClient) -> None:
    """A workbook comes with its type and its Chinese name, and opens."""
    files = client.get("/api/v1/reports/monthly/2024-06").json()["files"]
    (address,) = (each["address"] for each in files if each["name"].startswith("专项") and "xlsx" in each["name"])
    answer = client.get(address)
    assert answer.headers["content-type"].endswith("spreadsheetml.sheet")
    assert "filename*=UTF-8''" in answer.headers["content-disposition"]
    assert CalamineWorkbook.from_filelike(io.BytesIO(answer.content)).sheet_names


def test_a_paper_of_a_folder(client: TestClient) -> None:
    """A file in a folder is fetched by its whole name."""
    files = client.get("/api/v1/reports/worksheet/2024-06").json()["files"]
    answer = client.get(files[0]["address"])
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF")


@pytest.mark.parametrize(
    ("path", "status", "words"),
    [
        ("none/2024-06", 404, "没有报表"),
        ("monthly/2024Q2", 422, "2024-06 这样"),
        ("monthly/0000-01", 422, "2024-06 这样"),
        ("quarterly/0000Q1", 422, "2024Q2 这样"),
        ("monthly/2999-01", 422, "还没有开始"),
        ("monthly/2024-06/no.xlsx", 404, "没有“no.xlsx”"),
    ],
)
def test_what_is_none(client: TestClient, path: str, status: int, words: str) -> None:
    """A kind, a period, a file that is none is said in words."""
    answer = client.get(f"/api/v1/reports/{path}")
    assert answer.status_code == status
    assert words in answer.json()["detail"]


@pytest.mark.parametrize("kind", KINDS)
def test_the_page_offers_periods_and_files(client: TestClient, kind: str) -> None:
    """The page names the files of the period that holds the day, and the periods before it."""
    page = client.get("/reports", params={"kind": kind, "as_of": "2024-06-30"}).text
    assert "2024年6月" in page or "2024年第二季度" in page
    assert "download" in page
