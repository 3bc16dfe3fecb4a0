"""What is compressed on its way, and for whom."""

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient

GZIP = {"Accept-Encoding": "gzip"}


@pytest.mark.parametrize("path", ["/board", "/static/wangge.css", "/api/v1/places?limit=200"])
def test_long_texts_are_compressed(client: TestClient, path: str) -> None:
    """Pages, styles and JSON above a kilobyte are, and say what they depend on; the text is the same."""
    packed, plain = client.get(path, headers=GZIP), client.get(path, headers={"Accept-Encoding": "identity"})
    assert packed.headers["content-encoding"] == "gzip"
    assert "accept-encoding" in packed.headers["vary"].lower()
    assert int(packed.headers["content-length"]) < len(plain.content)
    assert "content-encoding" not in plain.headers
    assert packed.content == plain.content


@pytest.mark.parametrize("path", ["/api/v1/town", "/board.png"])
def test_short_or_packed_answers_are_not(client: TestClient, path: str) -> None:
    """What is small, or compressed in itself, goes as it is."""
    assert "content-encoding" not in client.get(path, headers=GZIP).headers


@pytest.mark.parametrize(("site", "packed"), [("same-origin", True), ("none", True), ("cross-site", False)])
def test_nothing_is_compressed_for_a_foreign_page(client: TestClient, site: str, packed: bool) -> None:
    """A page of another site can't learn from lengths (BREACH): what it asks for is not compressed."""
    answer = client.get("/board", headers={**GZIP, "Sec-Fetch-Site": site})
    assert ("content-encoding" in answer.headers) == packed


def test_tags_and_parts_of_files(client: TestClient) -> None:
    """A compressed file has a weak tag and no parts, which would not fit; who has it is told so."""
    packed = client.get("/static/wangge.css", headers=GZIP)
    assert packed.headers["etag"].startswith("W/")
    assert "accept-ranges" not in packed.headers
    again = client.get("/static/wangge.css", headers={**GZIP, "If-None-Match": packed.headers["etag"]})
    assert again.status_code == 304
    part = client.get("/static/wangge.css", headers={**GZIP, "Range": "bytes=0-1999"})
    assert (part.status_code, len(part.content)) == (206, 2000)
    assert "content-encoding" not in part.headers
