"""The town's checklists through the service: read, changed, refused."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.settings import Settings
from geodata.model import Town
from geodata.store import create_store, open_store

OWN = '[[checklist]]\nid = "own"\nname = "本镇"\nitems = ["门口畅通"]\n'


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Make an empty town."""
    path = tmp_path / "town.gpkg"
    create_store(path, Town("某镇", "441900121")).close()
    return path


@pytest.fixture
def client(path: Path) -> Iterator[TestClient]:
    """Serve it."""
    with TestClient(create_app(Settings(store=path)), base_url="http://127.0.0.1:8000") as client:
        yield client


def tag_on(client: TestClient) -> str:
    """Give the tag that the page holds."""
    page = client.get("/desk/checklists").text
    return page.split('data-match="')[1].split('"')[0].replace("&#34;", '"')


def test_changed(client: TestClient, path: Path) -> None:
    """A new file holds at once, for phones and on the page, and stands in the audit."""
    kept = client.post("/api/v1/checklists", json={"text": OWN}, headers={"If-Match": tag_on(client)})
    assert (kept.status_code, kept.json()) == (201, {"checklists": 1, "items": 1})
    assert [each["name"] for each in client.get("/api/v1/checklists").json()["rows"]] == ["本镇"]
    assert "门口畅通" in client.get("/desk/checklists").text
    with open_store(path) as store:
        assert store.checklists_text() == OWN
        assert store.audit(1)["action"].tolist() == ["checklists"]


def test_a_wrong_one_changes_nothing(client: TestClient, path: Path) -> None:
    """What is wrong is told with the list and the item, and the lists stay as they are."""
    wrong = client.post("/api/v1/checklists", json={"text": OWN.replace('["门口畅通"]', "[3]")})
    assert wrong.status_code == 422
    assert "检查表“本镇”第 1 项" in wrong.json()["detail"]
    with open_store(path) as store:
        assert store.version() == store.audit(1)["id"].iloc[0]
        assert store.audit(1)["action"].tolist() != ["checklists"]


@pytest.mark.parametrize("elsewhere", [False, True])
def test_what_another_changed_is_not_written_over(client: TestClient, path: Path, elsewhere: bool) -> None:
    """Who saw the lists before another changed them, here or by a command, is refused; theirs stay."""
    seen = tag_on(client)
    theirs = OWN.replace("门口", "后门")
    if elsewhere:
        with open_store(path, write=True) as store:
            store.write_checklists(theirs, actor="clerk", source="own.toml")
    else:
        assert client.post("/api/v1/checklists", json={"text": theirs}).status_code == 201
    refused = client.post("/api/v1/checklists", json={"text": OWN}, headers={"If-Match": seen})
    assert refused.status_code == 412
    with open_store(path) as store:
        assert store.checklists_text() == theirs
