"""Files that are sent in."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from api.idempotency import HEADER
from api.jobs import uploads

RAW = {"content-type": "application/octet-stream"}


def send(client: TestClient, name: str, content: bytes, **headers: str) -> tuple[int, dict[str, str]]:
    """Send a file in; give status and answer."""
    answer = client.post("/api/v1/uploads", params={"name": name}, content=content, headers=RAW | headers)
    return answer.status_code, answer.json()


def kept(tmp_path: Path) -> list[str]:
    """Give the files that were kept."""
    return sorted(each.name for each in (tmp_path / "town.uploads").rglob("*") if each.is_file())


def test_kept_once_for_this_user(writing: TestClient, tmp_path: Path) -> None:
    """The same bytes under the same name are one file; another name makes another; nobody else reads them."""
    first, again, other = (send(writing, name, b"a,b\n1,2\n") for name in ("甲.csv", "甲.csv", "乙.csv"))
    assert (first[0], first) == (201, again)
    assert other[1]["id"] != first[1]["id"]
    assert kept(tmp_path) == ["乙.csv", "甲.csv"]
    modes = {each.stat().st_mode & 0o077 for each in (tmp_path / "town.uploads").rglob("*")}
    assert modes == {0}


@pytest.mark.parametrize(
    ("name", "kept_as"),
    [
        ("../../town.gpkg", "town.gpkg"),
        ("C:\\台账\\a.csv", "a.csv"),
        ("..", "未命名"),
        ("a\x00<b>.csv", "a  b .csv"),
        ("长" * 100 + ".xlsx", "长" * 75 + ".xlsx"),
        ("a" * 100 + "." + "b" * 20, "a" * 80),
    ],
)
def test_names_are_names(writing: TestClient, tmp_path: Path, name: str, kept_as: str) -> None:
    """No name leads out of the folder or holds what a system can't keep."""
    before = (tmp_path / "town.gpkg").stat().st_size
    assert send(writing, name, b"x")[1]["name"] == kept_as
    assert kept(tmp_path) == [kept_as]
    assert (tmp_path / "town.gpkg").stat().st_size == before


def test_what_is_not_taken(writing: TestClient, tmp_path: Path) -> None:
    """An empty file, one over the limit, one of another type, one that another page sent: nothing of it stays."""
    assert send(writing, "a.csv", b"")[0] == 422
    assert send(writing, "a.csv", b"x", **{"content-length": str(uploads.MOST_BYTES + 1)})[0] == 413
    assert send(writing, "a.csv", b"x", **{"content-type": "application/json"})[0] == 415
    assert send(writing, "a.csv", b"x", origin="http://evil.example")[0] == 403
    folder = tmp_path / "town.uploads"
    assert not folder.exists() or list(folder.iterdir()) == []


def test_a_key_is_not_needed(writing: TestClient) -> None:
    """A file with an idempotency key is taken as one without: it is known by its bytes, and not held in memory."""
    first, again = (send(writing, "a.csv", content, **{HEADER: "k"}) for content in (b"1", b"2"))
    assert (first[0], again[0]) == (201, 201)


def test_what_never_came_goes(tmp_path: Path) -> None:
    """What a service that was killed had begun to take goes after a day; what is on its way stays."""
    for name, age in ((".part-old", 25 * 3600), (".part-new", 3600)):
        (tmp_path / name).mkdir()
        (tmp_path / name / "a.csv").write_bytes(b"x")
        os.utime(tmp_path / name, (time.time() - age,) * 2)
    uploads._tidy(tmp_path, ())
    assert [each.name for each in tmp_path.iterdir()] == [".part-new"]


def test_all_that_a_job_needs() -> None:
    """A job needs its form and its gazetteer as well as its files."""
    asked = {"kind": "import", "uploads": ["1", "2"], "form": "3", "gazetteer": "4"}
    assert list(uploads.files_of(asked)) == ["1", "2", "3", "4"]
    assert list(uploads.files_of({"kind": "check", "form": None})) == []


def test_old_ones_go(writing: TestClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is older than its time goes with the next file; so do the oldest where they are too much."""
    old = send(writing, "old.csv", b"x")[1]["id"]
    os.utime(tmp_path / "town.uploads" / old, (0, 0))
    send(writing, "a.csv", b"123")
    assert kept(tmp_path) == ["a.csv"]
    monkeypatch.setattr(uploads, "KEPT_BYTES", 5)
    os.utime(next((tmp_path / "town.uploads").iterdir()), (1.7e9, 1.7e9))
    monkeypatch.setattr(uploads, "KEPT_S", 1e12)
    send(writing, "b.csv", b"456")
    assert kept(tmp_path) == ["b.csv"]
