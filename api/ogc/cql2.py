"""CQL2 text (OGC 21-065): parsed by the library of that name, told of whole columns.

Told by three values as SQL does: a comparison with a missing value is neither true nor false, nor is its negation.
"""

from __future__ import annotations

import math
import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any

import cql2
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from shapely.errors import GEOSException
from shapely.geometry import shape

from api.ogc.crs import System
from api.ogc.layers import Layer
from api.problems import ParameterProblem

Flags = npt.NDArray[np.bool_]
MAX_LENGTH = 2000
MAX_DEPTH = 8
"""The parser tries each unclosed bracket twice: so deep it still answers within milliseconds."""
GEOMETRY = "geometry"
_QUOTED = re.compile(r"'(?:[^']|'')*'|\"[^\"]*\"")


@dataclass(frozen=True)
class Told:
    """Of n features: for which an expression is true, for which it is false; for the others nobody knows."""

    true: Flags
    false: Flags


@dataclass(frozen=True)
class Values:
    """n values, or one for all: text, number, flag, day (datetime64[s]) or moment (UTC), with what kind they are."""

    kind: str
    of: pd.Series | Any
    missing: Flags | None = None


def parse(text: str) -> Any:
    """Read an expression; give its CQL2 JSON. ParameterProblem, with where it stops being one, when it is none."""
    if len(text) > MAX_LENGTH:
        raise ParameterProblem(f"filter 最多 {MAX_LENGTH} 个字。")
    _check_brackets(_QUOTED.sub("", text))
    try:
        return cql2.parse_text(text).to_json()
    except cql2.ParseError as error:
        raise ParameterProblem(f"filter 不是有效的 CQL2 文本：{_where(str(error))}") from error
    except Exception as error:
        if type(error) is not Exception:  # the library has no class for shapes that GeoJSON can't have: POINT EMPTY
            raise
        raise ParameterProblem("filter 里的图形是空的，或者各点坐标的个数不一样。请核对。") from error


def _check_brackets(text: str) -> None:
    depth = 0
    for letter in text:
        depth += (letter in "([") - (letter in ")]")
        if depth < 0 or depth > MAX_DEPTH:
            break
    if depth != 0:
        raise ParameterProblem(f"filter 里的括号要成对，最多 {MAX_DEPTH} 层。")


def _where(message: str) -> str:
    found = re.search(r"--> (\d+):(\d+)", message)
    return f"第 {found[2]} 个字处读不懂。" if found else "读不懂。"


def tell(layer: Layer, expression: Any, system: System) -> Flags:
    """Say for which features an expression is true; shapes in it stand in `system`. ParameterProblem as it names."""
    return _Teller(layer, system).told(expression).true


