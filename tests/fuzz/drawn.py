"""What is drawn for each door of the service: bodies, multipart, query strings, filters, headers."""

from __future__ import annotations

from collections.abc import Mapping

from hypothesis import strategies as st

from tests.fuzz.requests import ODD_TEXT, Sent, bodies, headers, queries, writes

MOMENT, DAY = '"2024-06-30T09:07:00+08:00"', '"2024-06-30"'
PLACE, OFFICER = '"HC000001"', '"AQ001"'
POSTS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "/api/v1/inspections": {
        "id": ('"fuzz-1"', "null"), "place_id": (PLACE,), "at": (MOMENT,), "officer": (OFFICER,),
        "by": ('"inspector"',), "kind": ('"专项"',),
        "lon": ("113.7", "181"), "lat": ("22.8", "-91"), "accuracy": ("5",), "covers": ('"消防;燃气"',),
    },
    "/api/v1/hazards": {
        "id": ('"fuzz-2"',), "place_id": (PLACE,), "found_at": (MOMENT,), "level": ('"一般"',),
        "deadline": (DAY,),
        "photos": ('["' + "0" * 64 + '"]',), "closed_at": (MOMENT,), "lon": ("113.7",), "lat": ("22.8",),
    },
    "/api/v1/hazards/YH000001/steps": {
        "action": ('"assign"', '"close"'), "actor": ('"a"',), "role": ('"clerk"',), "at": (MOMENT,), "deadline": (DAY,),
    },
    "/api/v1/places/HC000001/risk": {"accepted": ('"一般"',), "reason": ('"a"',), "actor": ('"a"',)},
    "/api/v1/tracks": {
        "id": ('"fuzz-3"',), "officer": (OFFICER,),
        "fixes": ('[{"at":' + MOMENT + ',"lon":113.7,"lat":22.8},{"at":' + MOMENT + ',"lon":1e400,"lat":22.8}]',),
    },
    "/api/v1/routes/skips": {
        "id": ('"fuzz-4"',), "date": (DAY,), "officer": (OFFICER,), "place_id": (PLACE,), "at": (MOMENT,),
        "reason": ('"无人"',),
    },
    "/api/v1/rules/check": {"text": ('"a = 1"', '"a = [[[["'), "from": (DAY,), "reason": ('""',)},
    "/api/v1/jobs": {"kind": ('"import"', '"backup"', '"report"'), "upload": ('"../x"',), "period": ('"2024-06"',)},
    "/api/v1/session": {"login": ('"nobody"',)},
    "/api/v1/users": {"login": ('"fuzz"',), "name": ('"a"',), "role": ('"leader"',), "areas": ('["community:x"]',)},
}  # fmt: skip
"""Bodies: fields, and values that each may have."""
LISTS = (
    "places",
    "inspections",
    "hazards",
    "hazards/clocks",
    "gaps",
    "risk",
    "visits",
    "areas",
    "coverage",
    "todo",
    "town",
)
NAMES = (
    *(
        "as_of",
        "limit",
        "offset",
        "cursor",
        "bbox",
        "near",
        "format",
        "area",
        "industry",
        "risk",
        "state",
        "from",
        "to",
    ),
    *("by", "level", "role", "who", "officer", "place_id", "suspect", "period", "since", "compare"),
)
FILTERS = (
    *(
        "industry = '危险化学品'",
        "risk IN ('重大', '低')",
        "name LIKE '%厂%'",
        "headcount > 1e400",
        "headcount BETWEEN 1 AND 2",
    ),
    *(
        "S_INTERSECTS(geometry, POINT(113.7 22.8))",
        "S_WITHIN(geometry, POLYGON((0 0, 1 1, 0 1, 0 0)))",
        "NOT (risk IS NULL)",
    ),
    *(
        "(" * 3000,
        "NOT " * 2000 + "risk IS NULL",
        "name = '" + "a" * 5000 + "'",
        "a AND",
        "name = 'x''y'",
        "T_AFTER(at, DATE('x'))",
    ),
    *(
        "S_INTERSECTS(geometry, POLYGON((0 0, NaN 1, 0 1, 0 0)))",
        "headcount / 0 = 1",
        "name = CASEI(name)",
        "\x00",
        "1 = 1",
    ),
)
"""CQL2, some of which is none."""
XML = (
    *(
        "<data/>",
        "",
        "<data",
        "<!DOCTYPE d [<!ENTITY a 'b'>]><data>&a;</data>",
        '<data id="wangge-general" version="7"></data>',
    ),
    *(
        "<a>" * 3000,
        '<data id="x"><n0:meta/></data>',
        '<data id="wangge-general"><start>1e400</start></data>',
        "\ufeff<data/>",
    ),
)
BOUND = b"multipart/form-data; boundary=b"


