"""What the fields of a body ask of one another, in the words of the description (JSON Schema).

The models check it and say it in Chinese; here it is told to programs, so that what the description allows is taken.
"""

from __future__ import annotations

from pydantic import JsonValue

Described = dict[str, JsonValue]

NOTHING: JsonValue = {"type": "null"}
SOMETHING: JsonValue = {"type": ["string", "number", "boolean", "array", "object"]}


def given(*names: str) -> Described:
    """Describe that fields are there and not null."""
    return {"required": list(names), "properties": dict.fromkeys(names, SOMETHING)}


def filled(*names: str) -> Described:
    """Describe that texts or lists are there and not empty."""
    full: JsonValue = {"type": ["string", "array"], "minLength": 1, "minItems": 1}
    return {"required": list(names), "properties": dict.fromkeys(names, full)}


def missing(*names: str) -> Described:
    """Describe that fields are not there, or null."""
    return {"properties": dict.fromkeys(names, NOTHING)}


def is_one_of(name: str, *words: str) -> Described:
    """Describe that a field is there and one of some words."""
    return {"required": [name], "properties": {name: {"enum": list(words)}}}


def both(*parts: Described) -> Described:
    """Describe that all parts hold."""
    return {"allOf": list(parts)}


def either(*parts: Described) -> Described:
    """Describe that one part holds at least."""
    return {"anyOf": list(parts)}


NOWHERE: Described = {
    "required": ["lon", "lat"],
    "properties": {"lon": {"const": 0}, "lat": {"const": 0}},
}
POSITION = both(either(given("lon", "lat"), missing("lon", "lat")), {"not": NOWHERE})
"""A position is whole or there is none, and it is not that of a telephone that knows none."""
