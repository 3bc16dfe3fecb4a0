"""Bad inputs by their names: each is told in words, none is an error of ours, nothing of them is written."""

from __future__ import annotations

import json
import struct
import zlib
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

import pytest

from tests.fuzz.drawn import POSTS
from tests.fuzz.requests import Got, Sent, fault, send
from tests.fuzz.town import Served

JSON = (b"content-type", b"application/json")
PHOTO = (b"content-type", b"image/jpeg")
TOMORROW = (datetime.now(UTC) + timedelta(days=2)).isoformat()
VISIT = '{"place_id":"HC000001","at":"2024-06-30T09:00:00+08:00","officer":"AQ001",'
NUMBERS = ("NaN", "Infinity", "-Infinity", "1e400", "-1e400", "9" * 400, "1" + "0" * 5000)
TEXTS = {"NUL": "\\u0000", "lone high": "\\ud800", "lone low": "a\\udfff", "pair the wrong way": "\\udc00\\ud800"}
TEXT_FIELDS = [
    (path, name)
    for path, fields in POSTS.items()
    for name, values in fields.items()
    if values[0].startswith('"') and path != "/api/v1/jobs"
]
"""Where a body has a text; what a job asks for has tests of its own."""


def asked(service: Served, method: str, address: str, body: bytes = b"", *more: tuple[bytes, bytes], **as_: str) -> Got:
    """Send a request as the clerk, or as another caller, and see that a refusal is a problem document."""
    own = service.callers[as_.get("caller", "clerk")]
    path, _, query = address.partition("?")
    head = [(name.lower().encode(), value.encode()) for name, value in own.items()]
    if method in ("POST", "PUT"):
        head += [(b"content-length", str(len(body)).encode())]
    sent = Sent(method, path, query.encode(), (*head, *more), (body,))
    got = send(service.app, sent)
    assert fault(sent, got) is None
    return got


def posted(service: Served, path: str, body: str, **as_: str) -> Got:
    """Post JSON text."""
    return asked(service, "POST", path, body.encode(), JSON, **as_)


def said(got: Got) -> str:
    """Give the sentence of a refusal."""
    return str(json.loads(got.body)["detail"])


@pytest.mark.parametrize("number", NUMBERS, ids=lambda number: number[:8])
def test_numbers_that_are_none(village: Served, number: str) -> None:
    """NaN, infinity and numbers beyond every float are no position, no accuracy, no page, no place to look near."""
    for field in ("lon", "lat", "accuracy"):
        got = posted(village, "/api/v1/inspections", f'{VISIT}"{field}":{number}}}')
        assert got.status == (400 if len(number) > 4300 else 422)  # Python reads no longer whole number
        assert got.status == 400 or field in said(got)
    for query in (f"limit={number}", f"offset={number}", f"bbox={number},1,2,3", f"near={number},1,2"):
        assert asked(village, "GET", f"/api/v1/places?{query}").status == 422
    for query in (f"headcount={number}", f"bbox={number},1,2,3", f"filter=headcount>{number}"):
        assert asked(village, "GET", f"/ogc/collections/places/items?{query}").status == 400


@pytest.mark.parametrize(("path", "field"), TEXT_FIELDS, ids=[f"{path} {name}" for path, name in TEXT_FIELDS])
def test_texts_that_are_none(village: Served, path: str, field: str) -> None:
    """NUL and halves of characters are taken in no text of any body, and never sent back."""
    for text in TEXTS.values():
        others = {name: values[0] for name, values in POSTS[path].items()} | {field: f'"{text}"'}
        others |= {"password": '"a"'} if path.endswith("session") else {}
        got = posted(village, path, "{" + ",".join(f'"{name}":{value}' for name, value in others.items()) + "}")
        assert got.status == 422, (text, got.body)
        assert field in [error["field"] for error in json.loads(got.body)["errors"]], (text, got.body)
        assert b"\\ud8" not in got.body.lower()


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS.keys())
def test_texts_that_are_none_elsewhere(village: Served, text: str) -> None:
    """Nor in lists, names of fields, texts inside of lists, or as the whole body."""
    bodies = (f'{VISIT}"note":["{text}"]}}', f'{VISIT}"{text}":1}}', f'"{text}"', f'["{text}"]')
    assert [posted(village, "/api/v1/inspections", body).status for body in bodies] == [422] * 4
    photos = VISIT.replace('"at"', '"found_at"').replace('"officer":"AQ001",', f'"photos":["{text}"]}}')
    assert posted(village, "/api/v1/hazards", photos).status == 422


