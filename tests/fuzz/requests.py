"""Requests that no well-meaning program sends: drawn by hypothesis, sent as bytes to the application.

They go past every client library, as ASGI messages: a client would not send a header with a line break, a body that
ends before its length or text that is no UTF-8.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from time import process_time
from typing import Any
from urllib.parse import quote

from fastapi import FastAPI
from hypothesis import strategies as st

HOST = (b"host", b"127.0.0.1:8000")
MOST_SECONDS = 5.0
"""Of processor time; the first answer about a day reckons the whole village."""


@dataclass(frozen=True)
class Sent:
    """A request: `parts` of its body as they come from the network; `cut`: the asker goes away after them."""

    method: str
    path: str
    query: bytes = b""
    headers: tuple[tuple[bytes, bytes], ...] = ()
    parts: tuple[bytes, ...] = (b"",)
    cut: bool = False


@dataclass(frozen=True)
class Got:
    """What came back; status 0 when the asker was gone before."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    seconds: float


def send(app: FastAPI, sent: Sent) -> Got:
    """Send a request to an application, and give its answer. What the application raises is raised."""
    with ThreadPoolExecutor(1) as own:  # this thread may have a loop already: a browser's of the tests before
        return own.submit(lambda: asyncio.run(_sent(app, sent))).result()


async def _sent(app: FastAPI, sent: Sent) -> Got:
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": sent.method,
        "scheme": "http",
        "path": sent.path,
        "raw_path": quote(sent.path).encode(),
        "root_path": "",
        "query_string": sent.query,
        "headers": [HOST, *sent.headers],
        "client": ("127.0.0.1", 50000),
        "server": ("127.0.0.1", 8000),
        "state": {},
    }
    coming: list[dict[str, Any]] = [{"type": "http.request", "body": part, "more_body": True} for part in sent.parts]
    if not sent.cut:
        coming[-1]["more_body"] = False
    answer: list[dict[str, Any]] = []
    over = asyncio.Event()

    async def receive() -> dict[str, Any]:
        if coming:
            return coming.pop(0)
        if not sent.cut:
            await over.wait()
        return {"type": "http.disconnect"}

    async def sending(message: dict[str, Any]) -> None:
        answer.append(message)
        if message["type"] == "http.response.body" and not message.get("more_body", False):
            over.set()

    begin = process_time()
    await app(scope, receive, sending)
    seconds = process_time() - begin
    start = next((each for each in answer if each["type"] == "http.response.start"), None)
    if start is None:
        return Got(0, {}, b"", seconds)
    headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in start["headers"]}
    return Got(start["status"], headers, b"".join(each.get("body", b"") for each in answer), seconds)


def fault(sent: Sent, got: Got) -> str | None:
    """Say what is wrong with an answer: our error, too slow, or a refusal that is no problem document."""
    if got.status >= 500 or got.seconds > MOST_SECONDS:
        return f"{got.status} after {got.seconds:.1f} s: {sent} {got.body[:300]!r}"
    if got.status >= 400 and sent.path.startswith("/api/"):
        if got.headers.get("content-type") != "application/problem+json":
            return f"{got.status} is no problem document: {sent} {got.headers}"
        if sent.method == "HEAD":
            return f"HEAD has a body: {sent} {got.body[:300]!r}" if got.body else None
        told = json.loads(got.body)
        if told["status"] != got.status or not told["detail"]:
            return f"{got.status} says another thing: {sent} {told}"
    return None


ODD_TEXT = (
    *("", " ", "\x00", "\ufeff", "\u202e", "🏭" * 50, "0" * 300, "'; DROP TABLE places;--", "../../etc/passwd"),
    *("NaN", "1e400", "-0", "null", "%00", "%ff", "<script>", "community:", ":", "９９", "2024-02-30", "0000-00-00"),
)
ODD_JSON = (
    *("NaN", "Infinity", "-Infinity", "1e400", "-1e-400", "9" * 400, "1" + "0" * 5000, '"\\ud800"', '"\\udc00\\ud800"'),
    *('"\\u0000"', '"\\ufeff"', "[" * 20_000, '{"a":' * 5_000, "[" * 200 + "]" * 200, "{}", "[]", "null", "true", '""'),
    *(
        '"2024-02-30T25:61:00+99:00"',
        '"9999-12-31T23:59:59+00:00"',
        '"0001-01-01T00:00:00-23:59"',
        '"' + "字" * 9_000 + '"',
    ),
)
"""Pieces of JSON text, some of which end before they should."""