class _Teller:
    def __init__(self, layer: Layer, system: System) -> None:
        self.layer = layer
        self.system = system
        self.count = len(layer.ids)

    def told(self, node: Any) -> Told:
        """Tell a condition."""
        if isinstance(node, bool):
            return _known(np.full(self.count, node))
        if isinstance(node, Mapping) and "property" in node:
            return self._flag(node)
        if not isinstance(node, Mapping) or "op" not in node:
            raise ParameterProblem("filter 里有一处不是条件。")
        name, args = str(node["op"]), list(node["args"])
        known: Mapping[str, Callable[[list[Any]], Told]] = {
            "and": lambda parts: _joined([self.told(part) for part in parts], every=True),
            "or": lambda parts: _joined([self.told(part) for part in parts], every=False),
            "not": self._not,
            "isNull": self._is_null,
            "like": self._like,
            "in": self._in,
            "between": self._between,
        }
        if name in known:
            return known[name](args)
        if name in COMPARED:
            return self._compared(name, args[0], args[1])
        if name in SPATIAL:
            return self._spatial(name, args)
        raise ParameterProblem(f"filter 里的 {name} 不支持。")

    def _flag(self, node: Any) -> Told:
        values = self.values(node)
        if values.kind != "flag":
            raise ParameterProblem(f"{node['property']} 不是是否值，不能单独作为条件。")
        return _known(np.asarray(values.of.to_numpy(dtype=bool)))

    def _not(self, args: list[Any]) -> Told:
        node, turned = args[0], True
        while isinstance(node, Mapping) and node.get("op") == "not":  # a thousand of them are no deep nesting
            node, turned = node["args"][0], not turned
        inner = self.told(node)
        return Told(inner.false, inner.true) if turned else inner

    def values(self, node: Any) -> Values:
        """Give what stands on a side of a comparison."""
        if isinstance(node, Mapping) and "property" in node:
            return self._column(str(node["property"]))
        if isinstance(node, Mapping) and node.get("op") == "casei":
            inner = self.values(node["args"][0])
            if inner.kind != "text":
                raise ParameterProblem("CASEI 只能用于文字。")
            folded = inner.of.str.casefold() if isinstance(inner.of, pd.Series) else inner.of.casefold()
            return Values("text", folded, inner.missing)
        return _literal(node)

    def _column(self, name: str) -> Values:
        field = self.layer.field(name)
        if field is None:
            known = "、".join(field.name for field in self.layer.fields)
            raise ParameterProblem(f"filter 里没有 {name} 这个属性。可用的有：{known}、{GEOMETRY}。")
        column = self.layer.rows[name]
        kind = KINDS.get(field.kind, "text")
        if kind == "moment":
            column = column.dt.tz_convert("UTC").dt.tz_localize(None)
        return Values(kind, column, column.isna().to_numpy(dtype=bool))

    def _compared(self, name: str, left: Any, right: Any) -> Told:
        one, other = self.values(left), self.values(right)
        if one.kind != other.kind:
            raise ParameterProblem(f"filter 里把{WORDS[one.kind]}和{WORDS[other.kind]}相比。")
        holds = COMPARED[name](one.of, other.of)
        if isinstance(holds, pd.Series):
            holds = holds.to_numpy(dtype=bool, na_value=False)
        return self._where_known(np.broadcast_to(np.asarray(holds, dtype=bool), self.count), one, other)

    def _where_known(self, holds: Flags, *sides: Values) -> Told:
        known = np.ones(self.count, dtype=bool)
        for side in sides:
            if side.missing is not None:
                known &= ~side.missing
        return Told(holds & known, ~holds & known)

    def _is_null(self, args: list[Any]) -> Told:
        if isinstance(args[0], Mapping) and args[0].get("property") == GEOMETRY:
            return _known(np.asarray(shapely.is_missing(self.layer.shapes), dtype=bool))
        missing = self.values(args[0]).missing
        return _known(np.zeros(self.count, dtype=bool) if missing is None else missing)

    def _between(self, args: list[Any]) -> Told:
        return _joined([self._compared(">=", args[0], args[1]), self._compared("<=", args[0], args[2])], every=True)

    def _in(self, args: list[Any]) -> Told:
        return _joined([self._compared("=", args[0], each) for each in args[1]], every=False)

    def _like(self, args: list[Any]) -> Told:
        column, pattern = self.values(args[0]), self.values(args[1])
        if column.kind != "text" or not isinstance(pattern.of, str) or not isinstance(column.of, pd.Series):
            raise ParameterProblem("LIKE 左边应为文字属性，右边应为带 % 和 _ 的文字。")
        known = _regex(pattern.of)
        codes, words = pd.factorize(column.of)
        holds = np.array([*(known.fullmatch(word) is not None for word in words), False])
        return self._where_known(holds[codes], column)

    def _spatial(self, name: str, args: list[Any]) -> Told:
        at = [isinstance(arg, Mapping) and arg.get("property") == GEOMETRY for arg in args]
        if at.count(True) != 1:
            raise ParameterProblem(f"{name.upper()} 的一边应为 {GEOMETRY}，另一边为图形（WKT 或 BBOX）。")
        asked = self._shape(args[at.index(False)])
        shapely.prepare(asked)
        shapes = self.layer.shapes
        holds = SPATIAL[name](shapes, asked) if at[0] else SPATIAL[name](asked, shapes)
        known = ~np.asarray(shapely.is_missing(shapes), dtype=bool)
        return Told(np.asarray(holds, dtype=bool) & known, ~np.asarray(holds, dtype=bool) & known)

    def _shape(self, node: Any) -> Any:
        """Give a shape in degrees of the store."""
        try:
            if isinstance(node, Mapping) and "bbox" in node:
                numbers = [float(number) for number in node["bbox"]]
                drawn = shapely.box(*(numbers if len(numbers) == 4 else [numbers[at] for at in (0, 1, 3, 4)]))
            elif isinstance(node, Mapping) and node.get("type") in SHAPES:
                drawn = shapely.force_2d(shape(node))
            else:
                raise ParameterProblem("filter 里的图形应写成 WKT 或 BBOX。")
            (turned,) = self.system.undrawn(np.array([drawn], dtype=object))
        except (ValueError, TypeError, IndexError, GEOSException) as error:
            raise ParameterProblem("filter 里的图形画不出来，请核对坐标。") from error
        if shapely.is_empty(turned) or not np.isfinite(shapely.bounds(turned)).all():
            raise ParameterProblem("filter 里的图形超出了坐标系的范围。")
        return turned


