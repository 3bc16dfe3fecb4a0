"""CQL2 text against a slow telling of one row after another."""

from __future__ import annotations

import time
from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from api.ogc import cql2
from api.ogc.crs import CRS84, EPSG, offered
from api.problems import ParameterProblem
from tests.api.ogc.conftest import Get
from tests.api.ogc.layers import layer_of, points

SYSTEMS = {system.uri: system for system in offered(113.7)}
ROWS: list[dict[str, Any]] = [
    {"word": word, "number": number, "yes": yes}
    for word in ("甲", "乙厂", "A%b", None)
    for number in (-1.0, 0.0, 2.5, None)
    for yes in (True, False)
]
LAYER = layer_of(ROWS)

comparisons = st.tuples(
    st.sampled_from(["=", "<>", "<", "<=", ">", ">="]),
    st.one_of(
        st.tuples(st.just("word"), st.sampled_from(["甲", "乙厂", "a%b", "it's"])),
        st.tuples(st.just("number"), st.sampled_from([-1.0, 0.0, 2.5, 7.0])),
    ),
).map(lambda each: ("compare", each[0], *each[1]))
leaves = st.one_of(
    comparisons,
    st.sampled_from(["word", "number"]).map(lambda name: ("null", name)),
    st.lists(st.sampled_from(["甲", "A%b", "丁"]), min_size=1, max_size=3).map(lambda words: ("in", words)),
    st.tuples(st.just("between"), st.sampled_from([-2.0, 0.0]), st.sampled_from([0.0, 3.0])),
    st.sampled_from(["%厂", "_", "A\\%b", "%", "a_b"]).map(lambda pattern: ("like", pattern)),
    st.just(("flag",)),
)
trees: st.SearchStrategy[Any] = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.tuples(st.just("not"), inner),
        st.tuples(st.sampled_from(["and", "or"]), inner, inner),
    ),
    max_leaves=6,
)


def text_of(tree: Any) -> str:
    """Write a tree as CQL2 text."""
    match tree:
        case ("compare", sign, name, value):
            return f"{name} {sign} {quoted(value) if isinstance(value, str) else value}"
        case ("null", name):
            return f"{name} IS NULL"
        case ("in", words):
            return f"word IN ({', '.join(quoted(word) for word in words)})"
        case ("between", low, high):
            return f"number BETWEEN {low} AND {high}"
        case ("like", pattern):
            return f"word LIKE {quoted(pattern)}"
        case ("flag",):
            return "yes = TRUE"
        case ("not", inner):
            return f"NOT ({text_of(inner)})"
        case (joint, left, right):
            return f"({text_of(left)}) {joint.upper()} ({text_of(right)})"
    raise AssertionError(tree)


def quoted(word: str) -> str:
    """Write a text with its quotes doubled."""
    return "'" + word.replace("'", "''") + "'"


def slowly(tree: Any, row: dict[str, Any]) -> bool | None:
    """Tell a tree of one row: true, false, or None where nobody knows, as SQL does."""
    match tree:
        case ("compare", sign, name, value):
            if row[name] is None:
                return None
            order = (row[name] > value) - (row[name] < value)
            holds = {"=": order == 0, "<>": order != 0, "<": order < 0, "<=": order <= 0, ">": order > 0}
            return bool(holds.get(sign, order >= 0))
        case ("null", name):
            return row[name] is None
        case ("in", words):
            return None if row["word"] is None else row["word"] in words
        case ("between", low, high):
            return None if row["number"] is None else low <= row["number"] <= high
        case ("like", pattern):
            return None if row["word"] is None else like(row["word"], pattern)
        case ("flag",):
            return bool(row["yes"])
        case ("not", inner):
            told = slowly(inner, row)
            return None if told is None else not told
        case (joint, left, right):
            both = [slowly(left, row), slowly(right, row)]
            deciding = joint == "or"
            if deciding in both:
                return deciding
            return None if None in both else not deciding
    raise AssertionError(tree)


def like(text: str, pattern: str) -> bool:
    """Tell LIKE letter by letter."""
    if not pattern:
        return not text
    if pattern[0] == "%":
        return any(like(text[at:], pattern[1:]) for at in range(len(text) + 1))
    plain = pattern[1:2] if pattern[0] == "\\" else pattern[0]
    rest = pattern[2:] if pattern[0] == "\\" else pattern[1:]
    free = pattern[0] == "_"
    return bool(text) and (free or text[0] == plain) and like(text[1:], rest)


@given(trees)
@settings(max_examples=120)
def test_conditions_hold_where_they_hold_row_by_row(tree: Any) -> None:
    """A condition is true for exactly the rows for which it is true told one by one, with what is missing unknown."""
    found = cql2.tell(LAYER, cql2.parse(text_of(tree)), SYSTEMS[CRS84])
    assert found.tolist() == [slowly(tree, row) is True for row in ROWS]


@given(st.text("ab%_\\", max_size=7), st.text("ab_%", max_size=7))
@settings(max_examples=200)
def test_like_is_told_letter_by_letter(pattern: str, word: str) -> None:
    """LIKE holds where a slow telling of one letter after another says so."""
    assume(not pattern.replace("\\\\", "").endswith("\\"))
    found = told(layer_of([{"word": word}]), f"word LIKE {quoted(pattern)}")
    assert found == ([0] if like(word, pattern) else [])


def test_no_pattern_is_tried_again_and_again() -> None:
    """A pattern of many % is told at once of long texts."""
    began = time.process_time()
    layer = layer_of([{"word": "a" * 2000}, {"word": "ab" * 1000}])
    assert told(layer, f"word LIKE '{'%' * 300}x'") == []
    assert told(layer, f"word LIKE '{'%a' * 300}%b'") == [1]
    assert told(layer, f"word LIKE '{'%a_' * 300}x'") == []
    assert time.process_time() - began < 2