def requests() -> st.SearchStrategy[Sent]:
    """Give a request to any door."""
    posts = [writes("POST", path, bodies(fields), b"application/json") for path, fields in POSTS.items()]
    photos = st.sampled_from([b"", b"\xff\xd8\xff\xe0", b"\x89PNG\r\n\x1a\n", b"RIFF\x00\x00\x00\x00WEBP"])
    photo = st.tuples(photos, st.binary(max_size=200)).map(b"".join)
    pictures = writes("PUT", "/api/v1/photos/" + "0" * 64, photo, b"image/jpeg")
    forms = writes("POST", "/openrosa/submission", _multipart(), BOUND)
    kinds = st.sampled_from([b"text/plain", b"application/json; charset=utf-16", b"multipart/form-data", b"\xff"])
    other = kinds.flatmap(lambda kind: writes("POST", "/api/v1/inspections", st.binary(max_size=50), kind))
    return st.one_of(*posts, pictures, forms, forms, other, _lists(), _lists(), _things(), _filters(), _filters())


def _lists() -> st.SearchStrategy[Sent]:
    paths = st.sampled_from(LISTS).map("/api/v1/{}".format)
    return st.builds(Sent, st.sampled_from(["GET", "GET", "GET", "HEAD", "TRACE"]), paths, queries(NAMES), headers())


def _things() -> st.SearchStrategy[Sent]:
    """Give a thing by an odd id, in the path as a server decodes it."""
    nouns = st.sampled_from(
        ["places", "hazards", "inspections", "photos", "jobs", "drafts", "routes", "reports/monthly"]
    )
    words = st.sampled_from(ODD_TEXT) | st.text(st.characters(codec="utf-8"), max_size=250)
    path = st.tuples(nouns, words).map(lambda each: f"/api/v1/{each[0]}/{each[1]}")
    return st.builds(Sent, st.just("GET"), path, st.just(b""), headers())


def _filters() -> st.SearchStrategy[Sent]:
    whole = st.sampled_from(FILTERS) | st.text(max_size=40)
    both = st.tuples(whole, st.sampled_from([" AND ", " OR ", "", " = "]), whole).map("".join)
    query = (whole | both).map(lambda text: b"limit=2&filter=" + _quoted(text))
    names = (
        "f",
        "limit",
        "after",
        "before",
        "bbox",
        "bbox-crs",
        "datetime",
        "crs",
        "filter",
        "filter-lang",
        "filter-crs",
    )
    path = st.sampled_from(["places", "inspections", "hazards", "areas"]).map("/ogc/collections/{}/items".format)
    return st.builds(Sent, st.just("GET"), path, query | queries(names), headers())


def _quoted(text: str) -> bytes:
    return "".join(f"%{byte:02X}" for byte in text.encode("utf-8", "surrogatepass")).encode()


def _multipart() -> st.SearchStrategy[bytes]:
    names = st.sampled_from(["xml_submission_file", "a.jpg", "", "\x00", '"', "a" * 3000])
    content = st.sampled_from(XML).map(str.encode) | st.binary(max_size=60)
    part = st.tuples(names, names, content).map(
        lambda each: (
            f'--b\r\ncontent-disposition: form-data; name="{each[0]}"; filename="{each[1]}"\r\n\r\n'.encode()
            + each[2]
            + b"\r\n"
        )
    )
    ends = st.sampled_from([b"--b--\r\n", b"", b"--b", b"--c--\r\n"])
    return st.tuples(st.lists(part, max_size=4).map(b"".join), ends).map(b"".join) | st.binary(max_size=100)