@pytest.mark.parametrize("raw", [b"\x00", b"\xed\xa0\x80", b"a\x00b", b"\xff"])
def test_ids_that_are_no_text(village: Served, raw: bytes) -> None:
    """NUL, halves of characters and bytes of another encoding name nothing, in a path or in a query."""
    quoted = "".join(f"%{byte:02X}" for byte in raw)
    for noun in ("places", "hazards", "inspections", "areas/grid"):
        assert asked(village, "GET", f"/api/v1/{noun}/{raw.decode('utf-8', 'replace')}").status == 404
    for query in (f"places?area={quoted}", f"todo?who={quoted}", f"places?cursor={quoted}"):
        assert asked(village, "GET", f"/api/v1/{query}").status in (404, 422)


DOORS = (
    ("POST", "/api/v1/inspections", JSON),
    ("POST", "/api/v1/tracks", JSON),
    ("POST", "/api/v1/session", JSON),
    ("PUT", f"/api/v1/photos/{'0' * 64}", PHOTO),
    ("POST", "/openrosa/submission", (b"content-type", b"multipart/form-data; boundary=b")),
)


@pytest.mark.parametrize(("method", "path", "kind"), DOORS, ids=[door[1][:20] for door in DOORS])
def test_a_hundred_megabytes(village: Served, method: str, path: str, kind: tuple[bytes, bytes]) -> None:
    """A body of 100 MB is refused by its length, before a byte of it is read."""
    own = tuple((name.lower().encode(), value.encode()) for name, value in village.callers["clerk"].items())
    sent = Sent(method, path, b"", (*own, kind, (b"content-length", str(100 * 2**20).encode())), (b"x",), cut=True)
    got = send(village.app, sent)
    assert (got.status, fault(sent, got)) == (413, None)


def test_a_hundred_megabytes_of_unknown_length(village: Served) -> None:
    """Phones may leave the length open: what comes is counted, and refused where it becomes too much."""
    own = tuple((name.lower().encode(), value.encode()) for name, value in village.callers["clerk"].items())
    kind = (b"content-type", b"multipart/form-data; boundary=b")
    start = b'--b\r\ncontent-disposition: form-data; name="a.jpg"; filename="a.jpg"\r\n\r\n'
    parts = (start, *[bytes(2**20)] * 100, b"\r\n--b--\r\n")
    for path, status in (("/openrosa/submission", 413), ("/api/v1/inspections", 411)):
        told = JSON if status == 411 else kind
        sent = Sent("POST", path, b"", (*own, told, (b"transfer-encoding", b"chunked")), parts)
        assert send(village.app, sent).status == status


def _png(width: int, height: int) -> bytes:
    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(bytes(99))) + chunk(b"IEND", b"")


def _jpeg(width: int, height: int) -> bytes:
    size = b"\xff\xc0\x00\x11\x08" + struct.pack(">HH", height, width) + b"\x03\x01\x22\x00\x02\x11\x01\x03\x11\x01"
    return b"\xff\xd8" + size + b"\xff\xda\x00\x0c\x03\x01\x00\x02\x11\x03\x11\x00\x3f\x00" + bytes(9) + b"\xff\xd9"


NO_PHOTOS: Mapping[str, bytes] = {
    "1,000 megapixels, PNG": _png(40_000, 25_000),
    "1,000 megapixels, JPEG": _jpeg(40_000, 25_000),
    "nothing": b"",
    "a page": b"<!doctype html><script>alert(1)</script>",
    "drawn in text": b'<svg xmlns="http://www.w3.org/2000/svg"/>',
    "a program": b"MZ" + bytes(200),
    "a PDF": b"%PDF-1.7\n",
    "an archive": b"PK\x03\x04" + bytes(60),
    "a start alone": b"\xff\xd8\xff\xe0",
    "a video": bytes(4) + b"ftypmp42" + bytes(60),
}


@pytest.mark.parametrize("content", NO_PHOTOS.values(), ids=NO_PHOTOS.keys())
def test_photos_that_are_none(village: Served, content: bytes) -> None:
    """A photo of 1,000 megapixels is not unfolded, and what is no photo is none whatever type it is said to be."""
    photo = sha256(content).hexdigest()
    got = asked(village, "PUT", f"/api/v1/photos/{photo}", content, PHOTO)
    assert got.status == 422
    assert asked(village, "GET", f"/api/v1/photos/{photo}").status == 404