def _known(true: Flags) -> Told:
    return Told(true, ~true)


def _joined(parts: list[Told], *, every: bool) -> Told:
    """Join by AND, else by OR: the one is true where all are, the other false where all are."""
    trues, falses = [part.true for part in parts], [part.false for part in parts]
    if every:
        return Told(np.logical_and.reduce(trues), np.logical_or.reduce(falses))
    return Told(np.logical_or.reduce(trues), np.logical_and.reduce(falses))


def _literal(node: Any) -> Values:
    if isinstance(node, bool):
        return Values("flag", node)
    if isinstance(node, str):
        return Values("text", node)
    if isinstance(node, int | float):
        return Values("number", _number(node))
    if isinstance(node, Mapping):
        if set(node) == {"date"}:
            return Values("date", _moment(str(node["date"]), "%Y-%m-%d"))
        if set(node) == {"timestamp"}:
            return Values("moment", _moment(str(node["timestamp"]).replace("Z", "+0000"), "%Y-%m-%dT%H:%M:%S%z"))
        if node.get("op") == "-" and len(node["args"]) == 1 and isinstance(node["args"][0], int | float):
            return Values("number", -_number(node["args"][0]))
    raise ParameterProblem(
        "filter 里有不支持的写法。可用：属性、文字、数、TRUE/FALSE、DATE('…')、TIMESTAMP('…')、CASEI(…)。"
    )


def _number(number: float) -> float:
    """Give a number; ParameterProblem for one that is none, or larger than any that is reckoned with."""
    try:
        value = float(number)
    except OverflowError:  # of a whole number
        value = math.inf
    if not math.isfinite(value):
        raise ParameterProblem("filter 里的数太大。")
    return value


def _moment(text: str, written: str) -> pd.Timestamp:
    """Read a day, or a moment as UTC, with or without parts of a second."""
    text = re.sub(r"\.\d+", "", text)
    try:
        moment = pd.Timestamp(datetime.strptime(text, written))
    except ValueError as error:
        raise ParameterProblem(f"filter 里没有这样的时间：{text}。") from error
    return moment if moment.tz is None else moment.tz_convert("UTC").tz_localize(None)


def _regex(pattern: str) -> re.Pattern[str]:
    r"""Turn % (any text), _ (one letter) and \ (what follows as it is) into a regular expression.

    What stands between two % is taken where it is first met, for good: no pattern makes it try again and again.
    """
    pieces, letters = [""], iter(pattern)
    for letter in letters:
        if letter == "%":
            pieces.append("")
        elif letter == "\\":
            pieces[-1] += re.escape(next(letters, "\\"))
        else:
            pieces[-1] += "." if letter == "_" else re.escape(letter)
    first, *others = pieces
    if not others:
        return re.compile(first, re.DOTALL)
    between = "".join(f"(?>.*?{piece})" for piece in others[:-1] if piece)
    return re.compile(f"{first}{between}.*{others[-1]}", re.DOTALL)


COMPARED: Mapping[str, Callable[[Any, Any], Any]] = MappingProxyType(
    {
        "=": operator.eq,
        "<>": operator.ne,
        "<": operator.lt,
        "<=": operator.le,
        ">": operator.gt,
        ">=": operator.ge,
    }
)
SPATIAL: Mapping[str, Callable[[Any, Any], Any]] = MappingProxyType(
    {
        "s_intersects": shapely.intersects,
        "s_disjoint": shapely.disjoint,
        "s_within": shapely.within,
        "s_contains": shapely.contains,
        "s_overlaps": shapely.overlaps,
        "s_crosses": shapely.crosses,
        "s_touches": shapely.touches,
        "s_equals": shapely.equals,
    }
)
SHAPES = frozenset({"Point", "MultiPoint", "LineString", "MultiLineString", "Polygon", "MultiPolygon"})
KINDS: Mapping[str, str] = MappingProxyType(
    {"integer": "number", "number": "number", "date": "date", "moment": "moment", "flag": "flag"}
)
WORDS: Mapping[str, str] = MappingProxyType(
    {"text": "文字", "number": "数", "date": "日期", "moment": "时刻", "flag": "是否值"}
)
