"""Exports of form servers, made as their documentation says they are."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import xlsxwriter

UUID = "uuid:6f0e5a1c-0000-4000-8000-00000000000"
ODK = ("SubmissionDate", "start", "visit-place_id", "visit-result", "where-Latitude", "where-Longitude",
       "where-Altitude", "where-Accuracy", "photo", "meta-instanceID", "KEY", "SubmitterName")  # fmt: skip
KOBO = ("start", "end", "visit/place_id", "visit/result", "where", "_where_latitude", "_where_longitude",
        "_where_altitude", "_where_precision", "photo", "_id", "_uuid", "_submission_time", "_submitted_by",
        "_index")  # fmt: skip


def odk(folder: Path) -> Path:
    """Write an export of ODK Central: the form's csv, and one for its repeat group."""
    rows = [
        ["2024-03-05T10:00:00.000Z", "2024-03-05T09:07:00.000+08:00", f"P{n}", "pass", 22.8, 113.6 + n / 100, 5, 8.5,
         f"{n}.jpg", f"{UUID}{n}", f"{UUID}{n}", "张三"]
        for n in (1, 2)
    ]  # fmt: skip
    csv_file(folder / "巡查.csv", [ODK, *rows])
    repeats = [["fire", "灭火器过期", f"{UUID}2", f"{UUID}2/hazards[1]"], ["electric", "电线外露", f"{UUID}2", "x"]]
    return csv_file(folder / "巡查-hazards.csv", [("category", "description", "PARENT_KEY", "KEY"), *repeats])


def csv_file(path: Path, rows: list[Any]) -> Path:
    """Write a csv."""
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(rows)
    return path


def kobo(path: Path, *, parts: bool = True) -> Path:
    """Write an export of KoboToolbox: a sheet for the form, one for its repeat group."""
    head = [name for name in KOBO if parts or not name.startswith("_where")]
    values = {
        "start": "2024-03-05T09:07:00.000+08:00", "end": "2024-03-05T09:30:00.000+08:00", "visit/result": "pass",
        "where": "22.8 113.61 5 8.5", "_where_latitude": 22.8, "_where_longitude": 113.61, "_where_altitude": 5,
        "_where_precision": 8.5, "photo": "1.jpg", "_submission_time": "2024-03-05T02:00:00", "_submitted_by": "张三",
    }  # fmt: skip
    rows = [
        [{**values, "visit/place_id": f"P{n}", "_id": n, "_uuid": f"u{n}", "_index": n}[c] for c in head]
        for n in (1, 2)
    ]
    repeat = ("category", "description", "_index", "_parent_table_name", "_parent_index", "_submission__uuid")
    hazards = [["fire", "灭火器过期", 1, "巡查", 2, "u2"], ["electric", "电线外露", 2, "巡查", 2, "u2"]]
    book(path, 巡查=[head, *rows], hazards=[repeat, *hazards])
    return path


def book(path: Path, **sheets: Any) -> Path:
    """Write a workbook, one list of rows a sheet."""
    made = xlsxwriter.Workbook(path)
    for name, rows in sheets.items():
        page = made.add_worksheet(name)
        for at, row in enumerate(rows):
            page.write_row(at, 0, row)
    made.close()
    return path


def definition(path: Path) -> Path:
    """Write an XLSForm whose questions have Chinese labels and coded answers."""
    survey = [
        ["type", "name", "label::English (en)", "label::中文 (zh)"],
        ["start", "start", "", ""],
        ["text", "place_id", "place", "企业编号"],
        ["select_one results", "result", "result", "检查结果"],
        ["select_multiple kinds", "category", "kind", "隐患类别"],
        ["image", "photo", "photo", "现场照片"],
    ]
    choices = [
        ["list_name", "name", "label::English (en)", "label::中文 (zh)"],
        ["results", "pass", "pass", "合格"],
        ["kinds", "fire", "fire", "消防"],
        ["kinds", "electric", "power", "用电"],
    ]
    return book(path, survey=survey, choices=choices, settings=[["form_id"], ["f"]])
