"""Odd requests to every door: no error of ours, no slow answer, each refusal a problem document."""

from __future__ import annotations

import pytest

from tests.fuzz.requests import Sent, fault, send
from tests.fuzz.town import Served
from tests.fuzz.trials import try_out

JSON = (b"content-type", b"application/json")
SEED, REQUESTS = 6, 150
"""`make fuzz` sends as many as it has time for."""


def own(village: Served, caller: str) -> tuple[tuple[bytes, bytes], ...]:
    """Give the headers by which somebody comes in."""
    return tuple((name.lower().encode(), value.encode()) for name, value in village.callers[caller].items())


def test_odd_requests(village: Served) -> None:
    """Of a fixed row of requests none is answered by an error of ours; some are answered, most are refused."""
    tried = try_out(village, SEED, REQUESTS)
    assert not tried.faults, "\n\n".join(tried.faults[:5])
    assert tried.statuses.total() >= REQUESTS * 3 // 4
    assert tried.statuses[200] > 5
    assert {400, 401, 403, 404, 405, 411, 413, 415, 422} <= set(tried.statuses)


@pytest.mark.parametrize("query", [b"area=\xca\xd0", b"\xff", b"cursor=\xe5\xad", b"a=%ff&\xc3\xbc=\xca"])
def test_query_that_is_no_text(village: Served, query: bytes) -> None:
    """Bytes of another encoding in a query are a problem with a name, as if the client had written them as %XX."""
    got = send(village.app, Sent("GET", "/api/v1/places", query, own(village, "clerk")))
    assert got.status == 422
    assert fault(Sent("GET", "/api/v1/places"), got) is None


@pytest.mark.parametrize(
    ("method", "path", "kind"),
    [
        ("PUT", "/api/v1/photos/" + "0" * 64, b"image/jpeg"),
        ("POST", "/openrosa/submission", b"multipart/form-data; boundary=b"),
        ("POST", "/api/v1/inspections", b"application/json"),
        ("POST", "/api/v1/uploads", b"application/octet-stream"),
    ],
)
@pytest.mark.parametrize("key", [(), ((b"idempotency-key", b"k"),)], ids=["bare", "keyed"])
def test_broken_off(village: Served, method: str, path: str, kind: bytes, key: tuple[tuple[bytes, bytes], ...]) -> None:
    """Who goes away in the middle of a body is no error of ours."""
    head = (*own(village, "clerk"), (b"content-type", kind), (b"content-length", b"100"), *key)
    query = b"name=a.csv" if path.endswith("uploads") else b""
    got = send(village.app, Sent(method, path, query, head, parts=(b"--b\r\n",), cut=True))
    assert got.status in (0, 400, 422)


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "TRACE", "OPTIONS", "QUERY"])
def test_methods_without_a_body(village: Served, method: str) -> None:
    """A method that an address has not is 405 whatever it brings, and told with all that the address has."""
    got = send(village.app, Sent(method, "/api/v1/inspections", b"", own(village, "clerk")))
    assert got.status == 405
    assert got.headers["allow"] == "GET, HEAD, POST"


def test_key_on_a_path_that_takes_no_post(village: Served) -> None:
    """A post with a key to an address that has none is 405 before its body is read."""
    head = (*own(village, "clerk"), (b"idempotency-key", b"k"))
    got = send(village.app, Sent("POST", "/api/v1/town", b"", head, parts=(b"a",) * 3, cut=True))
    assert got.status == 405


@pytest.mark.parametrize("wrong", ["true", "1", "0", '"false"', "NaN", "1e400", "[]", '"\\ud800"', '{"a":1}'])
def test_wrong_values(village: Served, wrong: str) -> None:
    """A value that is no place, moment or number is refused by the name of its field."""
    for name in ("place_id", "at", "lon", "accuracy"):
        text = f'{{"place_id":"HC000001","at":"2024-06-30T09:00:00+08:00","{name}":{wrong}}}'
        if name in ("lon", "accuracy") and wrong in ("1", "0"):
            continue
        body = text.encode()
        head = (*own(village, "clerk"), JSON, (b"content-length", str(len(body)).encode()))
        got = send(village.app, Sent("POST", "/api/v1/inspections", b"", head, parts=(body,)))
        assert got.status == 422, (name, wrong, got.body)
        assert fault(Sent("POST", "/api/v1/inspections"), got) is None