def bodies(fields: Mapping[str, Sequence[str]]) -> st.SearchStrategy[bytes]:
    """Give bodies of an object with some of its fields odd, doubled, or missing, in a right or a wrong encoding."""
    pairs = st.lists(
        st.sampled_from(sorted(fields)).flatmap(
            lambda name: st.tuples(st.just(name), st.sampled_from([*fields[name], *fields[name], *ODD_JSON]) | _json())
        ),
        max_size=2 * len(fields),
    )
    texts = pairs.map(lambda each: "{" + ",".join(f'"{name}":{value}' for name, value in each) + "}")
    right = st.tuples(texts, st.sampled_from(["utf-8", "utf-8", "utf-8-sig", "utf-16", "gb18030"])).map(_encoded)
    return right | st.sampled_from(ODD_JSON).map(str.encode) | st.binary(max_size=200)


def _encoded(given: tuple[str, str]) -> bytes:
    return given[0].encode(given[1])


def _json() -> st.SearchStrategy[str]:
    leaves = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20)
    return st.recursive(leaves, lambda inner: st.lists(inner, max_size=3), max_leaves=5).map(json.dumps)


def queries(names: Sequence[str]) -> st.SearchStrategy[bytes]:
    """Give query strings: known names and others, odd words, bytes that are no text."""
    words = st.sampled_from(ODD_TEXT) | st.text(max_size=30)
    quoted = words.map(lambda word: quote(word, safe="").encode())
    value = quoted | st.binary(max_size=30).map(lambda raw: quote(raw).encode()) | st.binary(max_size=10)
    pair = st.tuples(st.sampled_from(names).map(str.encode) | quoted, value).map(b"=".join)
    return st.lists(pair, max_size=4).map(b"&".join)


HEADER_NAMES = (
    *("cookie", "authorization", "if-match", "if-none-match", "idempotency-key", "accept", "accept-encoding", "origin"),
    *("content-length", "transfer-encoding", "x-request-id", "range", "forwarded", "x-forwarded-for", "sec-fetch-site"),
)
HEADER_WORDS = (
    *(
        b"",
        b"*",
        b'"',
        b'"a", W/"b"',
        b"Bearer",
        b"Bearer wg_" + b"A" * 43,
        b"Bearer \xff\xfe",
        b"Basic",
        b"Basic =====",
    ),
    *(
        b"Basic //79",
        b"Basic OmFh",
        b"Basic YWE=",
        b"wangge_session=",
        b"wangge_session=\xff; a",
        b"wangge_session=" + b"a" * 5000,
    ),
    *(b"-1", b"1e9", b"999999999999", b"\xc2\xb2", b"chunked", b"bytes=0-,-1", b"null", b"http://[", b'for="[::1"'),
)


def headers() -> st.SearchStrategy[tuple[tuple[bytes, bytes], ...]]:
    """Give headers of the kinds that the service reads, with odd values."""
    value = st.sampled_from(HEADER_WORDS) | st.binary(max_size=40)
    pair = st.tuples(st.sampled_from(HEADER_NAMES).map(str.encode), value)
    return st.lists(pair, max_size=3).map(tuple)


def writes(method: str, path: str, body: st.SearchStrategy[bytes], kind: bytes) -> st.SearchStrategy[Sent]:
    """Give writes of a body: whole, in two parts, without its length, declared too long, or broken off."""

    def sent(drawn: tuple[bytes, tuple[tuple[bytes, bytes], ...], str]) -> Sent:
        content, more, way = drawn
        half = len(content) // 2
        length = {"whole": len(content), "cut": len(content) + 10, "huge": 100 * 2**20}.get(way)
        told = () if length is None else ((b"content-length", str(length).encode()),)
        told = ((b"transfer-encoding", b"chunked"),) if way == "chunked" else told
        head = ((b"content-type", kind), *told, *more)
        return Sent(method, path, headers=head, parts=(content[:half], content[half:]), cut=way in ("cut", "huge"))

    ways = st.sampled_from(["whole", "whole", "whole", "chunked", "huge", "cut", "none"])
    return st.tuples(body, headers(), ways).map(sent)