def told(layer: Any, text: str, uri: str = CRS84) -> list[int]:
    """Give the positions of the features for which a text is true."""
    return np.flatnonzero(cql2.tell(layer, cql2.parse(text), SYSTEMS[uri])).tolist()


def test_letters_may_be_taken_alike() -> None:
    """CASEI takes large and small letters alike, on both sides."""
    assert told(layer_of([{"word": "Ab"}, {"word": "aB"}, {"word": "c"}]), "CASEI(word) = CASEI('AB')") == [0, 1]


def test_days_and_moments() -> None:
    """Days are compared with DATE, moments with TIMESTAMP, whatever offset the table keeps."""
    layer = layer_of([{"day": "2024-06-01", "at": "2024-06-01T08:00:00"}, {"day": "2024-06-02"}, {}])
    assert told(layer, "day > DATE('2024-06-01')") == [1]
    assert told(layer, "at = TIMESTAMP('2024-06-01T00:00:00Z')") == [0]
    assert told(layer, "at < TIMESTAMP('2024-06-01T00:00:00.5Z')") == []
    assert told(layer, "day IS NOT NULL") == [0, 1]


def test_shapes() -> None:
    """Shapes are told by their relation; who has none is in none, and its negation does not hold either."""
    layer = layer_of([{}, {}, {}], shapes=[*points((113.5, 22.5), (115, 23)), None])
    box = "POLYGON((113 22, 114 22, 114 23, 113 23, 113 22))"
    assert told(layer, f"S_INTERSECTS(geometry, {box})") == [0]
    assert told(layer, f"NOT S_INTERSECTS(geometry, {box})") == [1]
    assert told(layer, f"S_CONTAINS({box}, geometry)") == [0]
    assert told(layer, "S_INTERSECTS(geometry, BBOX(113,22,116,24))") == [0, 1]
    assert told(layer, "geometry IS NULL") == [2]


@pytest.mark.parametrize("uri", SYSTEMS)
def test_shapes_of_other_systems(uri: str) -> None:
    """filter-crs says in which system, and axis order, shapes of the filter stand."""
    layer = layer_of([{}, {}], shapes=points((113.5, 22.5), (115, 23)))
    (corners,) = SYSTEMS[uri].drawn(np.array([shapely.box(113, 22, 114, 23)], dtype=object))
    assert told(layer, f"S_INTERSECTS(geometry, {shapely.to_wkt(corners)})", uri) == [0]


@pytest.mark.parametrize(
    "text",
    [
        *("word =", "", "nothing = 1", "word = 1", "number = 'x'", "number", "word", "word LIKE number", "1 LIKE 'x'"),
        *("number + 1 = 2", "ACCENTI(word) = 'x'", "S_INTERSECTS(geometry, geometry)", "word = NULL", "(" * 40),
        *(
            "S_INTERSECTS(word, POINT(1 2))",
            "S_INTERSECTS(geometry, POLYGON((1 2)))",
            "T_AFTER(at, DATE('2024-01-01'))",
        ),
        *("day = DATE('2024-13-01')", "at = TIMESTAMP('x')", "day = TIMESTAMP('2024-01-01T00:00:00Z')", "geometry = 1"),
        *("S_INTERSECTS(geometry, BBOX(1,2))", "word IN (1)", "number BETWEEN 'a' AND 'b'", "CASEI(number) = 'x'"),
        *(
            "'" + "x" * 3000 + "' = word",
            "word = 'x' AND",
            ")(",
            "S_INTERSECTS(geometry, GEOMETRYCOLLECTION(POINT(1 2)))",
            *(
                f"S_INTERSECTS(geometry, {shape})"
                for shape in ("POINT EMPTY", "POINTEMPTY", "POLYGON EMPTY", "LINESTRING(1 2, 3 4 5)")
            ),
        ),
    ],
)
def test_what_is_no_condition_is_refused(text: str) -> None:
    """What can't be read or does not fit is a problem in Chinese, never an answer."""
    with pytest.raises(ParameterProblem, match=r"filter|CASEI|LIKE|S_INTERSECTS|不是是否值"):
        told(LAYER, text)


def test_hostile_nesting_is_answered_at_once() -> None:
    """Brackets that are never closed, or too deep, don't keep the parser busy."""
    began = time.process_time()
    for hostile in ("(" * 1000, "(" * 8 + "a=" + ")" * 8, "NOT " * 499 + "a", "a=1 or (" * 8 + ")" * 8):
        with pytest.raises(ParameterProblem):
            told(LAYER, hostile)
    assert told(layer_of([{"yes": True}]), "NOT " * 498 + "yes") == [0]
    assert told(layer_of([{"yes": True}]), " AND ".join(["yes"] * 249)) == [0]
    assert told(layer_of([{"yes": True}]), " OR ".join(["yes"] * 285)) == [0]
    assert time.process_time() - began < 2


def test_a_filter_through_the_service(get: Get, stored: Any) -> None:
    """`filter` keeps what it is true for, beside the other filters; the links keep it."""
    places = stored.places
    found = get("/collections/places/items", limit=2, filter="risk = '重大' OR headcount >= 50", status="open")
    most = (places["risk"] == "重大") | (places["headcount"] >= 50)
    assert found["numberMatched"] == (most & (places["status"] == "open")).sum()
    assert "filter=" in next(link["href"] for link in found["links"] if link["rel"] == "next")
    assert EPSG.format(4326) in SYSTEMS
