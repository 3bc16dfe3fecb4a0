"""Imports through the service: checked, done, taken back."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from io import StringIO
from pathlib import Path
from threading import Event
from time import monotonic
from typing import Any

from fastapi.testclient import TestClient

from api.cli import main as wangge

RAW = {"content-type": "application/octet-stream"}
PATIENCE_S = 120.0


def done(client: TestClient, asked: Mapping[str, Any]) -> dict[str, Any]:
    """Have a job done."""
    made = client.post("/api/v1/jobs", json=asked)
    assert made.status_code == 201, made.text
    address, last = made.headers["location"], monotonic() + PATIENCE_S
    while (told := client.get(address).json())["state"] in ("queued", "running"):
        assert monotonic() < last
        Event().wait(0.1)
    return dict(told)


def test_a_file_into_the_store_and_back(writing: TestClient, tmp_path: Path) -> None:
    """A dry run says what would change and writes nothing; the import does it; its undo takes it back, once."""
    place = writing.get("/api/v1/places", params={"limit": 2}).json()["rows"][1]
    rows = f"编号,名称,从业人数,行业\n{place['id']},新名字,7,燃气\nN1,=新店,3,燃气\nN2,,x,燃气\n".encode()
    answer = writing.post("/api/v1/uploads", params={"name": "台账.csv"}, content=rows, headers=RAW)
    asked = {"kind": "import", "uploads": [answer.json()["id"]], "table": "places"}

    checked = done(writing, {**asked, "dry_run": True})
    assert checked["said"] == "新增 1，更新 1，不变 0，退回 1 行（没有写入）"
    assert (checked["state"], checked["facts"]["inserted"], checked["facts"]["updated"]) == ("done", 1, 1)
    result = writing.get(f"/api/v1/jobs/{checked['id']}/result").json()
    changed = {each["field"]: (each["from"], each["to"]) for each in result["changed"] if each["row"] == place["id"]}
    assert changed["name"] == (place["name"], "新名字")
    page = writing.get(f"/desk/jobs/{checked['id']}").text
    assert "新名字" in page
    assert "&#34;dry_run&#34;: false" in page
    assert result["added"] == [{"id": "N1", "name": "=新店", "industry": "燃气", "headcount": "3", "status": "正常"}]
    assert "会新增的行" in page
    assert "没有坐标" in page
    rejected = writing.get(f"/api/v1/jobs/{checked['id']}/rejected.csv").content.decode("utf-8-sig")
    assert [(row["文件"], row["行"], row["列"]) for row in csv.DictReader(StringIO(rejected))] == [
        ("台账.csv", "4", "从业人数")
    ]
    assert writing.get("/api/v1/imports").json()["rows"] == []

    # done by the same command, in this process
    (file,) = (tmp_path / "town.uploads" / asked["uploads"][0]).iterdir()
    assert wangge(["import", str(tmp_path / "town.gpkg"), "places", str(file), "--format=json"]) == 0
    (row,) = writing.get("/api/v1/imports").json()["rows"]
    assert (row["table"], row["file"], row["inserted"], row["undoable"]) == ("places", "台账.csv", 1, True)
    assert writing.get(f"/api/v1/places/{place['id']}").json()["name"] == "新名字"

    undone = writing.post(f"/api/v1/imports/{row['id']}/undo", json={})
    assert (undone.status_code, undone.json()["deleted"], undone.json()["restored"]) == (200, 1, 1)
    assert writing.get(f"/api/v1/places/{place['id']}").json()["name"] == place["name"]
    refused = writing.post(f"/api/v1/imports/{row['id']}/undo", json={})
    assert (refused.status_code, "已经撤销过" in refused.json()["detail"]) == (409, True)


def test_an_import_that_was_undone_is_said_so(writing: TestClient) -> None:
    """The page of the job and the list of jobs say that an import was taken back, and offer it no more."""
    rows = "编号,名称,行业\nN7,新店,燃气\n".encode()
    answer = writing.post("/api/v1/uploads", params={"name": "新店.csv"}, content=rows, headers=RAW)
    told = done(writing, {"kind": "import", "uploads": [answer.json()["id"]], "table": "places"})
    (number,) = told["facts"]["imports"]
    assert "撤销这次导入" in writing.get(f"/desk/jobs/{told['id']}").text
    writing.post(f"/api/v1/imports/{number}/undo", json={})
    (row,) = [each for each in writing.get("/api/v1/imports").json()["rows"] if each["id"] == number]
    page, listed = (writing.get(f"/desk/jobs{way}").text for way in (f"/{told['id']}", ""))
    assert "撤销这次导入" not in page
    assert f"已撤销（编号 {row['undone']}）" in page
    assert f"已撤销（编号 {row['undone']}）" in listed
