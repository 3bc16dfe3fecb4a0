"""Days and moments as people write them: text with its parts told apart. And numbers that are numbers.

Pydantic takes numbers, and text of digits alone, as seconds since 1970: 20240630 would be a day of August 1970. And it
takes true for 1, and "1" for 1.
"""

from __future__ import annotations

import re

from pydantic import BeforeValidator, WithJsonSchema

NO_NUL = r"^[^\x00]*$"
"""What no store of texts takes."""
_NUMBER = re.compile(r"\s*[-+]?[\d._]+(?:[eE][-+]?\d+)?\s*")


def written(value: object) -> object:
    """Refuse a number where a day or a moment is wanted."""
    if isinstance(value, int | float) or (isinstance(value, str) and _NUMBER.fullmatch(value)):
        raise ValueError("应为日期或时间，如 2024-06-30、2024-06-30T09:07:00+08:00")
    return value


def blank_or_written(value: object) -> object:
    """Take an empty field of a form as not asked."""
    return None if value == "" else written(value)


def number(value: object) -> object:
    """Refuse true, false and text where a number is wanted."""
    if isinstance(value, bool | str):
        raise ValueError("应为数")
    return value


Written = BeforeValidator(written)
ANumber = BeforeValidator(number)
"""Stands last, behind the bounds: before them it would take them out of the description."""
BlankDay = BeforeValidator(blank_or_written)
"""Stands last, as `api.params.Blank` does."""
DAY_OR_BLANK = WithJsonSchema(
    {"anyOf": [{"type": "string", "format": "date"}, {"type": "string", "maxLength": 0}], "examples": ["2024-06-30"]}
)
"""What the description says of such a parameter."""