@pytest.mark.parametrize(
    "moment", [TOMORROW, "2199-12-31T23:59:59+08:00", "9999-12-31T23:59:59-12:00"], ids=["soon", "far", "last"]
)
def test_times_to_come(village: Served, moment: str) -> None:
    """What is still to come was not seen: inspections, hazards, steps, tracks and stops of it are refused."""
    visit, place = VISIT.replace("2024-06-30T09:00:00+08:00", moment), '"place_id":"HC000001"'
    stop = f'{{"id":"later","date":"2024-06-30","officer":"AQ001",{place},"reason":"无人",'
    fix = '{"at":"%s","lon":113.7,"lat":22.8}'
    bodies = {
        "inspections": f'{visit}"id":"later"}}',
        "hazards": f'{{{place},"found_at":"{moment}"}}',
        "hazards/YH000001/steps": f'{{"action":"assign","actor":"a","role":"clerk","at":"{moment}"}}',
        "tracks": f'{{"id":"later","officer":"AQ001","fixes":[{fix % "2024-06-30T09:00:00+08:00"},{fix % moment}]}}',
        "routes/skips": f'{stop}"at":"{moment}"}}',
    }
    answers = {path: posted(village, f"/api/v1/{path}", body).status for path, body in bodies.items()}
    assert answers == dict.fromkeys(bodies, 422)
    assert asked(village, "GET", "/api/v1/inspections/later").status == 404


def _foreign(village: Served) -> tuple[str, str]:
    """Give a community and a place that the manager does not see."""
    areas: list[dict[str, Any]] = json.loads(asked(village, "GET", "/api/v1/areas?level=community").body)["rows"]
    mine = json.loads(asked(village, "GET", "/api/v1/places?limit=1000", caller="manager").body)["rows"]
    whole = json.loads(asked(village, "GET", "/api/v1/places?limit=1000").body)["rows"]
    seen = {row["id"] for row in mine}
    return areas[-1]["code"], next(row["id"] for row in whole if row["id"] not in seen)


def test_foreign_areas(village: Served) -> None:
    """Another's area and places are not there: not listed, not shown, not written to, in the words of what is not."""
    area, place = _foreign(village)
    assert asked(village, "GET", f"/api/v1/places/{place}").status == 200
    for caller in ("manager", "inspector"):
        for address in (f"places/{place}", f"areas/community/{area}", f"places?area=community:{area}"):
            got = asked(village, "GET", f"/api/v1/{address}", caller=caller)
            nothing = asked(
                village, "GET", f"/api/v1/{address.replace(place, 'no').replace(area, 'no')}", caller=caller
            )
            assert got.status == nothing.status
            assert got.status in (404, 422)
        body = VISIT.replace("HC000001", place) + '"id":"foreign"}'
        assert posted(village, "/api/v1/inspections", body, caller=caller).status in (403, 404, 422)
    assert asked(village, "GET", "/api/v1/inspections/foreign").status == 404


def test_tokens_that_hold_no_more(village: Served) -> None:
    """An expired, revoked, cut or made-up token is nobody's: 401, reading and writing alike, and never said which."""
    accounts = village.app.state.accounts
    expired = accounts.make_token("clerk", "t", -1, read_only=False)[1]
    token, revoked = accounts.make_token("clerk", "t", 1, read_only=False)
    accounts.revoke("clerk", token.number, "t")
    sentences = set()
    for secret in (expired, revoked, revoked[:-1], "wg_" + "A" * 43, "", "\u00ff"):
        held = (b"authorization", f"Bearer {secret}".encode("latin-1"))
        for got in (
            asked(village, "GET", "/api/v1/town", b"", held, caller="nobody"),
            asked(village, "POST", "/api/v1/inspections", b"{}", JSON, held, caller="nobody"),
            asked(village, "GET", "/ogc/collections", b"", held, caller="nobody"),
        ):
            assert got.status == 401
            sentences.add(said(got))
    assert len(sentences) == 1


def test_requests_sent_again(village: Served) -> None:
    """A post sent again is written once; its key on another post is refused; its id with other content too."""
    key = (b"idempotency-key", b"again")
    body = f'{VISIT}"id":"again"}}'.encode()
    once, again = (asked(village, "POST", "/api/v1/inspections", body, JSON, key) for _ in range(2))
    assert (once.status, again.status, again.headers["idempotent-replayed"]) == (201, 201, "true")
    assert once.body == again.body
    other = body.replace(b"09:00", b"10:00")
    assert asked(village, "POST", "/api/v1/inspections", other, JSON, key).status == 422
    assert asked(village, "POST", "/api/v1/inspections", other, JSON).status == 409
    assert asked(village, "POST", "/api/v1/inspections", body, JSON).status == 200
    assert asked(village, "POST", "/api/v1/inspections", body, JSON, key, caller="inspector").status in (200, 403, 422)
